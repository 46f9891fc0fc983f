internal import Events

/// Checks a parsed condition: names become predicates and macros, and the kinds of event that it can match are derived.
struct ConditionChecker {
  /// A macro that the condition may name.
  struct Macro {
    let index: Int
    let outcomes: CheckedCondition.Outcomes
    let gaps: Gaps
  }

  /// What is wrong with the condition, up to twenty errors: no one reads on.
  private(set) var errors: [ConditionError] = []
  private(set) var usedMacros: [Int] = []
  /// By macro's index.
  private var macroGaps: [Int: Gaps] = [:]
  private var missingKinds = Gaps()

  /// - Parameters:
  ///   - macro: looks a macro up by name; reports itself what stands against it.
  /// - Returns: nil if there were errors.
  mutating func check(
    _ condition: Condition, pool: inout PredicatePool, macro: (String, Int) throws(ConditionError) -> Macro
  ) -> CheckedCondition? {
    var nodes: [CheckedCondition.Node] = []
    var outcomes: [CheckedCondition.Outcomes] = []
    nodes.reserveCapacity(condition.nodes.count)
    var texts: [Int: String] = [:]
    for parsed in condition.nodes {
      do throws(ConditionError) {
        let (node, outcome) = try checked(parsed, outcomes, &pool, macro)
        if case .check(let check) = parsed, node.isSettled { texts[nodes.count] = check.text }
        if pool.bytesLeft < 0, case .check(let check) = parsed { throw pool.sizeError(at: check.offset) }
        nodes.append(node)
        outcomes.append(outcome)
      } catch {
        errors.append(error)
        if errors.count == Self.maximumErrors || pool.bytesLeft < 0 { return nil }
        nodes.append(.constant(false))
        outcomes.append(.none)
      }
    }
    guard errors.isEmpty, let whole = outcomes.last else { return nil }
    return CheckedCondition(nodes: nodes, outcomes: whole, gaps: gaps(nodes), texts: texts)
  }

  /// From the whole down, as each node knows then whether an odd number of `not` stands above it.
  private func gaps(_ nodes: [CheckedCondition.Node]) -> Gaps {
    var gaps = missingKinds
    var isNegated = [Bool](repeating: false, count: nodes.count)
    for index in nodes.indices.reversed() {
      switch nodes[index] {
      case .absent(let name): gaps.add(field: name, isNegated: isNegated[index])
      case .macro(let macro): if let inner = macroGaps[macro] { gaps.add(inner, isNegated: isNegated[index]) }
      case .not(let child): isNegated[child] = !isNegated[index]
      case .and(let children), .or(let children): for child in children { isNegated[child] = isNegated[index] }
      case .predicate, .constant: break
      }
    }
    return gaps
  }

  static let maximumErrors = 20

  private mutating func checked(
    _ node: Condition.Node, _ outcomes: [CheckedCondition.Outcomes], _ pool: inout PredicatePool,
    _ macro: (String, Int) throws(ConditionError) -> Macro
  ) throws(ConditionError) -> (CheckedCondition.Node, CheckedCondition.Outcomes) {
    switch node {
    case .check(let check):
      switch try PredicateBuilder.leaf(for: check) {
      case .constant(let value):
        return (.constant(value), .init(canBeTrue: value ? .all : [], canBeFalse: value ? [] : .all))
      case .absent(let name): return (.absent(name), .absent)
      case .predicate(let predicate, let isNegated):
        for kind in EventTypeChecks.missingKinds(of: check) { missingKinds.add(kind: kind) }
        let outcome = Self.outcomes(of: predicate)
        return (.predicate(pool.index(of: predicate), isNegated: isNegated), isNegated ? outcome.swapped : outcome)
      }
    case .macro(let name, let offset):
      let found = try macro(name, offset)
      usedMacros.append(found.index)
      macroGaps[found.index] = found.gaps
      return (.macro(found.index), found.outcomes)
    case .not(let child): return (.not(child), outcomes[child].swapped)
    case .and(let children): return (.and(children), children.reduce(.all) { $0.and(outcomes[$1]) })
    case .or(let children): return (.or(children), children.reduce(CheckedCondition.Outcomes.all.swapped) { $0.or(outcomes[$1]) })
    }
  }

  /// A predicate holds only for kinds that have its field; it may fail for any.
  static func outcomes(of predicate: Predicate) -> CheckedCondition.Outcomes {
    if case .isKind(let kinds) = predicate.test {
      return .init(canBeTrue: kinds, canBeFalse: EventKinds.all.subtracting(kinds))
    }
    return .init(canBeTrue: predicate.field.field.description.kinds.intersection(.all), canBeFalse: .all)
  }
}
