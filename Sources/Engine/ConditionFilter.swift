package import Events
package import Rules

/// Tells of each record of a stream whether a condition holds of it, by the same code that matches rules. It must see
/// every record, as conditions ask for what earlier ones told. Used by one thread.
package struct ConditionFilter: ~Copyable {
  private var state: State
  private var matcher: Matcher

  /// - Parameters:
  ///   - policy: its rules' conditions; a record is wanted that any of them holds of. See ``PolicyLoader``'s
  ///     `load(condition:paths:)`.
  ///   - processes: see ``Engine/init(policy:processes:)``.
  package init(_ policy: Policy, processes: Int = 1 << 20) {
    state = State(processes: processes, tenancy: CompiledTenancy(policy))
    matcher = Matcher(policy)
  }

  /// Takes the next record. No condition holds of what only tells the state: a stream's start, counters, processes that
  /// ran before.
  package mutating func holds(_ record: borrowing Record) -> Bool {
    guard let kind = record.kind, let isMatched = try? state.take(record, kind), isMatched else { return false }
    var holds = false
    matcher.match(state) { _, _ in holds = true }
    state.finish()
    return holds
  }
}
