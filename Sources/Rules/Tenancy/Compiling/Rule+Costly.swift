internal import Events

extension Rule {
  /// Whether every event of a kind that comes often has to be tried: nothing that must hold for the rule is found by an
  /// index, or is a look at a number.
  ///
  /// - Parameter predicates: those that its program is over.
  func isCostly(_ predicates: [Predicate]) -> Bool {
    guard !kinds.isDisjoint(with: .frequent), let tree = ConditionTree(condition) else { return false }
    var hasWay: [Bool] = []
    for node in tree.nodes {
      switch node {
      case .predicate(let index): hasWay.append(Self.isFound(predicates[index]))
      case .constant(let value): hasWay.append(!value)
      case .absent: hasWay.append(true)
      case .not: hasWay.append(false)
      case .and(let children): hasWay.append(children.contains { hasWay[$0] })
      case .or(let children): hasWay.append(children.allSatisfy { hasWay[$0] })
      }
    }
    return hasWay.last == false
  }

  private static func isFound(_ predicate: Predicate) -> Bool {
    if case .isKind(let kinds) = predicate.test { return kinds.isDisjoint(with: .frequent) }
    if Anchor.all(of: predicate) != nil { return true }
    if case .ofExpression = predicate.test { return false }
    switch (predicate.field.field.description.type, predicate.test) {
    case (.string, _), (_, .exists), (_, .notEqualsInteger), (_, .isNotInNetworks): return false
    case (.boolean, _), (.integer, _), (.port, _), (.address, _): return true
    }
  }
}
