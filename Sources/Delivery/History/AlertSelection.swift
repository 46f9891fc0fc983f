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

  func contains(_ line: AlertLine) -> Bool {
    covers(tenant: line.tenant) && rule.map { $0 == line.rule } ?? true && since.map { line.timestampNanoseconds >= $0 } ?? true
  }
}
