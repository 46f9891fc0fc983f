import CEvents
import Events
import Rules
import Testing

@testable import Engine

/// Random streams, whose alerts are let out by a plain reading of the documentation and by the engine.
@Suite struct QuietDifferentialTests {
  private static let throttle = Throttle(fields: [.init(.processName)], limit: 2, seconds: 7)

  private static func policy() throws -> Policy {
    var policy = TenantPolicy()
    policy.add(tenant: "a", match: "container.name startswith a")
    policy.add(tenant: "b", match: "container.name startswith b")
    policy.add(rule: "Fold", "evt.type = execve and proc.name in (x, y)")
    policy.add(rule: "Throttle", "evt.type = execve and proc.name in (y, z)")
    policy.add(rule: "Own", "evt.type = execve and proc.name in (x, z)", .tenant(0))
    let plain = try policy.policy(output: "%proc.args")
    let rules = plain.rules.map { rule in
      Rule(
        name: rule.name, description: rule.description, priority: rule.name == "Fold" ? .notice : .warning, tags: [],
        output: rule.output, condition: rule.condition, kinds: rule.kinds,
        throttle: rule.name == "Throttle" ? throttle : nil, location: rule.location, scope: rule.scope)
    }
    return Policy(rules: rules, predicates: plain.predicates, tenancy: plain.tenancy)
  }

  private static func stream(_ random: inout Generator) -> TestStream {
    var stream = TestStream()
    for (number, name) in ["a-1", "a-2", "b-1", "", ""].enumerated() {
      stream.cgroup(UInt64(10 + number), "machine.slice/libpod-\(String(repeating: "\(number)", count: 64)).scope")
      if name.isEmpty { stream.facts(UInt64(10 + number), .pending) } else { stream.facts(UInt64(10 + number), .known, [("container.name", name)]) }
    }
    for _ in 0..<600 {
      stream.time += [0, 1, 50, 400, 3000, 70_000][random.below(6)] * (random.below(40) == 0 ? 1_000_000 : 100_000)
      let cgroup = UInt64(10 + random.below(5))
      guard random.below(8) > 0 else {
        stream.exit(100)
        continue
      }
      stream.exec(100, ["p", "\(random.below(4))"], comm: ["x", "y", "z"][random.below(3)]) { $0.header.cgroup_id = cgroup }
    }
    return stream
  }

  @Test(arguments: 0..<40)
  func agrees(seed: UInt64) throws {
    var random = Generator(seed: seed)
    let policy = try Self.policy()
    var settings = QuietSettings()
    settings.foldSeconds = [nil, 1, 10, 60][random.below(4)]
    settings.ruleAlertsPerMinute = [nil, 3, 10][random.below(3)]
    settings.tenantAlertsPerMinute = [nil, 4, 12][random.below(3)]
    let stream = Self.stream(&random)
    let times = try stream.records.map { try Record(number: 1, bytes: $0.span.bytes).timeNanoseconds }
    var plain = PlainQuiet(settings: settings, throttle: Self.throttle)
    var expected: [String] = []
    let fired = Dictionary(grouping: stream.alerts(policy), by: \.recordNumber)
    for (index, time) in times.enumerated() {
      plain.pass(time)
      for alert in fired[UInt64(index + 1)] ?? [] where plain.admits(alert, time) { expected.append(alert.id) }
    }
    let run = QuietRun(stream, policy, settings)
    #expect(run.sent.map(\.id) == expected, "seed \(seed)")
    #expect(run.counts.fired == UInt64(fired.values.joined().count))
    // Summaries name alerts that fired and did not go out.
    let held = Set(fired.values.joined().map(\.id)).subtracting(expected)
    #expect(!held.isEmpty && !expected.isEmpty)
    for summary in run.summaries {
      #expect(held.contains(summary.value("held.first.id") ?? "") && held.contains(summary.value("held.last.id") ?? ""))
    }
    #expect(QuietRun(stream, policy, settings).alerts == run.alerts, "the same each time")
  }
}

/// What goes out, as the documentation has it.
private struct PlainQuiet {
  private struct Window {
    let end: UInt64
    var sent = 0
    var hasHeld = false
  }

  private struct Subject {
    var windows: [String: Window] = [:]
    var minuteEnd: UInt64?
    var ofRule: [String: Int] = [:]
    var ofBudget: [String: Int] = [:]
  }

  let settings: QuietSettings
  let throttle: Throttle
  private var subjects: [String: Subject] = [:]

  init(settings: QuietSettings, throttle: Throttle) { (self.settings, self.throttle) = (settings, throttle) }

  /// A record came.
  mutating func pass(_ time: UInt64) {
    for name in subjects.keys {
      var subject = subjects[name] ?? Subject()
      let ended = subject.windows.filter { $0.value.end <= time }
      for key in ended.keys { subject.windows[key] = nil }
      // To tell of what was held back begins a minute as well.
      if ended.contains(where: { $0.value.hasHeld }), subject.minuteEnd == nil { subject.minuteEnd = time + 60_000_000_000 }
      if let end = subject.minuteEnd, end <= time { (subject.minuteEnd, subject.ofRule, subject.ofBudget) = (nil, [:], [:]) }
      subjects[name] = subject
    }
  }

  mutating func admits(_ alert: Alert, _ time: UInt64) -> Bool {
    let workload = alert.value("container.id") ?? ""
    let name = alert.tenant ?? "of nobody: \(workload)"
    var subject = subjects[name] ?? Subject()
    defer { subjects[name] = subject }
    let isThrottled = alert.rule == "Throttle"
    let key = "\(alert.rule) " + (isThrottled ? alert.value("proc.name") ?? "" : "\(workload) \(alert.message)")
    let seconds = isThrottled ? throttle.seconds : settings.foldSeconds
    if let window = subject.windows[key], window.sent >= (isThrottled ? throttle.limit : 1) {
      subject.windows[key]?.hasHeld = true
      return false
    }
    subject.minuteEnd = subject.minuteEnd ?? time + 60_000_000_000
    let budget = "\(alert.rule == "Own") \(alert.priority)"
    guard subject.ofRule[alert.rule, default: 0] < settings.ruleAlertsPerMinute ?? .max,
      subject.ofBudget[budget, default: 0] < settings.tenantAlertsPerMinute ?? .max
    else { return false }
    subject.ofRule[alert.rule, default: 0] += 1
    subject.ofBudget[budget, default: 0] += 1
    if let seconds { subject.windows[key, default: Window(end: time + UInt64(seconds) * 1_000_000_000)].sent += 1 }
    return true
  }
}
