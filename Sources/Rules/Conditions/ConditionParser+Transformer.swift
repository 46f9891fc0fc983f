internal import Events

extension ConditionParser {
  static let maximumTransformerDepth = 32
  static let maximumTransformerArguments = 64

  /// A transformer with its arguments; nil if none stands here.
  mutating func parseTransformer(depth: Int = 1) throws(ConditionError) -> Transformer? {
    guard let function = Transformer.Function.allCases.first(where: { scanner.starts(with: $0.rawValue + "(") }) else { return nil }
    let start = scanner.offset
    scanner.advance(function.rawValue.utf8.count)
    let arguments = try parseTransformerArguments(depth: depth)
    let bracket = scanner.offset
    let selector = try parseArgument().map { Literal(bytes: $0, offset: bracket) }
    return Transformer(function: function, arguments: arguments, selector: selector, offset: start)
  }

  /// "(" [TArg {"," TArg}] ")"
  private mutating func parseTransformerArguments(depth: Int) throws(ConditionError) -> [Transformer.Argument] {
    let start = scanner.offset
    guard depth <= Self.maximumTransformerDepth else {
      throw ConditionError(.syntax, at: start, "functions are nested deeper than \(Self.maximumTransformerDepth)")
    }
    scanner.advance()
    var arguments: [Transformer.Argument] = []
    scanner.skipBlanks()
    if scanner.skip(UInt8(ascii: ")")) { return arguments }
    while true {
      scanner.skipBlanks()
      arguments.append(try parseTransformerArgument(depth: depth))
      guard arguments.count <= Self.maximumTransformerArguments else {
        throw ConditionError(.syntax, at: start, "more than \(Self.maximumTransformerArguments) arguments stand here")
      }
      scanner.skipBlanks()
      if scanner.skip(UInt8(ascii: ",")) { continue }
      if scanner.skip(UInt8(ascii: ")")) { return arguments }
      throw ConditionError(.syntax, at: scanner.offset, "unexpected \(scanner.found)", hint: "expected ',' or ')'")
    }
  }

  /// Num | Quoted | "(" [TArg{","TArg}] ")" | Transf | Field
  private mutating func parseTransformerArgument(depth: Int) throws(ConditionError) -> Transformer.Argument {
    let start = scanner.offset
    if scanner.current == UInt8(ascii: "(") {
      return .list(try parseTransformerArguments(depth: depth + 1), offset: start)
    }
    if let transformer = try parseTransformer(depth: depth + 1) { return .transformer(transformer) }
    if let quoted = try parseQuoted() { return .text(quoted) }
    let word = scanner.lookAhead { ConditionScanner.isWord($0) || Self.inNumbers.contains($0) }
    guard let first = word.first else {
      throw ConditionError(.syntax, at: start, "unexpected \(scanner.found)", hint: "expected an argument or ')'")
    }
    if !ConditionScanner.isLetter(first), let end = word.last, end != UInt8(ascii: ".") {
      scanner.advance(word.count)
      return .number(Literal(bytes: Array(word), offset: start))
    }
    let field = try parseField()
    guard field.name.utf8.contains(UInt8(ascii: ".")) else {
      throw ConditionError(
        .syntax, at: start, "\(DisplayText.quoted(field.name)) is no field: a field's name has a dot in it",
        hint: "a text needs quotes here")
    }
    return .field(field)
  }

  /// Apart from letters and digits.
  private static let inNumbers = Set(".+-".utf8)
}

extension ConditionParser {
  /// A text that is a field alone, looked up.
  static func field(_ text: [UInt8]) throws(ConditionError) -> FieldReference {
    var parser = ConditionParser(text)
    let name = try parser.parseField()
    guard parser.scanner.isAtEnd else {
      throw ConditionError(.syntax, at: parser.scanner.offset, "\(DisplayText.quoted(text)) is no field", hint: "expected one as proc.name")
    }
    return try PredicateBuilder.reference(to: name)
  }

  /// That a text is a field or a function of some, and nothing else.
  static func checkSubject(_ text: [UInt8]) throws(ConditionError) {
    var parser = ConditionParser(text)
    if try parser.parseTransformer() == nil {
      let name = try parser.parseField()
      guard name.name.utf8.contains(UInt8(ascii: ".")) else {
        throw ConditionError(.syntax, at: 0, "a field's name has a dot in it")
      }
    }
    guard parser.scanner.isAtEnd else {
      throw ConditionError(.syntax, at: parser.scanner.offset, "unexpected \(parser.scanner.found)")
    }
  }
}
