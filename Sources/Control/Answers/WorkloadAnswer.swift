/// A workload.
package struct WorkloadAnswer: Codable, Sendable {
  /// container, slurm-step, systemd-unit, session, host
  package var kind: String
  package var name: String
  /// Of a container all of it; of a Slurm step the job and the step.
  package var id: String
  package var cgroup: UInt64
  package var path: String
  /// known, pending, unknown
  package var identity: String
  /// Absent: there are no tenants, or it is not sure whose it is.
  package var tenant: String?
  /// Whose it may be, if that is not sure.
  package var candidates: [String]
  /// That are active for it.
  package var rulesets: [String]
  package var events: UInt64
  package var alerts: UInt64

  package init(
    kind: String, name: String, id: String, cgroup: UInt64, path: String, identity: String, tenant: String?, candidates: [String],
    rulesets: [String], events: UInt64, alerts: UInt64
  ) {
    self.kind = kind
    self.name = name
    self.id = id
    self.cgroup = cgroup
    self.path = path
    self.identity = identity
    self.tenant = tenant
    self.candidates = candidates
    self.rulesets = rulesets
    self.events = events
    self.alerts = alerts
  }
}

/// `GET /v1/workloads`.
package struct WorkloadsAnswer: Codable, Sendable {
  package static let limit = 10_000

  package var workloads: [WorkloadAnswer]
  /// There are so many more.
  package var more: Int

  init(_ all: [WorkloadAnswer]) {
    workloads = Array(all.prefix(Self.limit))
    more = all.count - workloads.count
  }
}
