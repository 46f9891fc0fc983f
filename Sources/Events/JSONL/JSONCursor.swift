/// Walks the bytes of one JSON text, value by value. What it is asked for and doesn't find is an error with its place;
/// nothing recurses but ``skipValue(depth:)``, which is bounded.
package struct JSONCursor {
  package let bytes: UnsafeRawBufferPointer
  package private(set) var at = 0

  /// What is wrong, and where.
  package struct Fault: Error {
    package let offset: Int
    package let text: String
  }

  static let maximumDepth = 8

  package init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

  func fault(_ text: String, at offset: Int? = nil) -> Fault { Fault(offset: offset ?? at, text: text) }

  /// The next byte that is no blank; nil: at the end.
  package mutating func peek() -> UInt8? {
    while at < bytes.count {
      switch bytes[at] {
      case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\r"), UInt8(ascii: "\n"): at += 1
      case let byte: return byte
      }
    }
    return nil
  }

  /// Passes over `byte` if it comes next.
  package mutating func take(_ byte: UInt8) -> Bool {
    guard peek() == byte else { return false }
    at += 1
    return true
  }

  mutating func takeNull() -> Bool { takeWord("null") }

  package mutating func boolean() throws(Fault) -> Bool {
    if takeWord("true") { return true }
    guard takeWord("false") else { throw fault("expected true or false") }
    return false
  }

  private mutating func takeWord(_ word: StaticString) -> Bool {
    guard peek() != nil, bytes.count - at >= word.utf8CodeUnitCount,
      word.equals(UnsafeRawBufferPointer(rebasing: bytes[at..<at + word.utf8CodeUnitCount]))
    else { return false }
    at += word.utf8CodeUnitCount
    return true
  }

  /// - Parameter what: for the error: "an object".
  package mutating func expect(_ byte: UInt8, _ what: @autoclosure () -> String) throws(Fault) {
    guard take(byte) else { throw fault("expected \(what())") }
  }

  /// Walks an object, or calls nothing for an empty one.
  ///
  /// - Parameter body: called behind each key's colon, with the key and its place; must pass over the value.
  package mutating func object(
    _ key: inout [UInt8], _ body: (inout JSONCursor, _ key: [UInt8], _ place: Int) throws(Fault) -> Void
  ) throws(Fault) {
    try expect(UInt8(ascii: "{"), "an object: {...}")
    if take(UInt8(ascii: "}")) { return }
    repeat {
      _ = peek()
      let place = at
      guard peek() == UInt8(ascii: "\"") else { throw fault("expected a key in double quotes") }
      try string(into: &key)
      try expect(UInt8(ascii: ":"), "':' after the key")
      try body(&self, key, place)
    } while take(UInt8(ascii: ","))
    try expect(UInt8(ascii: "}"), "',' or '}'")
  }

  /// Walks a list.
  package mutating func list(_ body: (inout JSONCursor) throws(Fault) -> Void) throws(Fault) {
    try expect(UInt8(ascii: "["), "a list: [...]")
    if take(UInt8(ascii: "]")) { return }
    repeat { try body(&self) } while take(UInt8(ascii: ","))
    try expect(UInt8(ascii: "]"), "',' or ']'")
  }

  /// An integer from `least` to `greatest`.
  package mutating func integer(_ least: Int64, _ greatest: UInt64) throws(Fault) -> UInt64 {
    _ = peek()
    let start = at
    let isNegative = take(UInt8(ascii: "-"))
    var magnitude: UInt64 = 0
    var digits = 0
    var isTooLarge = false
    while at < bytes.count, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(bytes[at]) {
      let (product, overflow) = magnitude.multipliedReportingOverflow(by: 10)
      let (sum, carry) = product.addingReportingOverflow(UInt64(bytes[at] - UInt8(ascii: "0")))
      magnitude = sum
      isTooLarge = isTooLarge || overflow || carry
      digits += 1
      at += 1
    }
    let follows = at < bytes.count ? bytes[at] : 0
    let isFraction = follows == UInt8(ascii: ".") || follows | 0x20 == UInt8(ascii: "e")
    guard digits > 0, !isFraction, digits == 1 || bytes[at - digits] != UInt8(ascii: "0") else {
      throw fault("expected an integer from \(least) to \(greatest)", at: start)
    }
    guard !isTooLarge, isNegative ? magnitude <= least.magnitude && least <= 0 : magnitude <= greatest else {
      throw fault("expected an integer from \(least) to \(greatest)", at: start)
    }
    return isNegative ? 0 &- magnitude : magnitude
  }

  /// Passes over any value, for a look ahead.
  package mutating func skipValue(depth: Int = 0) throws(Fault) {
    guard depth < Self.maximumDepth else { throw fault("nested deeper than \(Self.maximumDepth) levels") }
    var scratch: [UInt8] = []
    switch peek() {
    case UInt8(ascii: "\""): try string(into: &scratch)
    case UInt8(ascii: "{"):
      try object(&scratch) { (cursor, _, _) throws(Fault) in try cursor.skipValue(depth: depth + 1) }
    case UInt8(ascii: "["): try list { (cursor) throws(Fault) in try cursor.skipValue(depth: depth + 1) }
    default:
      let isNumber = { (byte: UInt8) in
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || "+-.eE".utf8.contains(byte)
      }
      if takeWord("true") || takeWord("false") || takeWord("null") { return }
      let start = at
      while at < bytes.count, isNumber(bytes[at]) { at += 1 }
      guard at > start else { throw fault("expected a value") }
    }
  }

  // MARK: - Strings

  /// Replaces what `text` holds by a string's content.
  package mutating func string(into text: inout [UInt8]) throws(Fault) {
    text.removeAll(keepingCapacity: true)
    try expect(UInt8(ascii: "\""), "a string in double quotes")
    while at < bytes.count {
      let byte = bytes[at]
      switch byte {
      case UInt8(ascii: "\""):
        at += 1
        return
      case UInt8(ascii: "\\"): try escape(into: &text)
      case 0..<0x20: throw fault("a control character in a string must be written as \\u00\(byte < 16 ? "0" : "1")...")
      default:
        text.append(byte)
        at += 1
      }
    }
    throw fault("expected the string's closing '\"'")
  }

  private mutating func escape(into text: inout [UInt8]) throws(Fault) {
    let start = at
    at += 1
    guard at < bytes.count else { throw fault("expected the string's closing '\"'") }
    let letter = bytes[at]
    at += 1
    switch letter {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): text.append(letter)
    case UInt8(ascii: "b"): text.append(0x08)
    case UInt8(ascii: "f"): text.append(0x0C)
    case UInt8(ascii: "n"): text.append(0x0A)
    case UInt8(ascii: "r"): text.append(0x0D)
    case UInt8(ascii: "t"): text.append(0x09)
    case UInt8(ascii: "u"):
      var units = [try codeUnit(start)]
      if UTF16.isLeadSurrogate(units[0]), at + 1 < bytes.count, bytes[at] == UInt8(ascii: "\\"),
        bytes[at + 1] == UInt8(ascii: "u")
      {
        at += 2
        units.append(try codeUnit(start))
      }
      guard let decoded = String(validating: units, as: UTF16.self) else {
        throw fault("half of a surrogate pair; bytes that are no UTF-8 are written {\"escaped\": \"\\\\xff\"}", at: start)
      }
      text.append(contentsOf: decoded.utf8)
    default: throw fault("expected one of \\\" \\\\ \\/ \\b \\f \\n \\r \\t \\uXXXX", at: start)
    }
  }

  private mutating func codeUnit(_ start: Int) throws(Fault) -> UInt16 {
    guard bytes.count - at >= 4 else { throw fault("expected four hexadecimal digits", at: start) }
    var unit: UInt16 = 0
    for _ in 0..<4 {
      guard let value = HexText.value(of: bytes[at]) else { throw fault("expected four hexadecimal digits", at: start) }
      unit = unit << 4 | UInt16(value)
      at += 1
    }
    return unit
  }
}
