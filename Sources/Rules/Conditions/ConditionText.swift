/// A byte's place in one of the files of a set.
struct TextPlace: Hashable, Sendable {
  /// By number.
  let file: Int
  /// In bytes.
  let offset: Int

  func advanced(by count: Int) -> TextPlace { TextPlace(file: file, offset: offset + count) }
}

/// A condition's text, and where each byte of it stands. Lists that are put in stand where their name stood; what an
/// item appended stands in that item's file.
struct ConditionText: Sendable {
  private struct Segment: Sendable {
    let textStart: Int
    let place: TextPlace
    /// All bytes come from one place, as those of a list's values do.
    let isPoint: Bool
  }

  private(set) var bytes: [UInt8] = []
  private var segments: [Segment] = []
  /// For an empty text.
  private let start: TextPlace

  init(start: TextPlace) { self.start = start }

  mutating func append(_ byte: UInt8, at place: TextPlace) {
    if !isContinued(at: place) {
      segments.append(Segment(textStart: bytes.count, place: place, isPoint: false))
    }
    bytes.append(byte)
  }

  /// Bytes that have no place of their own.
  mutating func append(_ inserted: some Sequence<UInt8>, allAt place: TextPlace) {
    if segments.last.map({ $0.isPoint && $0.place == place }) != true {
      segments.append(Segment(textStart: bytes.count, place: place, isPoint: true))
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
        Segment(textStart: bytes.count, place: other.place(at: position), isPoint: segment.isPoint))
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
  func place(at offset: Int) -> TextPlace {
    guard !segments.isEmpty else { return start }
    let segment = segments[segmentIndex(at: offset)]
    return segment.isPoint ? segment.place : segment.place.advanced(by: offset - segment.textStart)
  }

  private func isContinued(at place: TextPlace) -> Bool {
    guard let last = segments.last, !last.isPoint else { return false }
    return last.place.advanced(by: bytes.count - last.textStart) == place
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
