internal import Events
internal import Rules

/// A compiled rule, for people and programs.
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
  /// Lists and macros put in.
  let condition: String
  let output: String

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
  }

  /// Of a list.
  var row: String {
    [priority, shown(name), shownEvents, tags.map(shown).joined(separator: ","), place].joined(separator: "\t")
  }

  var text: String {
    var lines = [shown(name), "  \(place)", "  priority   \(priority)"]
    if !tags.isEmpty { lines.append("  tags       \(tags.map(shown).joined(separator: ", "))") }
    lines.append("  events     \(shownEvents)")
    lines += ["  output     \(shown(output))", "", indented(description), "", indented(condition)]
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
