extension ConditionParser {
  /// How many of a list's values must compare so.
  enum Quantifier: String, CaseIterable {
    /// Exactly one.
    case oneof
    case anyof, allof
  }

  /// Each value of `oneof` is compared beside each other.
  private static let maximumOneOf = 64

  /// `oneof` and the like, if a list follows: else the word is a value.
  mutating func parseQuantifier() -> Quantifier? {
    guard let quantifier = Quantifier.allCases.first(where: { scanner.lookAhead(ConditionScanner.isBare).elementsEqual($0.rawValue.utf8) })
    else { return nil }
    let start = scanner.offset
    scanner.advance(quantifier.rawValue.utf8.count)
    scanner.skipBlanks()
    let word = scanner.lookAhead(ConditionScanner.isBare)
    let isKeyword = word.elementsEqual("and".utf8) || word.elementsEqual("or".utf8)
    if scanner.current == UInt8(ascii: "(") || !word.isEmpty && !isKeyword { return quantifier }
    scanner.rewind(to: start)
    return nil
  }

  /// The checks of two or more values, joined: `anyof` by `or`, `allof` by `and`.
  mutating func quantified(
    _ quantifier: Quantifier, _ checks: [Condition.Node], at offset: Int
  ) throws(ConditionError) -> Condition.Node {
    switch quantifier {
    case .anyof: return .or(checks.map { add($0) })
    case .allof: return .and(checks.map { add($0) })
    case .oneof:
      guard checks.count <= Self.maximumOneOf else {
        throw ConditionError(.syntax, at: offset, "'oneof' has more than \(Self.maximumOneOf) values")
      }
      // One holds, and no other does.
      let alternatives = checks.indices.map { one in
        add(.and(checks.indices.map { other in
          let check = add(checks[other])
          return other == one ? check : add(.not(check))
        }))
      }
      return .or(alternatives)
    }
  }
}
