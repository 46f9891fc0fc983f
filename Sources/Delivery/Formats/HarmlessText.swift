internal import Events

extension [UInt8] {
  /// Appends text for a single line. An alert's text is harmless already and comes through unchanged; a character that
  /// could end the line, or act on a terminal, is shown as ``EscapedText`` shows it.
  ///
  /// - Parameters:
  ///   - escaped: ASCII characters that get a backslash in front, as the syntax around the text asks.
  ///   - limit: bytes, without those backslashes; what is longer is cut at a character and ends in an ellipsis.
  mutating func append(harmless text: String, escaping escaped: StaticString = "", limit: Int = .max) {
    // Most is ASCII that means nothing.
    var text = text
    let isPlain = text.withUTF8 { bytes in
      let isPlain = bytes.count <= limit && bytes.allSatisfy { (0x20..<0x7F).contains($0) && !escaped.contains($0) }
      if isPlain { append(contentsOf: bytes) }
      return isPlain
    }
    if isPlain { return }
    var room = limit
    for scalar in text.unicodeScalars {
      let shown = EscapedText.isHostile(scalar) ? EscapedText.escape(of: scalar) : String(scalar)
      guard shown.utf8.count <= room else {
        append(contentsOf: EscapedText.ellipsis.utf8)
        return
      }
      room -= shown.utf8.count
      for byte in shown.utf8 {
        if escaped.contains(byte) { append(UInt8(ascii: "\\")) }
        append(byte)
      }
    }
  }

  mutating func append(_ text: StaticString) {
    text.withUTF8Buffer { append(contentsOf: $0) }
  }

  mutating func append(number: some BinaryInteger) { append(contentsOf: String(number).utf8) }
}

extension StaticString {
  fileprivate func contains(_ byte: UInt8) -> Bool { withUTF8Buffer { $0.contains(byte) } }
}
