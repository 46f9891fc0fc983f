/// What a block holds: its content begins with it, and the index repeats it.
package struct TraceRange: Equatable, Sendable {
  /// What this version writes. Later ones may write more, and say so.
  static let byteCount = 40

  package private(set) var count: UInt32 = 0
  package private(set) var firstNumber: UInt64 = 0
  package private(set) var lastNumber: UInt64 = 0
  /// Nanoseconds of CLOCK_BOOTTIME. Records of different CPUs may be slightly out of order in time, so these are
  /// the least and the greatest, not those of the first and last record.
  package private(set) var earliestNanoseconds: UInt64 = 0
  package private(set) var latestNanoseconds: UInt64 = 0

  init() {}

  mutating func add(number: UInt64, timeNanoseconds: UInt64) {
    if count == 0 {
      firstNumber = number
      earliestNanoseconds = timeNanoseconds
      latestNanoseconds = timeNanoseconds
    } else {
      earliestNanoseconds = min(earliestNanoseconds, timeNanoseconds)
      latestNanoseconds = max(latestNanoseconds, timeNanoseconds)
    }
    lastNumber = number
    count &+= 1  // a block holds at most 1 MiB / 48
  }

  /// Adds what follows it.
  mutating func extend(by later: TraceRange) {
    guard count > 0 else {
      self = later
      return
    }
    lastNumber = later.lastNumber
    earliestNanoseconds = min(earliestNanoseconds, later.earliestNanoseconds)
    latestNanoseconds = max(latestNanoseconds, later.latestNanoseconds)
    let (sum, overflow) = count.addingReportingOverflow(later.count)
    count = overflow ? .max : sum
  }

  func encode(into buffer: UnsafeMutableRawBufferPointer) {
    buffer.storeBytes(of: count.littleEndian, toByteOffset: 0, as: UInt32.self)
    buffer.storeBytes(of: UInt32(Self.byteCount).littleEndian, toByteOffset: 4, as: UInt32.self)
    buffer.storeBytes(of: firstNumber.littleEndian, toByteOffset: 8, as: UInt64.self)
    buffer.storeBytes(of: lastNumber.littleEndian, toByteOffset: 16, as: UInt64.self)
    buffer.storeBytes(of: earliestNanoseconds.littleEndian, toByteOffset: 24, as: UInt64.self)
    buffer.storeBytes(of: latestNanoseconds.littleEndian, toByteOffset: 32, as: UInt64.self)
  }

  /// - Returns: the range and where the first record's number stands.
  static func decode(_ content: UnsafeRawBufferPointer) throws(TraceError.Reason) -> (range: Self, end: Int) {
    guard content.count >= byteCount else { throw .content }
    let end = content.load(UInt32.self, at: 4)
    guard end >= byteCount, end <= content.count, end.isMultiple(of: 8) else { throw .content }
    var range = Self()
    range.count = content.load(UInt32.self, at: 0)
    range.firstNumber = content.load(UInt64.self, at: 8)
    range.lastNumber = content.load(UInt64.self, at: 16)
    range.earliestNanoseconds = content.load(UInt64.self, at: 24)
    range.latestNanoseconds = content.load(UInt64.self, at: 32)
    return (range, Int(end))
  }
}
