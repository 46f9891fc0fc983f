internal import Events
internal import Rules

/// A compiled rule or correlation, for people and programs.
struct RuleSummary: Encodable {
  let name: String
  let description: String
  let priority: String
  let tags: [String]
  /// As `evt.type` names them.
  let events: [String]
  let file: String
  let line: Int
  let column: Int
  /// Lists and macros put in; of a correlation what it counts.
  let condition: String
  /// Of a correlation: empty.
  let output: String
  /// Of a correlation: the rules that it refers to, as it names them.
  let correlates: [String]?
  /// Correlations that count its events.
  let countsFor: [String]
  /// false: it only counts for them.
  let alerts: Bool
  /// `site`, `ruleset NAME` or `tenant NAME`, if there are tenants.
  let scope: String?

  init(_ rule: Rule, in policy: Policy) {
    name = rule.name
    description = rule.description
    priority = rule.priority.name
    tags = rule.tags
    events = rule.kinds.kinds.map(\.name)
    file = rule.location.file
    line = rule.location.line
    column = rule.location.column
    condition = policy.conditionText(of: rule) ?? ""
    output = rule.output.text
    correlates = nil
    countsFor = Self.counting(policy) { source in
      guard case .rule(let index) = source else { return false }
      return policy.rules[index].name == rule.name && policy.rules[index].scope == rule.scope
    }
    alerts = rule.alerts
    scope = policy.tenancy.map { $0.text(of: rule.scope) }
  }

  init(_ correlation: Correlation, in policy: Policy) {
    name = correlation.name
    description = correlation.description
    priority = correlation.priority.name
    tags = correlation.tags
    let kinds = policy.rules(of: correlation).reduce(into: EventKinds()) { $0.formUnion(policy.rules[$1].kinds) }
    events = kinds.kinds.map(\.name)
    file = correlation.location.file
    line = correlation.location.line
    column = correlation.location.column
    condition = correlation.text
    output = ""
    correlates = correlation.members.map(\.name)
    countsFor = Self.counting(policy) { source in
      guard case .correlation(let index) = source else { return false }
      let other = policy.correlations[index]
      return other.name == correlation.name && other.scope == correlation.scope
    }
    alerts = correlation.alerts
    scope = policy.tenancy.map { $0.text(of: correlation.scope) }
  }

  /// Names of correlations that a rule, or one of them, counts for.
  private static func counting(_ policy: Policy, _ isIt: (Correlation.Member.Source) -> Bool) -> [String] {
    policy.correlations.filter { $0.members.contains { isIt($0.source) } }.map(\.name)
  }

  /// Of a list.
  var row: String {
    let columns = [priority, shown(name), shownEvents, tags.map(shown).joined(separator: ","), place]
    return (columns + (scope.map { [shown($0)] } ?? [])).joined(separator: "\t")
  }

  var text: String {
    var lines = [shown(name), "  \(place)", "  priority   \(priority)"]
    if !tags.isEmpty { lines.append("  tags       \(tags.map(shown).joined(separator: ", "))") }
    lines.append("  events     \(shownEvents)")
    if let scope { lines.append("  scope      \(shown(scope))") }
    if !countsFor.isEmpty {
      lines.append("  counts for \(countsFor.map(shown).joined(separator: ", "))\(alerts ? "" : ", and does not alert by itself")")
    }
    if correlates == nil { lines.append("  output     \(shown(output))") }
    lines += ["", indented(description), "", indented(condition)]
    return lines.joined(separator: "\n")
  }

  private var place: String { "\(shown(file)):\(line):\(column)" }
  private var shownEvents: String {
    events.count == EventKinds.all.kinds.count ? "all" : events.joined(separator: ",")
  }

  private func indented(_ text: String) -> String {
    text.split(separator: "\n", omittingEmptySubsequences: false).map { "  \(shown($0))" }.joined(separator: "\n")
  }

  private func shown(_ text: some StringProtocol) -> String { DisplayText.escaped(text, limit: 65_536) }
}
