internal import Events

/// Checks a parsed condition: names become predicates and macros, and the kinds of event that it can match are derived.
struct ConditionChecker {
  /// A macro that the condition may name.
  struct Macro {
    let index: Int
    let outcomes: CheckedCondition.Outcomes
  }

  /// What is wrong with the condition, up to twenty errors: no one reads on.
  private(set) var errors: [ConditionError] = []
  private(set) var usedMacros: [Int] = []

  /// - Parameters:
  ///   - macro: looks a macro up by name; reports itself what stands against it.
  /// - Returns: nil if there were errors.
  mutating func check(
    _ condition: Condition, pool: inout PredicatePool, macro: (String, Int) throws(ConditionError) -> Macro
  ) -> CheckedCondition? {
    var nodes: [CheckedCondition.Node] = []
    var outcomes: [CheckedCondition.Outcomes] = []
    nodes.reserveCapacity(condition.nodes.count)
    for node in condition.nodes {
      do throws(ConditionError) {
        let (node, outcome) = try checked(node, outcomes, &pool, macro)
        nodes.append(node)
        outcomes.append(outcome)
      } catch {
        errors.append(error)
        if errors.count == Self.maximumErrors { return nil }
        nodes.append(.constant(false))
        outcomes.append(.none)
      }
    }
    guard errors.isEmpty, let whole = outcomes.last else { return nil }
    return CheckedCondition(nodes: nodes, outcomes: whole)
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
      case .predicate(let predicate, let isNegated):
        let outcome = Self.outcomes(of: predicate)
        return (.predicate(pool.index(of: predicate), isNegated: isNegated), isNegated ? Self.swapped(outcome) : outcome)
      }
    case .macro(let name, let offset):
      let found = try macro(name, offset)
      usedMacros.append(found.index)
      return (.macro(found.index), found.outcomes)
    case .not(let child): return (.not(child), Self.swapped(outcomes[child]))
    case .and(let children):
      let whole = children.reduce(into: CheckedCondition.Outcomes(canBeTrue: .all, canBeFalse: [])) {
        $0.canBeTrue.formIntersection(outcomes[$1].canBeTrue)
        $0.canBeFalse.formUnion(outcomes[$1].canBeFalse)
      }
      return (.and(children), whole)
    case .or(let children):
      let whole = children.reduce(into: CheckedCondition.Outcomes(canBeTrue: [], canBeFalse: .all)) {
        $0.canBeTrue.formUnion(outcomes[$1].canBeTrue)
        $0.canBeFalse.formIntersection(outcomes[$1].canBeFalse)
      }
      return (.or(children), whole)
    }
  }

  /// A predicate holds only for kinds that have its field; it may fail for any.
  static func outcomes(of predicate: Predicate) -> CheckedCondition.Outcomes {
    if case .isKind(let kinds) = predicate.test {
      return .init(canBeTrue: kinds, canBeFalse: EventKinds.all.subtracting(kinds))
    }
    return .init(canBeTrue: predicate.field.field.description.kinds.intersection(.all), canBeFalse: .all)
  }

  static func swapped(_ outcomes: CheckedCondition.Outcomes) -> CheckedCondition.Outcomes {
    .init(canBeTrue: outcomes.canBeFalse, canBeFalse: outcomes.canBeTrue)
  }
}
