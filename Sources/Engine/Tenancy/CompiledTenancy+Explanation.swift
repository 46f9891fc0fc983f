import Events
import Rules

extension CompiledTenancy {
  private static let contentLimit = 256
  private static let contentCount = 16

  /// Whose the event's workload is, or may be, and which rulesets are active for it, with the reasons. Takes memory.
  func explained(
    _ state: borrowing State
  ) -> (candidates: [TenancyExplanation.Candidate], rulesets: [TenancyExplanation.RulesetState]) {
    _ = tenant(state)
    let candidates = candidates
    var explained: [TenancyExplanation.Candidate] = []
    for tenant in candidates.prefix(TenancyExplanation.maximumCandidates) {
      let name = tenancy.tenants[tenant].name
      if let (truth, parts) = parts(ofMatch: tenant, state) {
        explained.append(.init(tenant: name, truth: truth, match: parts))
      } else {
        explained.append(.init(tenant: name, truth: candidates.count == 1 ? .yes : .maybe, match: []))
      }
    }
    let rulesets = tenancy.rulesets.indices.map { ruleset in
      let listing = candidates.filter { tenancy.tenants[$0].rulesets.contains(ruleset) }
      let when = parts(ofWhen: ruleset, state)
      return TenancyExplanation.RulesetState(
        ruleset: tenancy.rulesets[ruleset].name,
        isActive: state.event.membership.isActive(Int32(truncatingIfNeeded: ruleset)),
        listedBy: listing.map { tenancy.tenants[$0].name }, truth: when?.truth, when: when?.parts ?? [])
    }
    return (explained, rulesets)
  }

  private typealias Explained = (truth: Truth, parts: [TenancyExplanation.Part])

  private func parts(ofMatch tenant: Int, _ state: borrowing State) -> Explained? {
    guard let match = tenancy.tenants[tenant].match, let clause = clause(ofMatch: tenant) else { return nil }
    return parts(match, clause, state)
  }

  private func parts(ofWhen ruleset: Int, _ state: borrowing State) -> Explained? {
    guard let when = tenancy.rulesets[ruleset].when, let clause = clause(ofWhen: ruleset) else { return nil }
    return parts(when, clause, state)
  }

  private func parts(_ program: Program, _ clause: Clause, _ state: borrowing State) -> Explained {
    let whole = truth(clause, state)
    guard let tree = ConditionTree(program) else { return (whole, []) }
    let parts = tree.outline.map { node, depth in
      let text: String
      var contents: [String] = []
      switch tree.nodes[node] {
      case .predicate(let index):
        text = predicates[index].text
        contents = predicates[index].fields.flatMap { state.contents($0, Self.contentLimit, Self.contentCount) }
      case .absent(let comparison): text = comparison
      case .constant(let value): text = tree.texts[node] ?? (value ? "true" : "false")
      case .not: text = "not"
      case .and: text = "and"
      case .or: text = "or"
      }
      return TenancyExplanation.Part(text: text, depth: depth, truth: truth(of: node), contents: contents)
    }
    return (whole, parts)
  }
}
