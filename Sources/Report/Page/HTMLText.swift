import Events

/// Text as HTML, in an element or in a quoted attribute.
enum HTMLText {
  /// What could be markup becomes a reference; what hides or reorders text shows as ``EscapedText`` shows it.
  static func escaped(_ text: some StringProtocol) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      case "'": result += "&#39;"
      case _ where EscapedText.isHostile(scalar): result += EscapedText.escape(of: scalar)
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }

  /// Cuts a text between two characters.
  static func cut(_ text: String, limit: Int) -> String {
    guard text.utf8.count > limit else { return text }
    var end = text.utf8.index(text.startIndex, offsetBy: limit)
    while end > text.startIndex, end.samePosition(in: text.unicodeScalars) == nil { end = text.utf8.index(before: end) }
    return text[..<end] + EscapedText.ellipsis
  }
}
