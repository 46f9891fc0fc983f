internal import Engine

/// Which alerts somebody is to see.
package struct AlertSelection: Sendable, Equatable {
  /// nil: those of all tenants, and those that are no tenant's.
  package var tenants: Set<String>?
  /// By name; nil: all.
  package var rule: String?
  /// Nanoseconds since 1970; nil: however old.
  package var since: Int64?

  package init(tenants: Set<String>? = nil, rule: String? = nil, since: Int64? = nil) {
    self.tenants = tenants
    self.rule = rule
    self.since = since
  }

  func covers(tenant: String?) -> Bool {
    guard let tenants else { return true }
    return tenant.map(tenants.contains) ?? false
  }

  func contains(_ line: AlertLine) -> Bool { contains(line.tenant, line.rule, line.timestampNanoseconds) }

  func contains(_ alert: Alert) -> Bool { contains(alert.tenant, alert.rule, alert.timestampNanoseconds) }

  private func contains(_ tenant: String?, _ rule: String, _ timestampNanoseconds: Int64) -> Bool {
    covers(tenant: tenant) && self.rule.map { $0 == rule } ?? true && since.map { timestampNanoseconds >= $0 } ?? true
  }
}
