package import Events
package import Rules
import Engine

/// Runs a trace through rules, and makes of what they find one HTML page that needs nothing else. Used by one thread.
package struct TraceReport: ~Copyable {
  private let limits: ReportLimits
  private let policy: Policy
  private var engine: Engine
  private var facts = StreamFacts()
  private var tally: RuleTally
  private var book: ProcessBook
  /// Alerts with details, in the order of the trace.
  private var details: [AlertDetail] = []
  private var detailBytes = 0
  /// Wall clock of the first record, nanoseconds; what offsets count from.
  private var beginNanoseconds: Int64?
  package private(set) var alerts: UInt64 = 0

  package init(policy: Policy, limits: ReportLimits = ReportLimits()) {
    self.limits = limits
    self.policy = policy
    engine = Engine(policy: policy)
    tally = RuleTally(policy)
    book = ProcessBook(limits)
  }

  /// Takes the trace's next record.
  package mutating func process(_ record: borrowing Record) {
    let time = facts.take(record)
    let begin = beginNanoseconds ?? time
    beginNanoseconds = begin
    // The book goes first: a process's own exec is in its tree.
    let slot = record.kind.map { book.take(record, $0, time: time) } ?? -1
    var found: [Alert] = []
    engine.process(record) { found.append($0) }
    for alert in found {
      // A correlation may tell of an event that was before.
      let isOfRecord = alert.recordNumber == record.number
      take(alert, of: isOfRecord ? slot : -1, offset: alert.timestampNanoseconds &- begin)
    }
  }

  private mutating func take(_ alert: Alert, of slot: Int32, offset: Int64) {
    alerts &+= 1
    let row = tally.count(alert, offset: offset)
    let isWanted = details.count < limits.alerts || tally.rows[row].detailed < limits.alertsOfEachRule
    guard isWanted, detailBytes < limits.alertBytes else { return }
    let detail = AlertDetail(alert, rule: row, offset: offset, process: book.keep(slot))
    tally.countDetailed(row)
    detailBytes += detail.byteCount
    details.append(detail)
  }

  /// The page, as it is written to a file.
  package consuming func page(_ origin: ReportOrigin) -> [UInt8] {
    ReportPage(
      origin: origin, policy: policy, facts: facts, begin: beginNanoseconds ?? 0, tally: tally, book: book,
      details: details
    ).bytes
  }
}
