import CEvents
import Events
import Rules

extension State {
  /// Lends the state as if the event at hand were one of that workload, what the policy makes of it included.
  mutating func withMembership<Result>(of workload: Int32, _ body: (borrowing State) -> Result) -> Result {
    let (own, membership) = (event.workload, event.membership)
    event.workload = workload
    event.membership = Membership()
    settleMembership()
    defer { (event.workload, event.membership) = (own, membership) }
    return body(self)
  }

  /// A field of the event, as alerts show it; empty: absent.
  func text(_ field: Field) -> String { value(FieldReference(field), limit: AlertBuilder.fieldLimit)?.shown ?? "" }

  /// Of the event's workload.
  var summary: WorkloadSummary {
    let workload = event.workload
    var candidates: [String] = []
    var rulesets: [String] = []
    if let compiled = memberships.tenancy {
      _ = compiled.tenant(self)
      candidates = compiled.candidates.map { compiled.tenancy.tenants[$0].name }
      rulesets = compiled.tenancy.rulesets.indices.filter { event.membership.isActive(Int32(truncatingIfNeeded: $0)) }
        .map { compiled.tenancy.rulesets[$0].name }
    }
    let counts = workload < 0 ? (0, 0) : (workloads.workloads[workload].events, workloads.workloads[workload].alerts)
    return WorkloadSummary(
      cgroup: workloads.cgroup(of: workload) ?? 0, kind: workloads.kind(of: workload), id: text(.workloadID),
      name: text(.workloadName), path: text(.workloadCgroup), identity: workloads.identity(of: workload),
      tenant: tenantName(event.membership.tenant), candidates: candidates, rulesets: rulesets, events: counts.0,
      alerts: counts.1)
  }

  /// What sources say of a workload, then its mounts.
  func factsForPeople(of workload: Int32) -> [TenancyExplanation.Fact] {
    func shown(_ bytes: [UInt8]) -> String { EscapedText.escaped(bytes, limit: AlertBuilder.fieldLimit) }
    var facts = workloads.facts(of: workload).map {
      TenancyExplanation.Fact(name: shown($0.name), value: shown($0.value), source: $0.source, timeNanoseconds: $0.timeNanoseconds)
    }
    for mount in workloads.mounts(of: workload) {
      let text = "\(shown(mount.source)) at \(shown(mount.target)), \(shown(mount.fileSystem)), \(shown(mount.options))"
      facts.append(.init(name: "workload.mount", value: text, source: nil, timeNanoseconds: event.header.time_ns))
    }
    return facts
  }
}
