/// A mount's number in digits, as the names of facts have it.
struct MountNumber: BitwiseCopyable {
  private var digits: UInt64 = 0
  private var count = 0

  /// nil: no such number.
  init?(_ number: Int) {
    guard (0..<100_000).contains(number) else { return nil }
    var rest = number
    repeat {
      // The first digit lowest.
      digits = digits << 8 | UInt64(UInt8(ascii: "0") + UInt8(rest % 10))
      count += 1
      rest /= 10
    } while rest > 0
  }

  func withBytes<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
    withUnsafeBytes(of: digits.littleEndian) { body(UnsafeRawBufferPointer(rebasing: $0[..<count])) }
  }
}
