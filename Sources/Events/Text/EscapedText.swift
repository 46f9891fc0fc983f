/// Bytes of others, as text that can be shown, stored and parsed: valid UTF-8 without control characters.
///
/// A byte that is no UTF-8 and a control character show as `\xHH`, a character that hides or reorders text as
/// `\u{HHHH}`, a backslash as two; so no two different inputs show alike, unless one was cut.
package enum EscapedText {
  /// What stands at the end of a text that was cut.
  package static let ellipsis = "..."

  /// - Parameter limit: bytes of the result, without the ellipsis; no escape is cut in the middle.
  package static func escaped(_ bytes: RawSpan, limit: Int) -> String {
    bytes.withUnsafeBytes { escaped($0, limit: limit) }
  }

  package static func escaped(_ bytes: some Collection<UInt8>, limit: Int) -> String {
    var result = ""
    var room = limit
    func append(_ part: String) -> Bool {
      guard part.utf8.count <= room else {
        result += ellipsis
        return false
      }
      room -= part.utf8.count
      result += part
      return true
    }
    // No more of the input than could be shown: it may be large.
    var parser = UTF8.ForwardParser()
    var iterator = bytes.makeIterator()
    var index = bytes.startIndex
    while true {
      switch parser.parseScalar(from: &iterator) {
      case .emptyInput: return result
      case .valid(let encoded):
        index = bytes.index(index, offsetBy: encoded.count)
        guard append(shown(UTF8.decode(encoded))) else { return result }
      case .error(let length):
        for _ in 0..<length {
          guard append(hexadecimal(bytes[index])) else { return result }
          index = bytes.index(after: index)
        }
      }
    }
  }

  /// What ``escaped(_:limit:)`` made this text of; nil: it made none such.
  package static func unescaped(_ text: some Collection<UInt8>) -> [UInt8]? {
    var bytes: [UInt8] = []
    var rest = text[...]
    while let byte = rest.popFirst() {
      guard byte == UInt8(ascii: "\\") else {
        bytes.append(byte)
        continue
      }
      switch rest.popFirst() {
      case UInt8(ascii: "\\"): bytes.append(byte)
      case UInt8(ascii: "x"):
        guard let high = rest.popFirst().flatMap(HexText.value), let low = rest.popFirst().flatMap(HexText.value) else {
          return nil
        }
        bytes.append(high << 4 | low)
      case UInt8(ascii: "u"):
        guard rest.popFirst() == UInt8(ascii: "{"), let end = rest.firstIndex(of: UInt8(ascii: "}")),
          let number = UInt32(String(decoding: rest[..<end], as: UTF8.self), radix: 16), let scalar = Unicode.Scalar(number)
        else { return nil }
        bytes.append(contentsOf: String(scalar).utf8)
        rest = rest[end...].dropFirst()
      default: return nil
      }
    }
    return bytes
  }

  private static func shown(_ scalar: Unicode.Scalar) -> String {
    if scalar == "\\" { return "\\\\" }
    return isHostile(scalar) ? escape(of: scalar) : String(scalar)
  }

  /// How a hostile character shows: `\xHH` is always a byte, so that only ASCII shows so.
  package static func escape(of scalar: Unicode.Scalar) -> String {
    scalar.isASCII ? hexadecimal(UInt8(scalar.value)) : "\\u{\(String(scalar.value, radix: 16))}"
  }

  private static func hexadecimal(_ byte: UInt8) -> String {
    let digits = String(byte, radix: 16)
    return byte < 16 ? "\\x0\(digits)" : "\\x\(digits)"
  }

  /// Whether a terminal might take the character for a command, or show it as nothing or out of order.
  package static func isHostile(_ scalar: Unicode.Scalar) -> Bool {
    if scalar.isASCII { return scalar.value < 0x20 || scalar.value == 0x7F }
    switch scalar.properties.generalCategory {
    case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator: return true
    default: return false
    }
  }
}
