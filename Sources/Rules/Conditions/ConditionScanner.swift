internal import Events

/// Walks a condition's text. The grammar has no tokens apart from their place: what a word is depends on what may
/// stand there.
struct ConditionScanner {
  let bytes: [UInt8]
  private(set) var offset = 0

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  var current: UInt8? { peek(0) }
  var isAtEnd: Bool { offset >= bytes.count }

  func peek(_ distance: Int) -> UInt8? {
    let index = offset + distance
    return index < bytes.count ? bytes[index] : nil
  }

  mutating func advance(_ count: Int = 1) { offset = min(offset + count, bytes.count) }
  mutating func rewind(to earlier: Int) { offset = min(earlier, offset) }

  mutating func skipBlanks() {
    while let byte = current, Self.isBlank(byte) { advance() }
  }

  mutating func skip(_ byte: UInt8) -> Bool {
    guard current == byte else { return false }
    advance()
    return true
  }

  func starts(with text: String) -> Bool { bytes[offset...].starts(with: text.utf8) }

  /// Takes `and`, `or` or `not` if a blank or a parenthesis ends it.
  mutating func skipKeyword(_ keyword: String) -> Bool {
    let length = keyword.utf8.count
    guard starts(with: keyword), let next = peek(length), Self.isBlank(next) || next == UInt8(ascii: "(") else {
      return false
    }
    advance(length)
    return true
  }

  /// The characters ahead for which `belongs` holds; the scanner stays.
  func lookAhead(_ belongs: (UInt8) -> Bool) -> ArraySlice<UInt8> { bytes[offset...].prefix(while: belongs) }

  /// What stands here, for messages.
  var found: String {
    guard let byte = current else { return "the end" }
    let word = lookAhead(Self.isBare)
    return DisplayText.quoted(word.isEmpty ? [byte] : Array(word.prefix(41)))
  }

  static func isBlank(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x20, 0x09, 0x08, 0x0D, 0x0A: true
    default: false
    }
  }

  static func isLetter(_ byte: UInt8) -> Bool { (0x61...0x7A).contains(byte | 0x20) && byte < 0x80 }
  static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }
  static func isWord(_ byte: UInt8) -> Bool { isLetter(byte) || isDigit(byte) || byte == UInt8(ascii: "_") }

  /// May stand in a constant without quotes.
  static func isBare(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "("), UInt8(ascii: ")"), UInt8(ascii: "\""), UInt8(ascii: "'"), UInt8(ascii: "="),
      UInt8(ascii: ","), 0:
      false
    default: !isBlank(byte)
    }
  }
}
