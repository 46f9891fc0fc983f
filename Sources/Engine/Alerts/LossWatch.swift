import Events
import Rules

/// Compares each counters record with the one before, and makes an alert of what was lost between them: a gap in what
/// was seen is an event of its own.
struct LossWatch {
  static let rule = "Events lost"

  private var last = CountersRecord()
  private var lastRefused: UInt64 = 0
  private var lastFactsRefused: UInt64 = 0

  /// A new stream counts from 0.
  mutating func restart() { last = CountersRecord() }

  /// What was told so far, for a stream that starts here; ``resume(_:_:)`` takes it.
  func told(_ state: borrowing State) -> CountersRecord {
    var counters = last
    counters.isTold = true
    counters.processesRefused = state.tree.refused &- lastRefused
    counters.factsRefused = state.workloads.refused &- lastFactsRefused
    return counters
  }

  /// A stream that starts in the middle.
  mutating func resume(_ counters: CountersRecord, _ state: borrowing State) {
    last = counters
    lastRefused = state.tree.refused &- counters.processesRefused
    lastFactsRefused = state.workloads.refused &- counters.factsRefused
  }

  /// nil: nothing was lost since the last time.
  mutating func alert(_ counters: CountersRecord, _ state: borrowing State) -> Alert? {
    let losses = losses(
      counters, processesRefused: state.tree.refused &- lastRefused,
      factsRefused: state.workloads.refused &- lastFactsRefused)
    last = counters
    lastRefused = state.tree.refused
    lastFactsRefused = state.workloads.refused
    guard !losses.isEmpty else { return nil }
    let list = losses.map { "\($0.value.shown) \($0.name)" }.joined(separator: ", ")
    return Alert(
      id: AlertBuilder.identifier(state, rule: Self.rule), recordNumber: state.event.number,
      timestampNanoseconds: state.wallNanoseconds, node: EscapedText.escaped(state.stream.node.utf8, limit: 255),
      rule: Self.rule, ruleDescription: "Events that the monitor could not see; what they were is not known",
      priority: .critical, tags: ["selvage"], event: EventKind.counters.name,
      message: "Events lost since the last report: \(list)", fields: losses)
  }

  private func losses(_ counters: CountersRecord, processesRefused: UInt64, factsRefused: UInt64) -> [AlertField] {
    var fields: [AlertField] = []
    func add(_ name: String, _ count: UInt64) {
      if count > 0 { fields.append(AlertField(name: name, value: .integer(Int64(clamping: count)))) }
    }
    for kind in EventKind.allCases {
      add("lost.\(kind.name)", Self.increase(counters.kinds[kind]?.lost, last.kinds[kind]?.lost))
    }
    add("lost.missed", Self.increase(counters.missed, last.missed))
    add("lost.malformed", Self.increase(counters.malformed, last.malformed))
    add("lost.processes", processesRefused)
    add("lost.facts", factsRefused)
    return fields
  }

  private static func increase(_ now: UInt64?, _ before: UInt64?) -> UInt64 {
    let now = now ?? 0
    let before = before ?? 0
    return now > before ? now - before : 0
  }
}
