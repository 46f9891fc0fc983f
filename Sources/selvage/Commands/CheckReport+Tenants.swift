internal import Events
internal import Rules

extension CheckReport {
  /// A tenant, and what became of its own rules.
  struct TenantRow: Encodable {
    let name: String
    /// Those that it lists.
    let rulesets: [String]
    /// none, whole, lastGood, leftOut
    let ownRules: String
    let files: Int
    let active: Int
    let errors: Int

    init(_ tenant: Tenant, _ report: TenantReport, _ tenancy: Tenancy) {
      name = tenant.name
      rulesets = tenant.rulesets.map { tenancy.rulesets[$0].name }
      ownRules = "\(report.state)"
      files = report.counts.files
      active = report.state == .leftOut ? 0 : report.counts.active
      errors = report.errors
    }

    /// For people; columns are separated by tabs.
    var row: String {
      let own =
        switch ownRules {
        case "none": "no rules of its own"
        case "leftOut": "its own rules are left out: errors in its files: \(errors)"
        default: "rules of its own: \(active), in files: \(files)"
        }
      return ["tenant \(name)", "rulesets: \(rulesets.isEmpty ? "none" : rulesets.joined(separator: ", "))", own]
        .joined(separator: "\t")
    }
  }

  /// A ruleset, and how many rules of it there are.
  struct RulesetRow: Encodable {
    let name: String
    let files: Int
    let active: Int
    /// Its condition; nil: it holds for those that list it alone.
    let when: String?
    /// Tenants that list it.
    let tenants: Int

    static func all(_ tenancy: Tenancy, _ loaded: LoadResult) -> [RulesetRow] {
      var active = [Int](repeating: 0, count: tenancy.rulesets.count)
      let scopes = (loaded.policy?.rules.map(\.scope) ?? []) + (loaded.policy?.correlations.map(\.scope) ?? [])
      for case .rulesets(let indices) in scopes { for index in indices { active[index] += 1 } }
      var listing = [Int](repeating: 0, count: tenancy.rulesets.count)
      for tenant in tenancy.tenants { for index in tenant.rulesets { listing[index] += 1 } }
      return tenancy.rulesets.enumerated().map { index, ruleset in
        RulesetRow(
          name: ruleset.name, files: loaded.rulesetFiles.indices.contains(index) ? loaded.rulesetFiles[index] : 0,
          active: active[index], when: ruleset.when.flatMap { loaded.policy?.text(of: $0) }, tenants: listing[index])
      }
    }

    /// For people; columns are separated by tabs.
    var row: String {
      var columns = ["ruleset \(name)", "rules: \(active), in files: \(files)", "listed by tenants: \(tenants)"]
      if let when {
        let line = when.split { $0 == " " || $0 == "\n" }.joined(separator: " ")
        columns.append("when \(DisplayText.escaped(line, limit: 1024))")
      }
      return columns.joined(separator: "\t")
    }
  }
}
