internal import ArgumentParser

/// Where a policy's files are.
struct PolicyFiles {
  /// Files and directories of the site's rules.
  var rules: [String] = []
  /// `tenants.yaml`; nil: there are no tenants.
  var tenants: String?

  static let tenantsHelp = ArgumentHelp(
    "Whose workloads are whose (tenants.yaml), instead of the configuration's; tenants' own rules are beside it in tenants/NAME/.",
    valueName: "file")
}
