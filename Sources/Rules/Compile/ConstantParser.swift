internal import Glibc

/// Turns constants as written into values of a field's type.
enum ConstantParser {
  /// Decimal or `0x` hexadecimal, with a sign or without. nil: no whole number of 64 bits.
  static func integer(_ bytes: [UInt8]) -> Int64? {
    var digits = bytes[...]
    let isNegative = digits.first == UInt8(ascii: "-")
    if isNegative || digits.first == UInt8(ascii: "+") { digits = digits.dropFirst() }
    var radix = 10
    if digits.starts(with: "0x".utf8) || digits.starts(with: "0X".utf8) {
      digits = digits.dropFirst(2)
      radix = 16
    }
    guard let first = digits.first, first != UInt8(ascii: "-"), first != UInt8(ascii: "+"), digits.count <= 24 else { return nil }
    return Int64((isNegative ? "-" : "") + String(decoding: digits, as: UTF8.self), radix: radix)
  }

  /// Two digits a byte. nil: something else.
  static func hexBytes(_ digits: [UInt8]) -> [UInt8]? {
    guard digits.count.isMultiple(of: 2), !digits.isEmpty else { return nil }
    var bytes: [UInt8] = []
    for index in stride(from: 0, to: digits.count, by: 2) {
      guard digits[index] != UInt8(ascii: "+"),
        let byte = UInt8(String(decoding: digits[index...index + 1], as: UTF8.self), radix: 16)
      else { return nil }
      bytes.append(byte)
    }
    return bytes
  }

  /// A number as written with a fraction or an exponent: `1.5`, `2e3`, `-1.5e-1`.
  struct Decimal: Equatable {
    /// The largest whole number that isn't greater.
    let floor: Int64
    let isWhole: Bool
  }

  /// nil: no number, or one of more than 64 bits.
  static func decimal(_ bytes: [UInt8]) -> Decimal? {
    if let whole = integer(bytes) { return Decimal(floor: whole, isWhole: true) }
    let isNegative = bytes.first == UInt8(ascii: "-")
    let unsigned = isNegative || bytes.first == UInt8(ascii: "+") ? bytes.dropFirst() : bytes[...]
    let parts = unsigned.split(maxSplits: 1, omittingEmptySubsequences: false) { $0 | 0x20 == UInt8(ascii: "e") }
    let mantissa = (parts.first ?? []).split(separator: UInt8(ascii: "."), maxSplits: 1, omittingEmptySubsequences: false)
    let fraction = mantissa.count == 2 ? mantissa[1] : []
    var digits = Array(mantissa.joined())
    guard unsigned.count <= 40, !digits.isEmpty, digits.allSatisfy(ConditionScanner.isDigit) else { return nil }
    var exponent: Int64 = 0
    if parts.count == 2 {
      guard let number = integer(Array(parts[1])), (-99...99).contains(number), !parts[1].contains(UInt8(ascii: "x")) else { return nil }
      exponent = number
    }
    // The digits before the point, once it is moved by the exponent.
    let point = digits.count - fraction.count + Int(exponent)
    while digits.count < point { digits.append(UInt8(ascii: "0")) }
    let before = point > 0 ? digits.prefix(point) : []
    let isWhole = digits.dropFirst(before.count).allSatisfy { $0 == UInt8(ascii: "0") }
    guard let whole = before.isEmpty ? 0 : Int64((isNegative ? "-" : "") + String(decoding: before, as: UTF8.self)) else { return nil }
    guard isNegative, !isWhole else { return Decimal(floor: whole, isWhole: isWhole) }
    let (floor, overflows) = whole.subtractingReportingOverflow(1)
    return overflows ? nil : Decimal(floor: floor, isWhole: false)
  }

  static func boolean(_ bytes: [UInt8]) -> Bool? {
    if bytes.elementsEqual("true".utf8) { return true }
    return bytes.elementsEqual("false".utf8) ? false : nil
  }

  /// An address, or a network with a `/` and its length. nil: neither.
  static func network(_ bytes: [UInt8]) -> Network? {
    // The longest address has 45 bytes.
    guard bytes.count <= 64, !bytes.contains(0) else { return nil }
    let parts = bytes.split(separator: UInt8(ascii: "/"), maxSplits: 1, omittingEmptySubsequences: false)
    guard let address = parts.first.flatMap({ parsed(String(decoding: $0, as: UTF8.self)) }) else { return nil }
    let full = address.family == .v4 ? 32 : 128
    guard parts.count == 2 else { return Network(family: address.family, high: address.high, low: address.low, prefixLength: full) }
    guard (1...3).contains(parts[1].count), parts[1].allSatisfy(ConditionScanner.isDigit),
      let length = Int(String(decoding: parts[1], as: UTF8.self)), length <= full
    else { return nil }
    return Network(family: address.family, high: address.high, low: address.low, prefixLength: length)
  }

  private static func parsed(_ text: String) -> (family: Network.Family, high: UInt64, low: UInt64)? {
    var v4 = in_addr()
    if inet_pton(AF_INET, text, &v4) == 1 { return (.v4, UInt64(UInt32(bigEndian: v4.s_addr)) << 32, 0) }
    var v6 = (UInt64(0), UInt64(0))
    guard inet_pton(AF_INET6, text, &v6) == 1 else { return nil }
    return (.v6, UInt64(bigEndian: v6.0), UInt64(bigEndian: v6.1))
  }
}
