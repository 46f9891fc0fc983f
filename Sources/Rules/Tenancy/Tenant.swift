/// Who owns workloads: a project, a service, a group of people.
package struct Tenant: Sendable {
  /// Lower-case letters, digits and `.`, `_`, `-`: it names a folder as well.
  package let name: String
  package let description: String
  /// Which workloads are its own, by what is known of them. nil: none by itself, as of `host` and `unassigned`.
  package internal(set) var match: Program?
  /// Indices of the rulesets that always hold for its workloads, ascending.
  package let rulesets: [Int]
  /// Who may read its alerts, and keep its rules.
  package let owners: [Owner]
  package let limits: TenantLimits
  package let syslog: TenantSyslog
  /// Of its name.
  package let location: SourceLocation

  package init(
    name: String, description: String = "", match: Program? = nil, rulesets: [Int] = [],
    owners: [Owner] = [], limits: TenantLimits = TenantLimits(), syslog: TenantSyslog = TenantSyslog(),
    location: SourceLocation
  ) {
    self.name = name
    self.description = description
    self.match = match
    self.rulesets = rulesets
    self.owners = owners
    self.limits = limits
    self.syslog = syslog
    self.location = location
  }
}
