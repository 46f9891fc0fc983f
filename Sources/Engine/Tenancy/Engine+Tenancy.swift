import CEvents
import Events
import Rules

/// For people: takes memory and time by what is asked for. All of it is as of the last record.
extension Engine {
  /// The workload that a cgroup belongs to. nil: no such cgroup is known.
  package mutating func workload(ofCgroup id: UInt64) -> WorkloadSummary? {
    let workload = state.workloads.workload(ofCgroup: id)
    return workload < 0 ? nil : summary(workload)
  }

  /// The containers of that name or id, of which the beginning is enough.
  package mutating func workloads(ofContainer text: String) -> [WorkloadSummary] {
    alive.compactMap { workload in
      guard state.workloads.kind(of: workload) == .container else { return nil }
      let event = state.event.workload
      state.event.workload = workload
      defer { state.event.workload = event }
      let id = state.text(.containerFullID)
      return !text.isEmpty && (id.hasPrefix(text) || state.text(.containerName) == text) ? summary(workload) : nil
    }
  }

  /// Every workload that is there, the host first.
  package mutating func workloadSummaries() -> [WorkloadSummary] { alive.map { summary($0) } }

  /// Every tenant in the order of the policy, and last what is not surely any one's; empty: the policy has none.
  package mutating func tenantSummaries() -> [TenantSummary] {
    guard let tenancy = state.memberships.tenancy?.tenancy else { return [] }
    var workloads = [Int](repeating: 0, count: tenancy.tenants.count + 1)
    for workload in alive {
      let tenant = state.withMembership(of: workload) { state in Int(state.event.membership.tenant) }
      workloads[tenant < 0 ? tenancy.tenants.count : tenant] += 1
    }
    return workloads.enumerated().map { index, count in
      let isOne = index < tenancy.tenants.count
      let counts = state.memberships.counts(of: isOne ? index : -1)
      return TenantSummary(
        name: isOne ? tenancy.tenants[index].name : nil, workloads: count, events: counts.events, alerts: counts.alerts,
        held: counts.held)
    }
  }

  /// Why the workload of a cgroup is whose it is. nil: no such cgroup is known.
  package mutating func explainTenancy(ofCgroup id: UInt64) -> TenancyExplanation? {
    let workload = state.workloads.workload(ofCgroup: id)
    guard workload >= 0 else { return nil }
    let summary = summary(workload)
    let facts = state.factsForPeople(of: workload)
    return state.withMembership(of: workload) { state in
      let explained = state.memberships.tenancy.map { $0.explained(state) }
      return TenancyExplanation(
        workload: summary, timeNanoseconds: state.event.header.time_ns, candidates: explained?.candidates ?? [],
        rulesets: explained?.rulesets ?? [], facts: facts)
    }
  }

  private var alive: [Int32] { state.workloads.indices.filter { state.workloads.isAlive($0) } }

  private mutating func summary(_ workload: Int32) -> WorkloadSummary {
    state.withMembership(of: workload) { $0.summary }
  }
}
