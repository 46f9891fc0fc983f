internal import Engine
internal import Rules
internal import Events

/// Tells a sink now and then that the agent is alive, and what it has counted: so that silence is noticed.
struct Heartbeat {
  static let rule = "Heartbeat"

  private let milliseconds: Int
  private let node: String
  private let stages: @Sendable () -> StageCounts
  private var number: UInt64 = 0
  private(set) var due: MonotonicTime

  /// The first comes at once.
  init(everySeconds seconds: Int, node: String, _ stages: @escaping @Sendable () -> StageCounts) {
    milliseconds = max(1, seconds) * 1000
    self.node = node
    self.stages = stages
    due = .now()
  }

  /// nil: it is not time yet.
  mutating func take(_ feed: any SinkFeed) -> OutgoingAlert? {
    let now = MonotonicTime.now()
    guard now >= due else { return nil }
    due = now.adding(milliseconds: milliseconds)
    number += 1
    let stages = stages()
    let counts = feed.counts
    var fields: [AlertField] = []
    func add(_ name: String, _ value: UInt64) {
      fields.append(AlertField(name: name, value: .integer(Int64(clamping: value))))
    }
    if let last = feed.last {
      fields.append(AlertField(name: "last.series", value: .text(last.series)))
      add("last.seq", last.sequence)
    }
    add("heartbeat.number", number)
    add("heartbeat.seconds", UInt64(milliseconds / 1000))
    add("records", stages.records)
    add("records.lost", stages.lost)
    add("alerts.fired", stages.fired)
    add("alerts.held", stages.held)
    add("alerts.sent", stages.sent)
    add("sink.offered", counts.offered)
    add("sink.filtered", counts.filtered)
    add("sink.delivered", counts.delivered)
    add("sink.waiting", counts.waiting)
    add("sink.lost", counts.lost)
    let time = KernelClock.wall
    return OutgoingAlert(
      Alert(
        id: "\(node)-heartbeat-\(time)", recordNumber: 0, timestampNanoseconds: time, node: node, rule: Self.rule,
        ruleDescription: "The agent is alive; the next one comes when heartbeat.seconds are over", priority: .informational,
        tags: ["selvage"], event: "agent",
        message: "Alive: \(stages.records) records, \(stages.lost) lost; \(counts.delivered) alerts delivered here, "
          + "\(counts.waiting) waiting, \(counts.lost) lost",
        fields: fields))
  }
}
