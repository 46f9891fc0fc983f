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
