internal import Events

extension ConditionParser {
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
    func check(_ comparison: Comparison, _ operand: Check.Operand) -> Condition.Node {
      .check(Check(subject: subject, comparison: comparison, comparisonOffset: comparisonOffset, operand: operand, offset: start))
    }
    guard !comparison.wantsList, comparison != .exists, let quantifier = parseQuantifier() else {
      return check(comparison, try parseOperand(of: comparison))
    }
    scanner.skipBlanks()
    guard scanner.current == UInt8(ascii: "(") else { return check(.isIn, try parseOperand(of: .isIn)) }
    let values = try parseList()
    guard values.count > 1 else { return values.first.map { check(comparison, .literal($0)) } ?? check(.isIn, .list([])) }
    return try quantified(quantifier, values.map { check(comparison, .literal($0)) }, at: comparisonOffset)
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

  mutating func parseArgument() throws(ConditionError) -> [UInt8]? {
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

  private static let endsArgument = Set("[]\"'\0".utf8)

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
