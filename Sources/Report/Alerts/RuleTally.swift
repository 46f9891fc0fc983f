import Engine
import Events
import Rules

/// How often each rule fired, and when: whole, however many alerts have details.
struct RuleTally {
  struct Row {
    let name: String
    let description: String
    let priority: Priority
    let tags: [String]
    /// Where it is defined; nil: nowhere, it is the engine itself that has to tell something.
    let location: SourceLocation?
    /// What it asks for; empty likewise.
    let condition: String
    var count: UInt64 = 0
    /// Alerts with details.
    var detailed = 0
  }

  private let policy: Policy
  private(set) var rows: [Row] = []
  private var indices: [String: Int] = [:]
  private(set) var histogram = AlertHistogram()

  init(_ policy: Policy) { self.policy = policy }

  /// - Parameter offset: of the alert, nanoseconds from the trace's beginning.
  /// - Returns: the rule's row.
  mutating func count(_ alert: Alert, offset: Int64) -> Int {
    let index = index(of: alert)
    rows[index].count += 1
    histogram.add(offset, to: index)
    return index
  }

  mutating func countDetailed(_ row: Int) { rows[row].detailed += 1 }

  private mutating func index(of alert: Alert) -> Int {
    if let known = indices[alert.rule] { return known }
    rows.append(row(of: alert))
    histogram.addSeries()
    indices[alert.rule] = rows.count - 1
    return rows.count - 1
  }

  private func row(of alert: Alert) -> Row {
    let isIt = { (name: String) in EscapedText.escaped(name.utf8, limit: 4096) == alert.rule }
    let rule = policy.rules.first { isIt($0.name) }
    let correlation = rule == nil ? policy.correlations.first { isIt($0.name) } : nil
    return Row(
      name: alert.rule, description: rule?.description ?? correlation?.description ?? alert.ruleDescription,
      priority: alert.priority, tags: alert.tags, location: rule?.location ?? correlation?.location,
      condition: rule.map { policy.conditionText(of: $0) ?? "" } ?? correlation?.text ?? "")
  }
}
