/// `tenants.yaml` as read: its conditions are texts yet.
struct TenancyItems: Sendable {
  struct Tenant: Sendable {
    let name: String
    let description: String
    let match: YAMLScalar?
    /// Names, with their places.
    let rulesets: [YAMLScalar]
    let owners: [Owner]
    let limits: TenantLimits
    let syslog: TenantSyslog
    let location: SourceLocation
  }

  struct Ruleset: Sendable {
    let name: String
    let description: String
    let when: YAMLScalar?
    /// Globs.
    let files: [YAMLScalar]
    let location: SourceLocation
  }

  let file: SourceFile
  let tenants: [Tenant]
  let rulesets: [Ruleset]
}
