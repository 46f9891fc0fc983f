internal import Events
internal import Rules

/// What `selvage check` found, for programs.
struct CheckReport: Encodable {
  struct Entry: Encodable {
    let severity: String
    let file: String
    let line: Int
    let column: Int
    let message: String
    let hint: String?
  }

  struct Totals: Encodable {
    let files: Int
    let rules: Int
    let active: Int
    let disabled: Int
    let skipped: Int
    let unsupported: Int
    let unmatchable: Int
    let degraded: Int
    let macros: Int
    let lists: Int
    let errors: Int
    let warnings: Int
  }

  /// What of a rule holds on this node.
  struct Row: Encodable {
    let name: String
    let file: String
    let line: Int
    /// full, degraded, unsupported
    let status: String
    let enabled: Bool
    let canMatch: Bool
    let missingFields: [String]
    /// Of these, those under `not`: it fires for more than it says.
    let missingUnderNot: [String]
    let missingOutputFields: [String]
    let missingEvents: [String]
    /// Of a correlation: rules that it refers to and that are left out.
    let missingRules: [String]
    /// `site`, `ruleset NAME` or `tenant NAME`, if there are tenants.
    let scope: String?

    init(_ rule: RuleReport, _ tenancy: Tenancy? = nil) {
      scope = tenancy.map { $0.text(of: rule.scope) }
      name = rule.name
      file = rule.location.file
      line = rule.location.line
      status = rule.status.rawValue
      enabled = rule.isEnabled
      canMatch = rule.canMatch
      missingFields = rule.missingFields
      missingUnderNot = rule.missingUnderNot
      missingOutputFields = rule.missingOutputFields
      missingEvents = rule.missingKinds
      missingRules = rule.missingRules
    }

    /// For people; columns are separated by tabs.
    var row: String {
      let place = "\(DisplayText.escaped(file, limit: 4096)):\(line)"
      let columns = [status, DisplayText.escaped(name, limit: 1024), place, scope ?? "", reasons.joined(separator: "; ")]
      return columns.filter { !$0.isEmpty }.joined(separator: "\t")
    }

    /// What it lacks, for people.
    var reasons: [String] {
      var reasons: [String] = []
      func add(_ what: String, _ names: [String]) {
        if !names.isEmpty { reasons.append("\(what): \(names.map { DisplayText.escaped($0) }.joined(separator: ", "))") }
      }
      if !enabled { reasons.append("disabled") }
      if !canMatch, status != RuleReport.Status.unsupported.rawValue { reasons.append("can never match") }
      add("absent here", missingFields)
      if canMatch { add("under 'not', so that it fires for more than it says", missingUnderNot) }
      add("events that aren't seen", missingEvents)
      add("shown as <NA>", missingOutputFields)
      add("rules that are left out", missingRules)
      return reasons
    }
  }

  /// The rules could be run.
  let ok: Bool
  let totals: Totals
  let diagnostics: [Entry]
  let rules: [Row]
  /// If there are tenants, and no error but in their own files.
  let tenants: [TenantRow]?
  let rulesets: [RulesetRow]?

  init(_ loaded: LoadResult) {
    let counts = loaded.counts
    ok = loaded.policy != nil
    totals = Totals(
      files: counts.files, rules: counts.rules, active: counts.active, disabled: counts.disabled, skipped: counts.skipped,
      unsupported: counts.unsupported, unmatchable: counts.unmatchable, degraded: counts.degraded,
      macros: counts.macros, lists: counts.lists, errors: loaded.errors.count, warnings: loaded.warnings.count)
    let tenancy = loaded.policy?.tenancy
    rules = loaded.rules.map { Row($0, tenancy) }
    tenants = tenancy.map { tenancy in zip(tenancy.tenants, loaded.tenants).map { TenantRow($0, $1, tenancy) } }
    rulesets = tenancy.map { RulesetRow.all($0, loaded) }
    diagnostics = loaded.diagnostics.map {
      Entry(
        severity: $0.severity.rawValue, file: $0.location.file, line: $0.location.line, column: $0.location.column,
        message: $0.message, hint: $0.hint)
    }
  }
}
