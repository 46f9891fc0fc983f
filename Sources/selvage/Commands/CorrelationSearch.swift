internal import Engine
internal import Events
internal import Rules

/// Runs a trace through a correlation, and notes where it and its rules fire.
struct CorrelationSearch: ~Copyable {
  /// Of a rule or correlation.
  struct Firings {
    let name: String
    let location: SourceLocation
    /// Numbers of the first and last records.
    var records: ClosedRange<UInt64>?
    var count = 0
    /// Numbers of the first few records.
    var first: [UInt64] = []
    /// It fired at the record that was asked for.
    var includesRecord = false

    init(_ name: String, _ location: SourceLocation) { (self.name, self.location) = (name, location) }
  }

  static let kept = 20

  private let policy: Policy
  /// By name; no two rules have one.
  private var firings: [String: Firings] = [:]
  /// By member.
  private let members: [String]
  private let name: String
  /// Of the records that the trace has.
  private(set) var numbers: ClosedRange<UInt64>?
  private let record: UInt64?
  private var hasRecord = false

  /// - Parameter record: that is asked for.
  init(_ correlation: Correlation, of policy: Policy, record: UInt64?) {
    self.policy = policy.alertingAll
    self.record = record
    name = correlation.name
    firings[name] = Firings(name, correlation.location)
    var members: [String] = []
    for member in correlation.members {
      switch member.source {
      case .rule(let index):
        firings[policy.rules[index].name] = Firings(policy.rules[index].name, policy.rules[index].location)
        members.append(policy.rules[index].name)
      case .correlation(let index):
        let inner = policy.correlations[index]
        firings[inner.name] = Firings(inner.name, inner.location)
        members.append(inner.name)
      }
    }
    self.members = members
  }

  var isRecordThere: Bool { record == nil || hasRecord }

  /// Of the correlation itself.
  var own: Firings? { firings[name] }

  /// Of each of its rules, in their order.
  var ofMembers: [Firings] { members.compactMap { firings[$0] } }

  mutating func read(_ trace: String) throws -> TraceSummary {
    var reader = try Startup.trace(trace)
    var engine = Engine(policy: policy)
    while true {
      do throws(TraceError) {
        guard let next = try reader.next() else { break }
        let number = next.number
        numbers = min(number, numbers?.lowerBound ?? number)...max(number, numbers?.upperBound ?? number)
        if number == record { hasRecord = true }
        engine.process(next) { note($0) }
      } catch {}  // it is in the summary
    }
    return reader.summary
  }

  private mutating func note(_ alert: Alert) {
    guard var fired = firings[alert.rule] else { return }
    let number = alert.recordNumber
    fired.count += 1
    fired.records = min(number, fired.records?.lowerBound ?? number)...max(number, fired.records?.upperBound ?? number)
    if fired.first.count < Self.kept { fired.first.append(number) }
    if number == record { fired.includesRecord = true }
    firings[alert.rule] = fired
  }
}
