/// Names and values out of rule files, made fit to be shown in a message: they can't move a cursor, forge a line or fill
/// a screen. Unlike `EscapedText`, which is for bytes that must stay apart, it shows a backslash as its author wrote it.
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

  private static func append(_ scalar: Unicode.Scalar, to result: inout String) {
    if EscapedText.isHostile(scalar) { result += EscapedText.escape(of: scalar) } else { result.unicodeScalars.append(scalar) }
  }
}
