internal import Discovery
package import Engine
internal import Events

extension Engine {
  /// Workloads of one name that are explained.
  private static let namesakes = 16

  /// The answer to a question about workloads; nil: that is another's to answer. Takes time by how many there are.
  package mutating func answer(_ question: Question) -> Reply? {
    switch question {
    case .workloads: .workloads(workloadSummaries().map(WorkloadAnswer.init), tenantSummaries().compactMap(TenantCounts.init))
    case .explain(.cgroup(let id)): .explanations(explanations(ofCgroups: [id]))
    case .explain(.container(let text)):
      .explanations(explanations(ofCgroups: workloads(ofContainer: text).prefix(Self.namesakes).map(\.cgroup)))
    case .explain(.process), .state, .reload: nil
    }
  }

  private mutating func explanations(ofCgroups ids: [UInt64]) -> [ExplainAnswer] {
    let now = KernelClock.boot
    return ids.compactMap { id in explainTenancy(ofCgroup: id).map { ExplainAnswer($0, now: now) } }
  }
}

extension WorkloadAnswer {
  init(_ summary: WorkloadSummary) {
    self.init(
      kind: summary.kind?.name ?? "unknown", name: summary.name.isEmpty ? summary.id : summary.name, id: summary.id,
      cgroup: summary.cgroup, path: summary.path, identity: summary.identity.name, tenant: summary.tenant,
      candidates: summary.tenant == nil ? summary.candidates : [], rulesets: summary.rulesets, events: summary.events,
      alerts: summary.alerts)
  }
}

extension TenantCounts {
  /// nil: of those that are not surely anybody's.
  init?(_ summary: TenantSummary) {
    guard let name = summary.name else { return nil }
    self.init(name: name, workloads: summary.workloads, events: summary.events, alerts: summary.alerts)
  }
}

extension ExplainAnswer {
  /// - Parameter now: CLOCK_BOOTTIME, nanoseconds.
  init(_ explanation: TenancyExplanation, now: UInt64) {
    self.init(
      workload: WorkloadAnswer(explanation.workload),
      facts: explanation.facts.map { fact in
        let age = now > fact.timeNanoseconds ? now - fact.timeNanoseconds : 0
        return Fact(
          name: fact.name, value: fact.value, source: fact.source?.name ?? "kernel",
          ageSeconds: (Double(age) / 1e8).rounded() / 10)
      },
      clauses: explanation.candidates.map { Clause(tenant: $0.tenant, value: $0.truth.name, parts: $0.match.map(Part.init)) },
      rulesets: explanation.rulesets.map {
        Ruleset(
          name: $0.ruleset, active: $0.isActive, listedBy: $0.listedBy, value: $0.truth?.name, parts: $0.when.map(Part.init))
      })
  }
}

extension ExplainAnswer.Part {
  fileprivate init(_ part: TenancyExplanation.Part) {
    self.init(depth: part.depth, text: part.text, value: part.truth.name, contents: part.contents)
  }
}

extension Truth {
  fileprivate var name: String { "\(self)" }
}
