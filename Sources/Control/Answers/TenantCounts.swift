/// What there is of a tenant.
package struct TenantCounts: Codable, Sendable {
  package var name: String
  /// That are there now.
  package var workloads: Int
  /// Of its workloads since the agent started: that rules were tried on, and alerts.
  package var events: UInt64
  package var alerts: UInt64

  package init(name: String, workloads: Int, events: UInt64, alerts: UInt64) {
    self.name = name
    self.workloads = workloads
    self.events = events
    self.alerts = alerts
  }
}
