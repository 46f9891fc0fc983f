package import Events

/// A workload as lists show it. All text in it is valid UTF-8 without control characters.
package struct WorkloadSummary: Sendable, Hashable {
  /// Of its topmost cgroup, in the cgroup2 hierarchy; 0: of the host, or not known.
  package let cgroup: UInt64
  package let kind: WorkloadKind?
  /// The container's full id, the job and step, the unit's or session's name, `host`; empty: not known.
  package let id: String
  package let name: String
  /// Path of its cgroup.
  package let path: String
  package let identity: Identity
  /// nil: the policy has no tenants, or it is not sure whose it is.
  package let tenant: String?
  /// Whose it may be, in the order of the policy; one: it is that one's.
  package let candidates: [String]
  /// Names of those that are active for it.
  package let rulesets: [String]
  /// Since it was made, or the policy got tenants: that rules were tried on, and that fired some.
  package let events: UInt64
  package let alerts: UInt64
}

/// A tenant's workloads and what came of them, in numbers.
package struct TenantSummary: Sendable, Hashable {
  /// nil: workloads of which it is not sure whose they are.
  package let name: String?
  /// That are there now.
  package let workloads: Int
  /// Since the agent started, or the tenant was there first.
  package let events: UInt64
  package let alerts: UInt64
  /// Alerts that were counted instead of sent: of correlations and completions as well.
  package let held: UInt64
}
