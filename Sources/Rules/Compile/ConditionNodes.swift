internal import Events

/// Puts a checked condition together: each node with the kinds of event that it may be true and false for.
struct ConditionNodes {
  private var nodes: [CheckedCondition.Node] = []
  private var outcomes: [CheckedCondition.Outcomes] = []
  private var texts: [Int: String] = [:]

  var count: Int { nodes.count }

  mutating func predicate(_ predicate: Predicate, isNegated: Bool = false, _ pool: inout PredicatePool) -> Int {
    let outcome = ConditionChecker.outcomes(of: predicate)
    return add(.predicate(pool.index(of: predicate), isNegated: isNegated), isNegated ? outcome.swapped : outcome)
  }

  /// A comparison with a field that this version can't supply.
  ///
  /// - Parameter text: the comparison, as written.
  mutating func absent(_ field: String, _ text: String) -> Int {
    texts[nodes.count] = text
    return add(.absent(field), .absent)
  }

  /// - Parameter text: of the comparison that comes to it; nil: there is none.
  mutating func constant(_ value: Bool, _ text: String? = nil) -> Int {
    texts[nodes.count] = text
    return add(.constant(value), .init(canBeTrue: value ? .all : [], canBeFalse: value ? [] : .all))
  }

  mutating func not(_ child: Int) -> Int { add(.not(child), outcomes[child].swapped) }

  /// Of no children: true.
  mutating func and(_ children: [Int]) -> Int {
    if children.count == 1 { return children[0] }
    if children.isEmpty { return constant(true) }
    return add(.and(children), children.reduce(.all) { $0.and(outcomes[$1]) })
  }

  /// Of no children: false.
  mutating func or(_ children: [Int]) -> Int {
    if children.count == 1 { return children[0] }
    if children.isEmpty { return constant(false) }
    return add(.or(children), children.reduce(CheckedCondition.Outcomes.all.swapped) { $0.or(outcomes[$1]) })
  }

  /// Everything up to the node, which is the whole.
  func condition(_ root: Int) -> CheckedCondition {
    CheckedCondition(nodes: Array(nodes[...root]), outcomes: outcomes[root], gaps: gaps(root), texts: texts)
  }

  /// From the whole down. A node may stand both under an even and under an odd number of `not`.
  private func gaps(_ root: Int) -> Gaps {
    var gaps = Gaps()
    var isPlain = [Bool](repeating: false, count: root + 1)
    var isNegated = isPlain
    isPlain[root] = true
    for index in isPlain.indices.reversed() {
      switch nodes[index] {
      case .absent(let name):
        if isPlain[index] { gaps.add(field: name, isNegated: false) }
        if isNegated[index] { gaps.add(field: name, isNegated: true) }
      case .not(let child):
        if isPlain[index] { isNegated[child] = true }
        if isNegated[index] { isPlain[child] = true }
      case .and(let children), .or(let children):
        for child in children {
          if isPlain[index] { isPlain[child] = true }
          if isNegated[index] { isNegated[child] = true }
        }
      case .predicate, .constant, .macro: break
      }
    }
    return gaps
  }

  private mutating func add(_ node: CheckedCondition.Node, _ outcome: CheckedCondition.Outcomes) -> Int {
    nodes.append(node)
    outcomes.append(outcome)
    return nodes.count - 1
  }
}
