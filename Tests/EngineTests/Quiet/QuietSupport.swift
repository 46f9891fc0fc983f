import Events
import Rules
import Testing

@testable import Engine

extension AlertField.Value {
  var number: UInt64 { if case .integer(let number) = self { UInt64(clamping: number) } else { 0 } }
}

extension Alert {
  func value(_ name: String) -> String? { fields.first { $0.name == name }?.value.shown }
  /// How many alerts it tells of.
  var heldCount: UInt64 { rule == AlertBuilder.heldRule ? fields.first { $0.name == "held.count" }?.value.number ?? 0 : 0 }
}

/// What comes of a stream by a policy and settings, and what its end tells.
struct QuietRun {
  private(set) var alerts: [Alert] = []
  /// What came before the stream's end.
  private(set) var before = 0
  private(set) var counts = QuietCounts()

  init(
    _ stream: TestStream, _ policy: Policy, _ settings: QuietSettings = QuietSettings(),
    sourceLocation: Testing.SourceLocation = #_sourceLocation
  ) {
    var engine = Engine(policy: policy, processes: 1 << 17, quiet: settings)
    for (index, bytes) in stream.records.enumerated() {
      guard let record = try? Record(number: UInt64(index + 1), bytes: bytes.span.bytes) else { continue }
      engine.process(record) { alerts.append($0) }
    }
    before = alerts.count
    engine.finish { alerts.append($0) }
    counts = engine.quietCounts
    // Whatever a test is about, every alert is accounted for.
    #expect(counts.fired == counts.sent + counts.held && counts.held == counts.told, sourceLocation: sourceLocation)
    #expect(counts.summaries == UInt64(summaries.count), sourceLocation: sourceLocation)
    #expect(counts.told == summaries.reduce(0) { $0 + $1.heldCount }, sourceLocation: sourceLocation)
    #expect(Set(alerts.map(\.id)).count == alerts.count, "ids differ", sourceLocation: sourceLocation)
    let due = engine.due
    #expect(due == nil, "nothing waits", sourceLocation: sourceLocation)
  }

  var summaries: [Alert] { alerts.filter { $0.rule == AlertBuilder.heldRule } }
  var sent: [Alert] { alerts.filter { $0.rule != AlertBuilder.heldRule } }
}

/// Rules by name: condition, output, priority, throttle.
func quietPolicy(
  _ rules: (name: String, condition: String, output: String, priority: String, throttle: String?)...
) throws -> Policy {
  let text = rules.map { rule in
    """
    - rule: \(rule.name)
      desc: what it means
      condition: >-
        \(rule.condition)
      output: "\(rule.output)"
      priority: \(rule.priority)
      tags: [t1]
    \(rule.throttle.map { "  throttle: \($0)" } ?? "")
    """
  }
  let loaded = PolicyLoader().load(files: [("test.yaml", Array(text.joined(separator: "\n").utf8))])
  return try #require(loaded.policy, "\(loaded.report)")
}

/// `name` of the parts of settings that a test is about; all else is off.
func only(_ change: (inout QuietSettings) -> Void) -> QuietSettings {
  var settings = QuietSettings.off
  settings.appliesThrottles = true
  change(&settings)
  return settings
}
