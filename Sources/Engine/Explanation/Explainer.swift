package import Events
package import Rules

/// Takes the records of a stream as an ``Engine`` does, and tells of one rule what each part of its condition came to,
/// by the same code that matches. Used by one thread.
package struct Explainer: ~Copyable {
  /// What a record came to, in short.
  package struct Verdict: Sendable {
    package let fires: Bool
    /// Comparisons that would have to be otherwise, at least, for the rule to fire; 0 if it does, nil if none would do.
    package let missing: Int?
  }

  private var state: State
  private let tree: ConditionTree
  private let policy: Policy
  private let scope: RuleScope
  private let compiledScope: CompiledScope
  private let constants = Constants()
  /// By predicate, of the rule's alone.
  private let tests: [Int: CompiledPredicate]
  /// Those of which any that is false says that a field which it needs is absent.
  private let presence: [Int: [CompiledPredicate]]

  /// Bytes of a field's content that are shown.
  private static let contentLimit = 256
  /// Values of a field that are shown, of a process's ancestors.
  private static let contentCount = 16

  /// - Parameter processes: see ``Engine/init(policy:processes:)``.
  /// - Returns: nil for a rule whose condition is no tree.
  package init?(_ rule: Rule, of policy: Policy, processes: Int = 1 << 20) {
    guard let tree = ConditionTree(rule.condition, keepsMacros: true) else { return nil }
    self.tree = tree
    self.policy = policy
    scope = rule.scope
    compiledScope = CompiledScope(rule.scope, constants)
    state = State(processes: processes, tenancy: CompiledTenancy(policy))
    let constants = constants
    var tests: [Int: CompiledPredicate] = [:]
    var presence: [Int: [CompiledPredicate]] = [:]
    for index in tree.predicates {
      let predicate = policy.predicates[index]
      tests[index] = CompiledPredicate(predicate, constants)
      presence[index] = predicate.needs.map { CompiledPredicate($0, constants) }
    }
    self.tests = tests
    self.presence = presence
  }

  /// Takes the next record.
  ///
  /// - Parameter wants: given what it came to, whether it is to be explained.
  /// - Returns: nil if it is not, or no rule is tried on such a record.
  package mutating func process(_ record: borrowing Record, wants: (Verdict) -> Bool) -> Explanation? {
    guard let kind = record.kind, let isMatched = try? state.take(record, kind), isMatched else { return nil }
    let explanation = explanation(wants)
    state.finish()
    return explanation
  }

  private func explanation(_ wants: (Verdict) -> Bool) -> Explanation? {
    var results: [Int: Bool] = [:]
    for (index, test) in tests { results[index] = test.holds(state) }
    let values = tree.values { results[$0] ?? false }
    let holds = values.last ?? false
    let isInScope = compiledScope.contains(state.event.membership)
    // What no event can have is not what is missing here.
    let least = FlipCosts(tree, values: values) { node in
      if case .absent = tree.nodes[node] { false } else { true }
    }.least(for: true)
    let missing = least == FlipCosts.never ? nil : isInScope ? least : least + 1
    guard wants(Verdict(fires: holds && isInScope, missing: missing)) else { return nil }

    var absent: Set<Int> = []
    for (index, tests) in presence where tests.contains(where: { !$0.holds(state) }) { absent.insert(index) }
    let decided = FlipCosts(tree, values: values) { node in
      switch tree.nodes[node] {
      case .predicate(let index): absent.contains(index)
      case .absent: true
      default: false
      }
    }.changes(for: !holds)
    var parts: [Explanation.Part] = []
    for (node, depth) in tree.outline {
      var contents: [String] = []
      var isAbsent = false
      let text: String
      switch tree.nodes[node] {
      case .predicate(let index):
        text = policy.predicates[index].text
        isAbsent = absent.contains(index)
        contents = policy.predicates[index].fields.flatMap { state.contents($0, Self.contentLimit, Self.contentCount) }
      case .absent(let comparison):
        text = comparison
        isAbsent = true
      case .constant(let value): text = tree.texts[node] ?? (value ? "true" : "false")
      case .not: text = "not"
      case .and: text = "and"
      case .or: text = "or"
      }
      parts.append(
        Explanation.Part(
          text: text, macros: tree.macros[node] ?? [], depth: depth, value: values[node], contents: contents, isAbsent: isAbsent,
          decided: decided.contains(node)))
    }
    return Explanation(
      recordNumber: state.event.number, event: state.event.kind.name, timestampNanoseconds: state.wallNanoseconds,
      fires: holds && isInScope, scope: explainedScope(isInScope), parts: parts)
  }

  private func explainedScope(_ isInScope: Bool) -> Explanation.Scope? {
    guard let compiled = state.memberships.tenancy else { return nil }
    _ = compiled.tenant(state)
    return Explanation.Scope(
      text: compiled.tenancy.text(of: scope), containsWorkload: isInScope,
      tenants: compiled.candidates.map { compiled.tenancy.tenants[$0].name })
  }
}
