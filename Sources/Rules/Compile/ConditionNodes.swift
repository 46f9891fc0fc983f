internal import Events

/// Puts a checked condition together: each node with the kinds of event that it may be true and false for.
struct ConditionNodes {
  private var nodes: [CheckedCondition.Node] = []
  private var outcomes: [CheckedCondition.Outcomes] = []

  var count: Int { nodes.count }

  mutating func predicate(_ predicate: Predicate, isNegated: Bool = false, _ pool: inout PredicatePool) -> Int {
    let outcome = ConditionChecker.outcomes(of: predicate)
    return add(
      .predicate(pool.index(of: predicate), isNegated: isNegated),
      isNegated ? ConditionChecker.swapped(outcome) : outcome)
  }

  mutating func constant(_ value: Bool) -> Int {
    add(.constant(value), .init(canBeTrue: value ? .all : [], canBeFalse: value ? [] : .all))
  }

  mutating func not(_ child: Int) -> Int { add(.not(child), ConditionChecker.swapped(outcomes[child])) }

  /// Of no children: true.
  mutating func and(_ children: [Int]) -> Int {
    if children.count == 1 { return children[0] }
    if children.isEmpty { return constant(true) }
    var whole = CheckedCondition.Outcomes(canBeTrue: .all, canBeFalse: [])
    for child in children {
      whole.canBeTrue.formIntersection(outcomes[child].canBeTrue)
      whole.canBeFalse.formUnion(outcomes[child].canBeFalse)
    }
    return add(.and(children), whole)
  }

  /// Of no children: false.
  mutating func or(_ children: [Int]) -> Int {
    if children.count == 1 { return children[0] }
    if children.isEmpty { return constant(false) }
    var whole = CheckedCondition.Outcomes(canBeTrue: [], canBeFalse: .all)
    for child in children {
      whole.canBeTrue.formUnion(outcomes[child].canBeTrue)
      whole.canBeFalse.formIntersection(outcomes[child].canBeFalse)
    }
    return add(.or(children), whole)
  }

  /// Everything up to the node, which is the whole.
  func condition(_ root: Int) -> CheckedCondition {
    CheckedCondition(nodes: Array(nodes[...root]), outcomes: outcomes[root])
  }

  private mutating func add(_ node: CheckedCondition.Node, _ outcome: CheckedCondition.Outcomes) -> Int {
    nodes.append(node)
    outcomes.append(outcome)
    return nodes.count - 1
  }
}
