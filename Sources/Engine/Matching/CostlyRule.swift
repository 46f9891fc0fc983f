package import Events
package import Rules

/// A rule that costs every event of kinds that come often: none of what must hold for it is found by an index, as the
/// engine would run it.
package struct CostlyRule: Equatable {
  /// By index in the policy.
  package let rule: Int
  package let kinds: EventKinds
  /// What is tried on each of them; none: it can fire without any of its comparisons being true.
  package let tests: [Predicate]

  /// Those of a policy, in the order of definition. Takes as long as making the policy ready.
  package static func all(in policy: Policy) -> [CostlyRule] {
    let anchors = policy.predicates.map { Anchor.all(of: $0) }
    var found: [Int: CostlyRule] = [:]
    for rules in [policy.rulesByKind] + policy.rulesByTenant.indices.map(policy.rulesByKind(ofTenant:)) {
      for kind in policy.kinds.intersection(.frequent).kinds {
        for entry in KindPlan(kind, rules[Int(kind.rawValue)], of: policy, anchors: anchors).entries {
          guard let tests = costlyTests(entry, policy, anchors) else { continue }
          let rule = found[entry.rule]
          let kinds = (rule?.kinds ?? []).union(EventKinds(kind))
          found[entry.rule] = CostlyRule(rule: entry.rule, kinds: kinds, tests: rule?.tests ?? tests)
        }
      }
    }
    return found.values.sorted { $0.rule < $1.rule }
  }

  /// nil: an index leads to the rule, or a look at a number does.
  private static func costlyTests(_ entry: KindPlan.Entry, _ policy: Policy, _ anchors: [[Anchor]?]) -> [Predicate]? {
    // A rule that matches every event of the kind has nothing to try.
    guard case .test = entry.tests.start else { return nil }
    func isCostly(_ index: Int) -> Bool {
      anchors[index] == nil && policy.predicates[index].isCostly(isShared: entry.way != nil)
    }
    guard let cut = entry.tests.necessary({ isCostly($0) ? 1 : 0 }) else { return [] }
    return cut.cost > 0 ? cut.predicates.filter(isCostly).sorted().map { policy.predicates[$0] } : nil
  }
}

extension Predicate {
  /// Of one without anchors: whether it takes more than a look at a number, or holds for nearly all events.
  ///
  /// - Parameter isShared: it is tried once for several rules.
  fileprivate func isCostly(isShared: Bool) -> Bool {
    if case .ofExpression = test { return true }
    switch field.field.description.type {
    case .string: return true
    case .boolean: return false
    case .integer, .port, .address: break
    }
    switch test {
    case .exists, .notEqualsInteger, .isNotInNetworks: return !isShared
    default: return false
    }
  }
}
