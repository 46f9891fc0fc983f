/// A condition's text, and where each byte of it stands in its file. Lists that are put in stand where their name stood.
struct ConditionText: Sendable {
  private struct Segment: Sendable {
    let textStart: Int
    let fileOffset: Int
    /// All bytes come from one place, as those of a list's values do.
    let isPoint: Bool
  }

  private(set) var bytes: [UInt8] = []
  private var segments: [Segment] = []
  /// For an empty text.
  private let start: Int

  init(start: Int) { self.start = start }

  mutating func append(_ byte: UInt8, at fileOffset: Int) {
    if !isContinued(at: fileOffset) {
      segments.append(Segment(textStart: bytes.count, fileOffset: fileOffset, isPoint: false))
    }
    bytes.append(byte)
  }

  /// Bytes that have no place of their own.
  mutating func append(_ inserted: some Sequence<UInt8>, allAt fileOffset: Int) {
    if segments.last.map({ $0.isPoint && $0.fileOffset == fileOffset }) != true {
      segments.append(Segment(textStart: bytes.count, fileOffset: fileOffset, isPoint: true))
    }
    bytes.append(contentsOf: inserted)
  }

  mutating func append(_ range: Range<Int>, of other: ConditionText) {
    guard !range.isEmpty else { return }
    var index = other.segmentIndex(at: range.lowerBound)
    var position = range.lowerBound
    while position < range.upperBound, index < other.segments.count {
      let segment = other.segments[index]
      segments.append(
        Segment(textStart: bytes.count, fileOffset: other.fileOffset(at: position), isPoint: segment.isPoint))
      let end = index + 1 < other.segments.count ? min(other.segments[index + 1].textStart, range.upperBound) : range.upperBound
      bytes.append(contentsOf: other.bytes[position..<end])
      position = end
      index += 1
    }
  }

  mutating func removeLast(downTo count: Int) {
    bytes.removeLast(max(0, bytes.count - count))
    while let last = segments.last, last.textStart >= count, segments.count > 1 { segments.removeLast() }
  }

  /// - Parameter offset: in the text; its end is a place as well.
  func fileOffset(at offset: Int) -> Int {
    guard !segments.isEmpty else { return start }
    let segment = segments[segmentIndex(at: offset)]
    return segment.isPoint ? segment.fileOffset : segment.fileOffset + (offset - segment.textStart)
  }

  private func isContinued(at fileOffset: Int) -> Bool {
    guard let last = segments.last, !last.isPoint else { return false }
    return last.fileOffset + (bytes.count - last.textStart) == fileOffset
  }

  private func segmentIndex(at offset: Int) -> Int {
    var low = 0
    var high = segments.count
    while high - low > 1 {
      let middle = (low + high) / 2
      if segments[middle].textStart <= offset { low = middle } else { high = middle }
    }
    return low
  }
}
