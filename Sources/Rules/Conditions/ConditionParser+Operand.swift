extension ConditionParser {
  /// What a comparison compares with.
  mutating func parseOperand(of comparison: Comparison) throws(ConditionError) -> Check.Operand {
    let start = scanner.offset
    switch comparison {
    case .exists: return .none
    case .isIn, .intersects, .pmatch:
      if scanner.current == UInt8(ascii: "(") { return .list(try parseList()) }
      if let reference = try parseReference() { return reference }
      let word = scanner.lookAhead(ConditionScanner.isWord)
      guard let first = word.first, ConditionScanner.isLetter(first) else {
        throw ConditionError(
          .syntax, at: start, "expected '(' after '\(comparison.rawValue)', found \(scanner.found)",
          hint: "write the values in parentheses: (a, b)")
      }
      scanner.advance(word.count)
      return .identifier(Literal(bytes: Array(word), offset: start))
    default:
      if let reference = try parseReference() { return reference }
      return .literal(try parseValue(after: comparison.rawValue))
    }
  }

  /// "val(" Field ")" | Transf
  private mutating func parseReference() throws(ConditionError) -> Check.Operand? {
    if let transformer = try parseTransformer() { return .transformer(transformer) }
    guard scanner.starts(with: "val(") else { return nil }
    scanner.advance(4)
    scanner.skipBlanks()
    let field = try parseField()
    scanner.skipBlanks()
    guard scanner.skip(UInt8(ascii: ")")) else {
      throw ConditionError(.syntax, at: scanner.offset, "unexpected \(scanner.found)", hint: "expected ')'")
    }
    return .field(field)
  }

  /// "(" [ V {"," V} ] ")"
  mutating func parseList() throws(ConditionError) -> [Literal] {
    let start = scanner.offset
    scanner.advance()
    scanner.skipBlanks()
    var values: [Literal] = []
    if scanner.skip(UInt8(ascii: ")")) { return values }
    while true {
      scanner.skipBlanks()
      if scanner.isAtEnd { throw ConditionError(.syntax, at: start, "this '(' is never closed", hint: "expected ')'") }
      values.append(try parseValue(after: values.isEmpty ? "(" : ","))
      scanner.skipBlanks()
      if scanner.skip(UInt8(ascii: ",")) { continue }
      if scanner.skip(UInt8(ascii: ")")) { return values }
      if scanner.isAtEnd { throw ConditionError(.syntax, at: start, "this '(' is never closed", hint: "expected ')'") }
      throw ConditionError(
        .syntax, at: scanner.offset, "unexpected \(scanner.found) in a list",
        hint: "expected ',' or ')'; a value with blanks needs quotes")
    }
  }

  /// Quoted | Bare
  private mutating func parseValue(after what: String) throws(ConditionError) -> Literal {
    if let quoted = try parseQuoted() { return quoted }
    let start = scanner.offset
    let bare = scanner.lookAhead(ConditionScanner.isBare)
    guard !bare.isEmpty else {
      throw ConditionError(
        .syntax, at: start, "expected a value after '\(what)', found \(scanner.found)",
        hint: "a value with ( ) = , or blanks needs quotes")
    }
    scanner.advance(bare.count)
    return Literal(bytes: Array(bare), offset: start)
  }

  /// A value in quotes of either kind; nil if no quote stands here.
  mutating func parseQuoted() throws(ConditionError) -> Literal? {
    let start = scanner.offset
    guard let quote = scanner.current, quote == UInt8(ascii: "\"") || quote == UInt8(ascii: "'") else { return nil }
    scanner.advance()
    var bytes: [UInt8] = []
    while let byte = scanner.current {
      switch byte {
      case quote:
        scanner.advance()
        return Literal(bytes: bytes, offset: start)
      case UInt8(ascii: "\\"): bytes.append(try parseEscape(quote: quote))
      case 0: throw ConditionError(.syntax, at: scanner.offset, "a value can't have a NUL in it")
      default:
        bytes.append(byte)
        scanner.advance()
      }
    }
    throw ConditionError(.syntax, at: start, "this quote is never closed", hint: "expected \(quote == UInt8(ascii: "'") ? "'" : "\"")")
  }

  private mutating func parseEscape(quote: UInt8) throws(ConditionError) -> UInt8 {
    let start = scanner.offset
    let escaped = scanner.peek(1)
    scanner.advance(2)
    switch escaped {
    case UInt8(ascii: "b"): return 0x08
    case UInt8(ascii: "f"): return 0x0C
    case UInt8(ascii: "n"): return 0x0A
    case UInt8(ascii: "r"): return 0x0D
    case UInt8(ascii: "t"): return 0x09
    case UInt8(ascii: "\\"), UInt8(ascii: " "): return UInt8(ascii: "\\")
    case UInt8(ascii: "/"): return UInt8(ascii: "/")
    case quote: return quote
    case UInt8(ascii: "x"):
      let digits = scanner.bytes[scanner.offset...].prefix(2)
      guard digits.count == 2, let value = UInt8(String(decoding: digits, as: UTF8.self), radix: 16),
        digits.allSatisfy({ $0 != UInt8(ascii: "+") })
      else { throw ConditionError(.syntax, at: start, "'\\x' needs two hex digits") }
      guard value != 0 else { throw ConditionError(.syntax, at: start, "a value can't have a NUL in it") }
      scanner.advance(2)
      return value
    default:
      throw ConditionError(
        .syntax, at: start, "unknown escape in a quoted value", hint: "for a backslash write '\\\\'")
    }
  }
}
