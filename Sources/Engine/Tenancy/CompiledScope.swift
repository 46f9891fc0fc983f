import Rules

/// Which workloads a rule or a correlation sees.
struct CompiledScope: BitwiseCopyable {
  /// -1: not one tenant's alone.
  private let tenant: Int32
  /// Of which one must be active; none: it is in no ruleset.
  private let rulesets: UnsafeBufferPointer<Int32>

  init(_ scope: RuleScope, _ constants: Constants) {
    switch scope {
    case .site: (tenant, rulesets) = (-1, constants.keep([]))
    case .rulesets(let indices): (tenant, rulesets) = (-1, constants.keep(indices.map { Int32(truncatingIfNeeded: $0) }))
    case .tenant(let index): (tenant, rulesets) = (Int32(truncatingIfNeeded: index), constants.keep([]))
    }
  }

  /// Whether it sees the workload of which that was decided. A tenant's own sees what is surely the tenant's.
  func contains(_ membership: Membership) -> Bool {
    if tenant >= 0 { return membership.tenant == tenant }
    for ruleset in rulesets where membership.isActive(ruleset) { return true }
    return rulesets.isEmpty
  }
}
