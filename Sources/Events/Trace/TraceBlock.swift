internal import CEvents

/// A block being filled: memory of a fixed size, used again and again.
///
/// Unchecked: a block belongs to one thread at a time, which ``TraceQueue`` hands on.
final class TraceBlock: @unchecked Sendable {
  private let buffer: UnsafeMutableRawBufferPointer
  private var used = TraceRange.byteCount
  private(set) var range = TraceRange()
  /// Records dropped just before this block.
  var lostBefore: UInt64 = 0

  init() {
    buffer = .allocate(byteCount: TraceFormat.maximumContentBytes, alignment: 16)
  }

  deinit { buffer.deallocate() }

  /// Nothing to write: no record, and none lost before.
  var isEmpty: Bool { range.count == 0 && lostBefore == 0 }

  /// Copies a record.
  /// - Returns: false: there is no room; the block is as it was.
  func append(_ record: borrowing Record) -> Bool {
    let count = record.bytes.byteCount
    guard count + TraceFormat.numberBytes <= buffer.count - used else { return false }
    buffer.storeBytes(of: record.number.littleEndian, toByteOffset: used, as: UInt64.self)
    used += TraceFormat.numberBytes
    record.bytes.withUnsafeBytes { UnsafeMutableRawBufferPointer(rebasing: buffer[used...]).copyMemory(from: $0) }
    used += count
    range.add(number: record.number, timeNanoseconds: record.header.time_ns)
    return true
  }

  /// The whole content; valid until the block is changed.
  func content() -> UnsafeRawBufferPointer {
    range.encode(into: buffer)
    return UnsafeRawBufferPointer(rebasing: buffer[..<used])
  }

  func reset() {
    used = TraceRange.byteCount
    range = TraceRange()
    lostBefore = 0
  }
}
