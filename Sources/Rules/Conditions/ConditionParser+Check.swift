extension ConditionParser {
  static let transformers = ["tolower", "toupper", "b64", "basename", "len", "join", "concat", "getopt"]
  private static let maximumTransformerDepth = 32

  /// Lhs Cond | Ident
  mutating func parseLeaf() throws(ConditionError) -> Condition.Node {
    let start = scanner.offset
    let word = String(decoding: scanner.lookAhead { ConditionScanner.isWord($0) || $0 == UInt8(ascii: ".") }, as: UTF8.self)
    guard let first = word.utf8.first else { throw missingOperand() }
    let subject: Check.Subject
    if let transformer = try parseTransformer() {
      subject = .transformer(transformer)
    } else if word.utf8.contains(UInt8(ascii: ".")) {
      subject = .field(try parseField())
    } else {
      guard ConditionScanner.isLetter(first) else {
        throw ConditionError(.syntax, at: start, "unexpected \(scanner.found)", hint: "expected a field or a macro")
      }
      scanner.advance(word.utf8.count)
      try checkMacroEnd(word, at: start)
      return .macro(name: word, offset: start)
    }
    scanner.skipBlanks()
    let comparisonOffset = scanner.offset
    let comparison = try parseComparison()
    scanner.skipBlanks()
    return .check(
      Check(
        subject: subject, comparison: comparison, comparisonOffset: comparisonOffset,
        operand: try parseOperand(of: comparison), offset: start))
  }

  private func missingOperand() -> ConditionError {
    let hint = scanner.current == UInt8(ascii: "!") ? "did you mean 'not'?" : "expected a field, a macro, 'not' or '('"
    return ConditionError(.syntax, at: scanner.offset, "unexpected \(scanner.found)", hint: hint)
  }

  /// A macro stands alone; with a comparison behind it, it was meant as a field.
  private func checkMacroEnd(_ word: String, at start: Int) throws(ConditionError) {
    if word == "not" { throw ConditionError(.syntax, at: start, "expected something after 'not'") }
    if word == "and" || word == "or" {
      throw ConditionError(.syntax, at: start, "unexpected '\(word)'", hint: "expected a field or a macro")
    }
    var ahead = scanner
    ahead.skipBlanks()
    let next = ahead.lookAhead { ConditionScanner.isLetter($0) }
    let isComparison = Comparison.allCases.contains { comparison in
      comparison.isWord ? next.elementsEqual(comparison.rawValue.utf8) : ahead.starts(with: comparison.rawValue)
    }
    if isComparison {
      throw ConditionError(
        .syntax, at: start, "\(DisplayText.quoted(word)) is no field: a field's name has a dot in it",
        hint: "expected a field as 'proc.name' before the comparison")
    }
  }

  /// Name [ "[" arg "]" ]
  mutating func parseField() throws(ConditionError) -> FieldName {
    let start = scanner.offset
    let name = scanner.lookAhead { ConditionScanner.isWord($0) || $0 == UInt8(ascii: ".") }
    scanner.advance(name.count)
    let argumentOffset = scanner.offset
    return FieldName(
      name: String(decoding: name, as: UTF8.self), argument: try parseArgument(), offset: start,
      argumentOffset: argumentOffset)
  }

  private mutating func parseArgument() throws(ConditionError) -> [UInt8]? {
    let start = scanner.offset
    guard scanner.skip(UInt8(ascii: "[")) else { return nil }
    let argument: [UInt8]
    if let quoted = try parseQuoted() {
      argument = quoted.bytes
    } else {
      let bare = scanner.lookAhead { !ConditionScanner.isBlank($0) && !Self.endsArgument.contains($0) }
      scanner.advance(bare.count)
      argument = Array(bare)
    }
    guard scanner.skip(UInt8(ascii: "]")) else {
      throw ConditionError(.syntax, at: start, "this '[' is never closed", hint: "expected ']'")
    }
    guard !argument.isEmpty else { throw ConditionError(.syntax, at: start, "nothing stands in the brackets") }
    return argument
  }

  /// Apart from letters and digits.
  private static let inNumbers = Set(".+-".utf8)
  private static let endsArgument = Set("[]\"'\0".utf8)

  /// A transformer with its arguments. They are read for their syntax alone, as none can run yet.
  mutating func parseTransformer() throws(ConditionError) -> Transformer? {
    guard let name = Self.transformers.first(where: { scanner.starts(with: $0 + "(") }) else { return nil }
    let transformer = Transformer(name: name, offset: scanner.offset)
    scanner.advance(name.utf8.count)
    try parseTransformerArguments(depth: 1)
    _ = try parseArgument()
    return transformer
  }

  /// "(" [TArg {"," TArg}] ")"
  private mutating func parseTransformerArguments(depth: Int) throws(ConditionError) {
    let start = scanner.offset
    guard depth <= Self.maximumTransformerDepth else {
      throw ConditionError(.syntax, at: start, "functions are nested deeper than \(Self.maximumTransformerDepth)")
    }
    scanner.advance()
    while true {
      scanner.skipBlanks()
      if scanner.skip(UInt8(ascii: ")")) { return }
      if scanner.current == UInt8(ascii: "(") {
        try parseTransformerArguments(depth: depth + 1)
      } else if let name = Self.transformers.first(where: { scanner.starts(with: $0 + "(") }) {
        scanner.advance(name.utf8.count)
        try parseTransformerArguments(depth: depth + 1)
        _ = try parseArgument()
      } else if try parseQuoted() == nil {
        let word = scanner.lookAhead { ConditionScanner.isWord($0) || Self.inNumbers.contains($0) }
        guard !word.isEmpty else {
          throw ConditionError(.syntax, at: scanner.offset, "unexpected \(scanner.found)", hint: "expected an argument or ')'")
        }
        scanner.advance(word.count)
        _ = try parseArgument()
      }
      scanner.skipBlanks()
      if scanner.skip(UInt8(ascii: ",")) { continue }
      guard scanner.current == UInt8(ascii: ")") else {
        throw ConditionError(.syntax, at: scanner.offset, "unexpected \(scanner.found)", hint: "expected ',' or ')'")
      }
    }
  }

  private mutating func parseComparison() throws(ConditionError) -> Comparison {
    let start = scanner.offset
    let word = scanner.lookAhead(ConditionScanner.isWord)
    for comparison in Comparison.allCases {
      guard comparison.isWord else {
        guard scanner.starts(with: comparison.rawValue) else { continue }
        scanner.advance(comparison.rawValue.utf8.count)
        return comparison
      }
      guard word.elementsEqual(comparison.rawValue.utf8) else { continue }
      scanner.advance(word.count)
      let next = scanner.current
      let isEnded: Bool
      switch comparison {
      case .exists: isEnded = true
      case .isIn, .intersects, .pmatch: isEnded = next == nil || next.map(ConditionScanner.isBlank) == true || next == UInt8(ascii: "(")
      default: isEnded = next == nil || next.map(ConditionScanner.isBlank) == true
      }
      guard isEnded else {
        throw ConditionError(.syntax, at: scanner.offset, "expected a blank after '\(comparison.rawValue)'")
      }
      return comparison
    }
    let written = String(decoding: word.isEmpty ? scanner.lookAhead { ConditionScanner.isBare($0) } : word, as: UTF8.self)
    let nearest = NearestName.to(written, among: Comparison.allCases.map(\.rawValue))
    throw ConditionError(
      .syntax, at: start, "expected a comparison, found \(scanner.found)",
      hint: nearest.map { "did you mean '\($0)'?" } ?? "one of \(Comparison.allCases.map(\.rawValue).joined(separator: " "))")
  }
}
