import Events
import Rules

/// Which of some rules, the site's or a tenant's own, can match one kind of event, and how each is found.
struct KindPlan {
  struct Entry {
    /// By index in the policy.
    let rule: Int
    let tests: Decisions
    /// Predicates of which one must hold for the rule to; nil: the rule is tried on every event of the kind.
    let way: Set<Int>?
  }

  /// In the order of definition.
  private(set) var entries: [Entry] = []

  /// - Parameters:
  ///   - rules: that can match the kind, by index in the policy, in the order of definition.
  ///   - anchors: of each predicate; nil: it has none.
  init(_ kind: EventKind, _ rules: [Int], of policy: Policy, anchors: [[Anchor]?]) {
    var possible: [(rule: Int, tests: Decisions)] = []
    var costs = AnchorCosts(anchors)
    for index in rules {
      let tests = Decisions(policy.rules[index].condition, kind, policy.predicates)
      guard tests.start != .end(false) else { continue }
      possible.append((index, tests))
      costs.note(tests.predicates)
    }
    for (rule, tests) in possible {
      let found = tests.necessary { costs.cost(of: $0) }
      let way = found.flatMap { $0.cost < AnchorCosts.ofTrying ? $0.predicates : nil }
      entries.append(Entry(rule: rule, tests: tests, way: way))
    }
  }
}
