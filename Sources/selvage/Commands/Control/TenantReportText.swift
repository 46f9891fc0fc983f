internal import Control
internal import Events

/// What `selvage tenants NAME` shows.
enum TenantReportText {
  static func text(_ tenant: TenantAnswer) -> String {
    var lines = ["\(shown(tenant.name))\(tenant.description.isEmpty ? "" : ": \(shown(tenant.description))")"]
    lines.append("owners    \(list(tenant.owners))")
    lines.append("rulesets  \(list(tenant.rulesets))")
    lines.append("workloads \(tenant.workloads), \(tenant.events) events, \(tenant.alerts) alerts")
    lines.append("files     \(shown(tenant.files))")
    var rules = TextTable("RULE", "STATUS", "PLACE")
    for rule in tenant.rules { rules.add(rule.name, rule.enabled ? rule.status : "disabled", "\(rule.file):\(rule.line)") }
    if rules.count > 0 { lines += ["", rules.text] }
    if !tenant.diagnostics.isEmpty { lines += [""] + tenant.diagnostics.map(line) }
    return lines.joined(separator: "\n")
  }

  /// As a compiler writes them.
  static func line(_ diagnostic: DiagnosticAnswer) -> String {
    let hint = diagnostic.hint.map { " (\(shown($0)))" } ?? ""
    let place = "\(DisplayText.escaped(diagnostic.file, limit: 4096)):\(diagnostic.line):\(diagnostic.column)"
    return "\(place): \(shown(diagnostic.severity)): \(shown(diagnostic.message))\(hint)"
  }

  private static func list(_ names: [String]) -> String { names.isEmpty ? "-" : names.map(shown).joined(separator: ", ") }
  private static func shown(_ text: String) -> String { DisplayText.escaped(text, limit: 1024) }
}
