internal import Engine
internal import Events
internal import Rules
internal import Trials

/// What one set of rules tells that another doesn't, for people and programs.
struct DiffReport: Encodable {
  struct Alert: Encodable {
    let trace: String
    let record: UInt64
    let time: String
    let event: String
    let priority: String
    let output: String
  }

  struct Rule: Encodable {
    let rule: String
    /// Whose alerts these are, as they are now.
    let tenant: String?
    let added: UInt64
    let removed: UInt64
    /// The alert is there before and after, but says something else.
    let changed: UInt64
    /// The first of each; those changed as they are now.
    let addedAlerts: [Alert]
    let removedAlerts: [Alert]
    let changedAlerts: [Alert]
  }

  let records: UInt64
  let same: UInt64
  let added: UInt64
  let removed: UInt64
  let changed: UInt64
  /// Those with a difference, by name and tenant.
  let rules: [Rule]

  var differs: Bool { !rules.isEmpty }

  init(_ difference: borrowing AlertDifference, traces: [String]) {
    func alerts(_ tally: AlertDifference.Tally) -> [Alert] {
      tally.first.map { trace, alert in
        Alert(
          trace: traces.indices.contains(trace) ? traces[trace] : "", record: alert.recordNumber,
          time: CivilTime(nanosecondsSince1970: alert.timestampNanoseconds).formatted(), event: alert.event,
          priority: alert.priority.name, output: alert.message)
      }
    }
    rules = difference.rows.sorted { Self.order($0.key, $1.key) }.map { row, changes in
      Rule(
        rule: row.rule, tenant: row.tenant, added: changes.added.count, removed: changes.removed.count, changed: changes.changed.count,
        addedAlerts: alerts(changes.added), removedAlerts: alerts(changes.removed), changedAlerts: alerts(changes.changed))
    }
    records = difference.records
    same = difference.same
    added = rules.reduce(0) { $0 &+ $1.added }
    removed = rules.reduce(0) { $0 &+ $1.removed }
    changed = rules.reduce(0) { $0 &+ $1.changed }
  }

  var text: String {
    var lines: [String] = []
    let namesTraces = Set(rules.flatMap { ($0.addedAlerts + $0.removedAlerts + $0.changedAlerts).map(\.trace) }).count > 1
    for rule in rules {
      let whose = rule.tenant.map { " of \(DisplayText.escaped($0))" } ?? ""
      lines.append("\(DisplayText.escaped(rule.rule, limit: 1024))\(whose): \(Self.counts(rule.added, rule.removed, rule.changed))")
      for (mark, alerts, count) in [
        ("-", rule.removedAlerts, rule.removed), ("+", rule.addedAlerts, rule.added), ("~", rule.changedAlerts, rule.changed),
      ] {
        for alert in alerts {
          let place = namesTraces ? "\(DisplayText.escaped(alert.trace, limit: 4096)) " : ""
          let text = "\(alert.priority): \(DisplayText.escaped(alert.output, limit: 160))"
          lines.append("  \(mark) \(place)record \(alert.record), \(alert.event) at \(alert.time): \(text)")
        }
        let left = count - UInt64(alerts.count)
        if left > 0 { lines.append("  \(mark) \(left) more") }
      }
      lines.append("")
    }
    lines.append("\(records) records: \(Self.counts(added, removed, changed)), \(same) the same")
    return lines.joined(separator: "\n")
  }

  private static func order(_ a: AlertDifference.Row, _ b: AlertDifference.Row) -> Bool {
    if a.rule != b.rule { return a.rule.utf8.lexicographicallyPrecedes(b.rule.utf8) }
    return (a.tenant ?? "").utf8.lexicographicallyPrecedes((b.tenant ?? "").utf8)
  }

  private static func counts(_ added: UInt64, _ removed: UInt64, _ changed: UInt64) -> String {
    "\(added) added, \(removed) removed" + (changed > 0 ? ", \(changed) changed" : "")
  }
}
