import Rules

/// Tests that Falco's language has no words for, in place of some that it has.
enum PredicateVariants {
  static func varied(_ policy: Policy, _ random: inout Generator) -> Policy {
    let predicates = policy.predicates.map { predicate in
      random.below(3) == 0 ? Predicate(predicate.field, varied(predicate.test, &random)) : predicate
    }
    return Policy(rules: policy.rules, predicates: predicates)
  }

  private static func varied(_ test: Predicate.Test, _ random: inout Generator) -> Predicate.Test {
    switch test {
    case .equals(let bytes): .equalsIgnoringCase(bytes.map(Wildcard.lowercased))
    case .startsWith(let bytes): .startsWithIgnoringCase(bytes.map(Wildcard.lowercased))
    case .endsWith(let bytes): .endsWithIgnoringCase(bytes.map(Wildcard.lowercased))
    case .contains(let bytes): .wildcard(wildcard(bytes, &random))
    case .ofExpression(let function, let inner): .ofExpression(function, varied(inner, &random))
    default: test
    }
  }

  /// Bytes with wildcards put in.
  private static func wildcard(_ bytes: [UInt8], _ random: inout Generator) -> Wildcard {
    var elements: [Wildcard.Element] = random.below(2) == 0 ? [.anyRun] : []
    for byte in bytes {
      switch random.below(8) {
      case 0: elements.append(.anyRun)
      case 1: elements.append(.anyCharacter)
      default: elements.append(.byte(byte))
      }
    }
    if random.below(2) == 0 { elements.append(.anyRun) }
    return Wildcard(elements, ignoresCase: random.below(2) == 0)
  }
}
