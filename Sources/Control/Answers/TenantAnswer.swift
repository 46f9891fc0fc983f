/// A tenant, with its own rules.
package struct TenantAnswer: Codable, Sendable {
  package struct Rule: Codable, Sendable {
    package var name: String
    package var file: String
    package var line: Int
    /// full, degraded, unsupported
    package var status: String
    package var enabled: Bool

    package init(name: String, file: String, line: Int, status: String, enabled: Bool) {
      self.name = name
      self.file = file
      self.line = line
      self.status = status
      self.enabled = enabled
    }
  }

  package var name: String
  package var description: String
  package var owners: [String]
  /// That always hold for it.
  package var rulesets: [String]
  /// What became of its own rule files: none, whole, lastGood, leftOut
  package var files: String
  package var rules: [Rule]
  /// Of its own rule files.
  package var diagnostics: [DiagnosticAnswer]
  package var workloads: Int = 0
  package var events: UInt64 = 0
  package var alerts: UInt64 = 0

  package init(
    name: String, description: String, owners: [String], rulesets: [String], files: String, rules: [Rule],
    diagnostics: [DiagnosticAnswer]
  ) {
    self.name = name
    self.description = description
    self.owners = owners
    self.rulesets = rulesets
    self.files = files
    self.rules = rules
    self.diagnostics = diagnostics
  }
}

/// `GET /v1/tenants`.
package struct TenantsAnswer: Codable, Sendable {
  package var tenants: [TenantAnswer]
}
