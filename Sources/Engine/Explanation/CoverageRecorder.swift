package import Events
package import Rules

/// Takes the records of a stream as an ``Engine`` does, and notes which ways they take through each rule's condition. Not
/// for live streams: it tries every rule of a kind on each record. Used by one thread.
package struct CoverageRecorder: ~Copyable {
  private let processes: Int
  private var state: State
  private let policy: Policy
  private let constants = Constants()
  private let tests: [CompiledPredicate]
  /// By rule.
  private let scopes: [CompiledScope]
  /// By rule; nil: it has no exceptions.
  private let trees: [ConditionTree?]
  /// What a predicate gave for the record at hand.
  private var results: [Bool?]

  /// Of all records since it was made; first rules, then correlations.
  package private(set) var rules: [RuleCoverage]

  /// - Parameter processes: see ``Engine/init(policy:processes:)``.
  package init(_ policy: Policy, processes: Int = 1 << 20) {
    self.processes = processes
    self.policy = policy
    state = State(processes: processes, tenancy: CompiledTenancy(policy))
    let constants = constants
    tests = policy.predicates.map { CompiledPredicate($0, constants) }
    scopes = policy.rules.map { CompiledScope($0.scope, constants) }
    trees = policy.rules.map { $0.exceptions.isEmpty ? nil : policy.tree(of: $0) }
    results = Array(repeating: nil, count: policy.predicates.count)
    rules = policy.rules.map { RuleCoverage($0, policy) } + policy.correlations.map { RuleCoverage($0) }
  }

  /// The next record begins a stream of its own.
  package mutating func restart() { state = State(processes: processes, tenancy: state.memberships.tenancy) }

  package mutating func process(_ record: borrowing Record) {
    guard let kind = record.kind, let isMatched = try? state.take(record, kind), isMatched else { return }
    for index in results.indices { results[index] = nil }
    let membership = state.event.membership
    for index in policy.rulesByKind[Int(kind.rawValue)] where scopes[index].contains(membership) { note(index) }
    if membership.tenant >= 0 {
      for index in policy.rulesByTenant[Int(membership.tenant)] where policy.rules[index].kinds.contains(kind) { note(index) }
    }
    state.finish()
  }

  private mutating func note(_ rule: Int) {
    noteComparisons(of: rule)
    noteExceptions(of: rule)
  }

  private mutating func holds(_ predicate: Int) -> Bool {
    if let known = results[predicate] { return known }
    let value = tests[predicate].holds(state)
    results[predicate] = value
    return value
  }

  /// Runs the rule's program, which passes over what is settled.
  private mutating func noteComparisons(of index: Int) {
    var reached: [Int: RuleCoverage.Values] = [:]
    let condition = policy.rules[index].condition
    _ = condition.run { predicate, place in
      let value = holds(predicate)
      reached[place, default: .init()].note(value)
      return value
    }
    rules[index].noteComparisons { reached[$0] ?? .init() }
  }

  /// The condition with its exceptions is an `and`, of which they are the last parts, each under a `not`.
  private mutating func noteExceptions(of index: Int) {
    let count = policy.rules[index].exceptions.count
    guard count > 0, let tree = trees[index], case .and(let parts)? = tree.nodes.last, parts.count > count else { return }
    for predicate in tree.predicates { _ = holds(predicate) }
    let results = results
    let values = tree.values { results[$0] ?? false }
    guard parts.dropLast(count).allSatisfy({ values[$0] }) else { return }
    for (exception, part) in parts.suffix(count).enumerated() {
      rules[index].noteException(exception, !values[part])
    }
  }
}
