/// Bounds on what one tenant may ask of the node.
package struct TenantLimits: Hashable, Sendable {
  /// Rules of its own, those switched off included.
  package var rules = 200
  /// Of its files; and of its conditions once their lists are put in and their regular expressions unfolded.
  package var bytes = 256 << 10
  /// Tests and jumps of all its conditions, their macros put in.
  package var operations = 16_384
  /// Rules that no index finds, so that each event of their kinds tries them.
  package var costlyRules = 10
  /// Of its workloads together; nil: no bound of its own.
  package var eventsPerSecond: Int?
  /// Of each priority, as ``QuietSettings/tenantAlertsPerMinute``; nil: as the site has it.
  package var alertsPerMinute: Int?

  package init() {}
}
