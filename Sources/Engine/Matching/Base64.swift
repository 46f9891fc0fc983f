/// RFC 4648, the standard alphabet, with or without padding.
enum Base64 {
  /// Decodes in place: the result is never longer.
  /// - Returns: its bytes; nil: it was no base64.
  static func decode(_ bytes: UnsafeMutableRawBufferPointer) -> Int? {
    var end = bytes.count
    while end > 0, bytes.count - end < 2, bytes[end - 1] == UInt8(ascii: "=") { end -= 1 }
    guard end % 4 != 1, end == bytes.count || bytes.count.isMultiple(of: 4) else { return nil }
    var bits: UInt32 = 0
    var held = 0
    var count = 0
    for index in 0..<end {
      guard let value = value(bytes[index]) else { return nil }
      bits = bits << 6 | value
      held += 6
      if held >= 8 {
        held -= 8
        bytes[count] = UInt8(truncatingIfNeeded: bits >> UInt32(held))
        count += 1
      }
    }
    return count
  }

  private static func value(_ byte: UInt8) -> UInt32? {
    switch byte {
    case UInt8(ascii: "A")...UInt8(ascii: "Z"): UInt32(byte) - 0x41
    case UInt8(ascii: "a")...UInt8(ascii: "z"): UInt32(byte) - 0x61 + 26
    case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt32(byte) - 0x30 + 52
    case UInt8(ascii: "+"): 62
    case UInt8(ascii: "/"): 63
    default: nil
    }
  }
}
