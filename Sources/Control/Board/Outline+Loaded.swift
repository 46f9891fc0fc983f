package import Rules

extension PolicyBoard.Outline {
  /// - Parameters:
  ///   - policy: that holds from here on.
  ///   - loaded: what came of loading it.
  ///   - sinceNanoseconds: since 1970.
  package init(_ policy: Policy, _ loaded: LoadResult, sinceNanoseconds: Int64) {
    let tenancy = policy.tenancy
    let reports = Dictionary(loaded.tenants.map { ($0.name, $0) }) { first, _ in first }
    var rules: [Int: [TenantAnswer.Rule]] = [:]
    for report in loaded.rules {
      if case .tenant(let index) = report.scope { rules[index, default: []].append(TenantAnswer.Rule(report)) }
    }
    let tenants = (tenancy?.tenants ?? []).enumerated().map { index, tenant in
      Tenant(
        answer: TenantAnswer(
          name: tenant.name, description: tenant.description, owners: tenant.owners.map(\.text),
          rulesets: tenant.rulesets.map { tenancy?.rulesets[$0].name ?? "" },
          files: (reports[tenant.name]?.state ?? .none).name, rules: rules[index] ?? [],
          diagnostics: Self.diagnostics(of: tenant, loaded)),
        owners: tenant.owners)
    }
    self.init(
      rules: policy.rules.count + policy.correlations.count, tenants: tenants, sinceNanoseconds: sinceNanoseconds)
  }

  /// Of its own files: those below its folder, which is beside `tenants.yaml`.
  private static func diagnostics(of tenant: Rules.Tenant, _ loaded: LoadResult) -> [DiagnosticAnswer] {
    let file = tenant.location.file
    let folder = (file.lastIndex(of: "/").map { String(file[...$0]) } ?? "") + "tenants/\(tenant.name)/"
    return loaded.diagnostics.filter { $0.location.file.hasPrefix(folder) }.map(DiagnosticAnswer.init)
  }
}

extension TenantAnswer.Rule {
  fileprivate init(_ report: RuleReport) {
    self.init(
      name: report.name, file: report.location.file, line: report.location.line, status: report.status.rawValue,
      enabled: report.isEnabled)
  }
}

extension TenantReport.State {
  fileprivate var name: String {
    switch self {
    case .none: "none"
    case .whole: "whole"
    case .lastGood: "lastGood"
    case .leftOut: "leftOut"
    }
  }
}
