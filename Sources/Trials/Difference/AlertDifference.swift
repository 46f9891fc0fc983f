package import Engine
package import Events
package import Rules

/// Takes the records of streams through two policies at once, and keeps what the second one adds and takes away. Memory is
/// that of two engines, and of the alerts that are kept. Used by one thread.
package struct AlertDifference: ~Copyable {
  /// Alerts, of which the first few are kept.
  package struct Tally: Sendable {
    package private(set) var count: UInt64 = 0
    package private(set) var first: [(trace: Int, alert: Alert)] = []

    mutating func note(_ alert: Alert, of trace: Int, limit: Int) {
      count &+= 1
      if first.count < limit { first.append((trace, alert)) }
    }
  }

  /// A rule and whose alerts of it these are: a rule of the site has alerts of many tenants.
  package struct Row: Hashable, Sendable {
    package let rule: String
    /// nil: no tenants, or it is not sure whose.
    package let tenant: String?
  }

  /// Of one row.
  package struct RuleChanges: Sendable {
    package fileprivate(set) var added = Tally()
    package fileprivate(set) var removed = Tally()
    /// Both fire on the record, but the alert says something else; as it is now.
    package fileprivate(set) var changed = Tally()
  }

  private var old: Engine
  private var new: Engine
  private let limit: Int
  private var trace = -1

  package private(set) var rows: [Row: RuleChanges] = [:]
  /// Alerts that both give, the same.
  package private(set) var same: UInt64 = 0
  package private(set) var records: UInt64 = 0

  /// - Parameter limit: alerts that are kept of each rule and way; more are counted.
  package init(old: Policy, new: Policy, limit: Int, processes: Int = 1 << 20) {
    self.old = Engine(policy: old, processes: processes)
    self.new = Engine(policy: new, processes: processes)
    self.limit = max(0, limit)
  }

  /// The next record is the first of the next trace.
  package mutating func start() {
    trace += 1
    old.restart()
    new.restart()
  }

  package mutating func process(_ record: borrowing Record) {
    records &+= 1
    var before: [Alert] = []
    var after: [Alert] = []
    old.process(record) { before.append($0) }
    new.process(record) { after.append($0) }
    if !before.isEmpty || !after.isEmpty { compare(before, after) }
  }

  private static func row(_ alert: Alert) -> Row { Row(rule: alert.rule, tenant: alert.tenant) }

  private mutating func compare(_ before: [Alert], _ after: [Alert]) {
    // By rule and record; of a correlation by its group as well. What is another tenant's now is not the same told otherwise.
    let earlier = Dictionary(before.map { ($0.id, $0) }) { first, _ in first }
    let now = Dictionary(after.map { ($0.id, $0.tenant) }) { first, _ in first }
    for alert in before where now[alert.id] != alert.tenant {
      rows[Self.row(alert), default: .init()].removed.note(alert, of: trace, limit: limit)
    }
    for alert in after {
      switch earlier[alert.id] {
      case nil: rows[Self.row(alert), default: .init()].added.note(alert, of: trace, limit: limit)
      case let old? where old.tenant != alert.tenant:
        rows[Self.row(alert), default: .init()].added.note(alert, of: trace, limit: limit)
      case alert: same &+= 1
      default: rows[Self.row(alert), default: .init()].changed.note(alert, of: trace, limit: limit)
      }
    }
  }
}
