internal import Events

/// The latest records of a stream, in memory: those of so many seconds, and of so many bytes at most.
struct RecordWindow {
  private static let chunkBytes = 256 << 10
  private static let headBytes = 16

  /// Each record with its number, and how many were lost before it. Oldest first; all but the last are full.
  private var chunks: [[UInt8]] = []
  /// In the first chunk, what has left already.
  private var start = 0
  private(set) var bytes: UInt64 = 0
  private let seconds: UInt64
  private let limit: UInt64
  /// It does not reach as far back as it should: what left last had to make room.
  private(set) var isShortened = false

  /// - Parameter limit: bytes, each record with 16 more.
  init(seconds: Int, limit: UInt64) {
    self.seconds = UInt64(max(0, min(seconds, 1 << 32)))
    self.limit = limit
  }

  var isEmpty: Bool { chunks.isEmpty }

  /// - Parameter leaves: given each record that is too old by then, or has to make room.
  mutating func append(_ record: borrowing Record, lostBefore: UInt64, leaves: (borrowing Record, _ lostBefore: UInt64) -> Void) {
    let size = Self.headBytes + record.bytes.byteCount
    if (chunks.last?.count ?? .max) > Self.chunkBytes - size {
      var chunk: [UInt8] = []
      chunk.reserveCapacity(max(Self.chunkBytes, size))
      chunks.append(chunk)
    }
    let last = chunks.count - 1
    withUnsafeBytes(of: record.number) { chunks[last].append(contentsOf: $0) }
    withUnsafeBytes(of: lostBefore) { chunks[last].append(contentsOf: $0) }
    record.bytes.withUnsafeBytes { chunks[last].append(contentsOf: $0) }
    bytes += UInt64(size)
    let now = record.timeNanoseconds
    while bytes > limit, !chunks.isEmpty {
      isShortened = true
      removeFirst(leaves)
    }
    while let time = firstTime, time < now, now - time > seconds * 1_000_000_000 {
      isShortened = false
      removeFirst(leaves)
    }
  }

  /// Nanoseconds of CLOCK_BOOTTIME of the oldest; nil: it is empty.
  var firstTime: UInt64? {
    guard let chunk = chunks.first else { return nil }
    return chunk.withUnsafeBytes { $0.loadUnaligned(fromByteOffset: start + Self.headBytes + 8, as: UInt64.self) }
  }

  /// Empties it, oldest first.
  mutating func drain(_ body: (borrowing Record, _ lostBefore: UInt64) -> Void) {
    while !chunks.isEmpty { removeFirst(body) }
    isShortened = false
  }

  private mutating func removeFirst(_ body: (borrowing Record, _ lostBefore: UInt64) -> Void) {
    let chunk = chunks[0]
    let span = chunk.span.bytes
    let number = span.unsafeLoadUnaligned(fromUncheckedByteOffset: start, as: UInt64.self)
    let lost = span.unsafeLoadUnaligned(fromUncheckedByteOffset: start + 8, as: UInt64.self)
    // It was a record when it came: this does not throw.
    guard let record = try? Record(number: number, bytes: span.extracting((start + Self.headBytes)...)) else {
      chunks.removeFirst()
      return
    }
    body(record, lost)
    let size = Self.headBytes + record.bytes.byteCount
    bytes -= UInt64(size)
    start += size
    guard start >= chunk.count else { return }
    chunks.removeFirst()
    start = 0
  }
}
