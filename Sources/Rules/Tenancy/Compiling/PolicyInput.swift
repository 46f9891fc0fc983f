/// All that a policy is compiled of.
struct PolicyInput {
  /// The site's rule files.
  var sources: [SourceFile]
  /// Those that rulesets name, by the file's name.
  var scopes: [String: RuleScope] = [:]
  /// How many files each ruleset names that are there.
  var rulesetFiles: [Int] = []
  /// `tenants.yaml`; nil: there are no tenants.
  var tenantsFile: SourceFile?
  /// What it says; nil: it is no such file.
  var tenancy: TenancyItems?
  /// By tenant, of those that have any.
  var tenants: [String: TenantFiles] = [:]
}

/// The rule files of one tenant, as far as they could be read.
struct TenantFiles {
  var sources: [SourceFile]
  /// What is wrong with them.
  var log: DiagnosticLog
}
