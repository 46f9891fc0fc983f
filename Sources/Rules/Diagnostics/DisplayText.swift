/// Text of others, made fit to be shown: it can't move a cursor, forge a line or fill a screen.
package enum DisplayText {
  /// Escapes control, format and invalid characters as `\xHH` or `\u{HHHH}`, and cuts.
  /// - Parameter limit: characters kept; what was cut shows as `...`.
  package static func escaped(_ text: some StringProtocol, limit: Int = 80) -> String {
    var result = ""
    var count = 0
    for scalar in text.unicodeScalars {
      if count == limit { return result + "..." }
      append(scalar, to: &result)
      count += 1
    }
    return result
  }

  package static func escaped(_ bytes: some Sequence<UInt8>, limit: Int = 80) -> String {
    // An invalid sequence turns into U+FFFD, which can do no harm. Four bytes are the most a character takes.
    let kept = Array(bytes.prefix((limit + 1) * 4))
    return escaped(String(decoding: kept, as: UTF8.self), limit: limit)
  }

  /// The name in quotes, as messages show names.
  package static func quoted(_ text: some StringProtocol) -> String { "'\(escaped(text))'" }
  package static func quoted(_ bytes: some Sequence<UInt8>) -> String { "'\(escaped(bytes))'" }

  /// Whether a terminal might take the character for a command, or show it as nothing or out of order.
  static func isHostile(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator: true
    default: false
    }
  }

  private static func append(_ scalar: Unicode.Scalar, to result: inout String) {
    if !isHostile(scalar) {
      result.unicodeScalars.append(scalar)
    } else if scalar.value < 0x100 {
      let digits = String(scalar.value, radix: 16)
      result += digits.count == 1 ? "\\x0\(digits)" : "\\x\(digits)"
    } else {
      result += "\\u{\(String(scalar.value, radix: 16))}"
    }
  }
}
