import CEvents
import Events
import Rules
import Testing

@testable import Engine

/// What correlations fire at, and what their alerts say.
struct CorrelationTests {
  private static let rules = [1, 2, 3].map(CorrelationFile.rule)

  private func policy(_ section: String, rules: [String] = rules, more: String = "") throws -> Policy {
    try CorrelationFile.policy([CorrelationFile.correlation(section, more: more)] + rules)
  }

  /// `first-last:count` of each alert of the correlation.
  private func fired(_ section: String, _ stream: TestStream) throws -> [String] {
    stream.alerts(try policy(section)).filter { $0.rule == "Correlation c" }.map(Self.short)
  }

  private static func short(_ alert: Alert) -> String {
    let values = ["correlation.first", "correlation.last", "correlation.count"].map { name in
      AlertBuilder.shown(alert.fields.first { $0.name == name }?.value)
    }
    return "\(values[0])-\(values[1]):\(values[2])"
  }

  /// An event of the rule r1 at each of these seconds.
  private func stream(_ seconds: Double...) -> TestStream {
    var stream = TestStream()
    for second in seconds { stream.event([1], second: second) }
    return stream
  }

  @Test func eventsAreCountedWithinTheTime() throws {
    let count = "type: event_count\nrules: [r1]\ntimespan: 10s\ncondition: {gte: 3}"
    #expect(try fired(count, stream(1, 2, 11)) == ["2-4:3"], "as far apart as it says")
    #expect(try fired(count, stream(1, 2, 11.5)) == [])
    #expect(try fired(count, stream(1, 2, 11.5, 11.6)) == ["3-5:3"])
    #expect(try fired(count, stream(1, 2, 3, 4, 5)) == ["2-4:3"], "each event counts for one alert")
    #expect(try fired(count, stream(1, 2, 3, 4, 5, 6)) == ["2-4:3", "5-7:3"])
  }

  /// Records of different CPUs come slightly out of order.
  @Test func timeDoesNotGoBack() throws {
    let count = "type: event_count\nrules: [r1]\ntimespan: 10s\ncondition: {gte: 3}"
    #expect(try fired(count, stream(5, 4.9, 14.95)) == ["2-4:3"])
    #expect(try fired(count, stream(5, 0, 15.5)) == [])
  }

  @Test func aRangeIsDecidedWhenTheWindowIsOver() throws {
    let few = "type: event_count\nrules: [r1]\ntimespan: 10s\ncondition: {gte: 2, lte: 3}"
    #expect(try fired(few, stream(1, 2, 11)) == [], "it is not over")
    #expect(try fired(few, stream(1, 2, 11, 11.5)) == ["2-4:3"])
    #expect(try fired(few, stream(1, 2, 3, 4, 30)) == [], "too many")
    #expect(try fired(few, stream(1, 30)) == [], "too few")
    // Any record tells that time went by.
    var other = stream(1, 2)
    other.time = 40_000_000_000
    other.exit(4711)
    #expect(try fired(few, other) == ["2-3:2"])
    let alert = try #require(other.alerts(try policy(few)).first)
    #expect(alert.recordNumber == 3 && alert.id.contains("-3-"))
    #expect(alert.timestampNanoseconds == 1_700_000_003_000_000_000, "of the window's last event")
    #expect(alert.fields.contains(AlertField(name: "proc.name", value: .text("x"))))
  }

  @Test func distinctValuesAreCounted() throws {
    let values = "type: value_count\nrules: [r1]\ntimespan: 10s\ncondition: {field: Image, gte: 3}"
    func stream(_ all: (String?, Double)...) -> TestStream {
      var stream = TestStream()
      for (exe, second) in all { stream.event([1], exe: exe, second: second) }
      return stream
    }
    #expect(try fired(values, stream(("a", 1), ("b", 2), ("c", 3))) == ["2-4:3"])
    #expect(try fired(values, stream(("a", 1), ("b", 2), ("a", 3), ("a", 4))) == [])
    #expect(try fired(values, stream(("a", 1), ("b", 2), ("a", 3), ("c", 12))) == ["3-5:3"], "a counts by its last event")
    #expect(try fired(values, stream(("a", 1), (nil, 2), (nil, 3), (nil, 4))) == [], "no value is none")
    // What makes one value can't be parts of two.
    #expect(try fired(values.replacing("Image", with: "LogonId"), stream(("a", 1), ("b", 2), ("c", 3))) == [])
  }

  @Test func rulesAreCountedInAnyOrderOrInTheirs() throws {
    func stream(_ all: ([Int], Double)...) -> TestStream {
      var stream = TestStream()
      for (rules, second) in all { stream.event(rules, second: second) }
      return stream
    }
    let any = "type: temporal\nrules: [r1, r2, r3]\ntimespan: 10s"
    let ordered = any.replacing("temporal", with: "temporal_ordered")
    #expect(try fired(any, stream(([3], 1), ([1], 2), ([2], 3))) == ["2-4:3"])
    #expect(try fired(ordered, stream(([3], 1), ([1], 2), ([2], 3))) == [])
    #expect(try fired(ordered, stream(([3], 1), ([1], 2), ([2], 3), ([3], 4))) == ["3-5:3"])
    #expect(try fired(ordered, stream(([1], 1), ([2], 2), ([1], 3), ([3], 4))) == ["2-5:3"])
    #expect(try fired(ordered, stream(([1], 1), ([2], 2), ([1], 9), ([2], 10), ([3], 12))) == ["4-6:3"], "the latest run")
    #expect(try fired(any, stream(([1, 2, 3], 1))) == ["2-2:3"], "one event may be of several rules")
    #expect(try fired(ordered, stream(([1, 2, 3], 1))) == [], "and does not follow itself")
    #expect(try fired(ordered, stream(([1, 2, 3], 1), ([1, 2, 3], 2), ([1, 2, 3], 3))) == ["2-4:3"])
    #expect(try fired(any, stream(([1], 1), ([2], 2), ([3], 11.5))) == [])
    #expect(try fired(any + "\ncondition: {gte: 2}", stream(([1], 1), ([2], 2), ([3], 3))) == ["2-3:2"])
    #expect(try fired(any + "\ncondition: {lte: 2}", stream(([1], 1), ([2], 2), ([1], 40))) == ["2-3:2"])
  }

  @Test func anEventOfSeveralRulesCountsOnce() throws {
    var stream = TestStream()
    for second in 1...3 { stream.event([1, 2], second: Double(second)) }
    #expect(try fired("type: event_count\nrules: [r1, r2]\ntimespan: 10s\ncondition: {gte: 3}", stream) == ["2-4:3"])
    #expect(try fired("type: event_count\nrules: [r1, r2]\ntimespan: 10s\ncondition: {gte: 4}", stream) == [])
  }

  @Test func groupsAreCountedApart() throws {
    var stream = TestStream()
    for (user, second) in [(1, 1), (2, 2), (1, 3), (2, 4), (3, 5)] {
      stream.event([1], user: UInt32(user), second: Double(second))
    }
    let count = "type: event_count\nrules: [r1]\ngroup-by: LogonId\ntimespan: 10s\ncondition: {gte: 2}"
    let alerts = stream.alerts(try policy(count))
    #expect(alerts.map(Self.short) == ["2-4:2", "3-5:2"])
    #expect(alerts.map { $0.fields.first { $0.name == "correlation.by.LogonId" }?.value } == [.integer(1), .integer(2)])
    #expect(Set(alerts.map(\.id)).count == 2)
  }

  /// The same address as destination of a connect and as source of an accepted connection.
  @Test func aliasesNameFieldsThatDiffer() throws {
    func connection(_ name: String, _ initiated: Bool) -> String {
      "title: \(name)\nname: \(name)\nlogsource: {category: network_connection}\ndetection: {a: {Initiated: \(initiated)}, condition: a}"
    }
    let section = """
      type: temporal
      rules: [out, in]
      group-by: [peer]
      timespan: 10s
      aliases:
          peer: {out: DestinationIp, in: SourceIp}
      """
    let both = try policy(section, rules: [connection("out", true), connection("in", false)])
    func alerts(_ source: String) -> [Alert] {
      var stream = TestStream()
      stream.socket(.connect, 7, local: "10.0.0.1", remote: "10.0.0.9", localPort: 4000, remotePort: 22)
      stream.socket(.accept, 8, local: "10.0.0.1", remote: source, localPort: 22, remotePort: 5000) {
        $0.flags = UInt16(SV_SOCKET_INCOMING)
      }
      return stream.alerts(both)
    }
    #expect(alerts("10.0.0.8").isEmpty)
    let alert = try #require(alerts("10.0.0.9").first)
    #expect(alert.fields.first { $0.name == "correlation.by.peer" }?.value == .text("10.0.0.9"))
    #expect(alert.event == "accept")
  }

  @Test func anAlertTellsWhatCameTogether() throws {
    let section = "type: event_count\nrules: [r1]\ngroup-by: [LogonId, Image]\ntimespan: 90s\ncondition: {gte: 2}"
    var stream = TestStream()
    for second in 1...2 { stream.event([1], user: 5, second: Double(second)) }
    let alerts = stream.alerts(try policy(section, more: "level: high\ndescription: what it means\ntags: [a]"))
    let alert = try #require(alerts.first)
    #expect(alerts.count == 1, "its rule does not alert by itself")
    #expect(alert.rule == "Correlation c" && alert.priority == .error && alert.ruleDescription == "what it means" && alert.tags == ["a"])
    #expect(alert.recordNumber == 3 && alert.event == "execve" && alert.node == "node1")
    #expect(
      alert.message
        == "2 events within 90s, LogonId=5, Image=/bin/x, records 2 to 3; the last: /bin/x as user 0 in <NA>: x -r1-, parent <NA>: <NA>")
    #expect(
      alert.fields.prefix(6) == [
        AlertField(name: "correlation.type", value: .text("event_count")), AlertField(name: "correlation.count", value: .integer(2)),
        AlertField(name: "correlation.first", value: .integer(2)), AlertField(name: "correlation.last", value: .integer(3)),
        AlertField(name: "correlation.by.LogonId", value: .integer(5)), AlertField(name: "correlation.by.Image", value: .text("/bin/x")),
      ])
    #expect(alert.fields.contains(AlertField(name: "proc.pid", value: .integer(12))))
    #expect(stream.alerts(try policy(section)) == stream.alerts(try policy(section)), "the same each time")
    let generating = stream.alerts(try policy(section + "\ngenerate: true"))
    #expect(generating.map(\.rule) == ["Rule 1", "Rule 1", "Correlation c"], "rules first, then what they complete")
  }

  // MARK: Bounds

  private func engine(_ section: String, capacity: Int) throws -> (inout [Alert], TestStream) -> Void {
    let policy = try policy(section)
    return { alerts, stream in
      var correlator = Correlator(policy, capacity: capacity)
      var state = State(processes: 1000)
      var matcher = Matcher(policy)
      for (index, bytes) in stream.records.enumerated() {
        guard let record = try? Record(number: UInt64(index + 1), bytes: bytes.span.bytes), let kind = record.kind,
          (try? state.take(record, kind)) == true
        else { continue }
        if correlator.isDue(at: state.event.header.time_ns) { correlator.expire(state) { alert, _ in alerts.append(alert) } }
        matcher.match(state) { index, _ in correlator.note(index, state.event.membership) }
        correlator.finish(state) { alert, _ in alerts.append(alert) }
      }
    }
  }

  /// Each of 40 users starts something, and then again.
  private static func crowd(_ times: Int) -> TestStream {
    var stream = TestStream()
    for round in 0..<times {
      for user in 0..<40 as Range<UInt32> { stream.event([1], user: user, second: 1 + Double(round) + Double(user) / 100) }
    }
    return stream
  }

  @Test func whatFindsNoRoomIsForgottenOldestFirstAndTold() throws {
    let section = "type: event_count\nrules: [r1]\ngroup-by: [LogonId]\ntimespan: 1h\ncondition: {gte: 2}"
    var alerts: [Alert] = []
    try engine(section, capacity: 100)(&alerts, Self.crowd(2))
    #expect(alerts.count == 40 && alerts.allSatisfy { $0.rule == "Correlation c" })

    alerts = []
    try engine(section, capacity: 30)(&alerts, Self.crowd(2))
    let told = alerts.filter { $0.rule == "Events forgotten" }
    #expect(alerts.count == told.count, "each is forgotten before it comes again")
    #expect(
      told.map(\.message) == [1, 10].map {
        "The correlation \"Correlation c\" forgot \($0) of its oldest events, values or rules so far, for want of room"
      })
    #expect(told.first?.priority == .warning && told.first?.recordNumber == 32)
  }

  @Test(arguments: [
    "type: value_count\nrules: [r1]\ngroup-by: [LogonId]\ntimespan: 1h\ncondition: {field: ProcessId, gte: 3}",
    "type: temporal\nrules: [r1, r2]\ngroup-by: [LogonId]\ntimespan: 1h",
    "type: temporal_ordered\nrules: [r1, r2]\ngroup-by: [LogonId]\ntimespan: 1h",
    "type: event_count\nrules: [r1]\ngroup-by: [LogonId]\ntimespan: 1s\ncondition: {lte: 3}",
    "type: value_count\nrules: [r1]\ngroup-by: [LogonId]\ntimespan: 1h\ncondition: {field: ProcessId, lte: 20}",
    "type: temporal\nrules: [r1, r2]\ngroup-by: [LogonId]\ntimespan: 1h\ncondition: {lte: 1}",
  ])
  func everyKindIsBounded(_ section: String) throws {
    var alerts: [Alert] = []
    try engine(section, capacity: 8)(&alerts, Self.crowd(10))
    #expect(alerts.contains { $0.rule == "Events forgotten" })
  }

  @Test func aLargeCountStillFits() throws {
    var alerts: [Alert] = []
    var stream = TestStream()
    for number in 0..<60 { stream.event([1], second: 1 + Double(number) / 10) }
    try engine("type: event_count\nrules: [r1]\ntimespan: 1h\ncondition: {gte: 60}", capacity: 8)(&alerts, stream)
    #expect(alerts.map(Self.short) == ["2-61:60"])
    alerts = []
    stream.event([2], second: 7200)
    let range = "type: value_count\nrules: [r1, r2]\ntimespan: 1h\ncondition: {field: ProcessId, gte: 59, lte: 60}"
    try engine(range, capacity: 8)(&alerts, stream)
    #expect(alerts.map(Self.short) == ["2-61:60"])
  }

  // MARK: Streams and policies

  @Test func aNewStreamBeginsAnew() throws {
    let count = "type: event_count\nrules: [r1]\ntimespan: 10s\ncondition: {gte: 2}"
    var stream = TestStream()
    stream.event([1], second: 5)
    // Of another boot, whose time is less.
    stream.add(stream.records[0])
    stream.event([1], second: 1)
    #expect(try fired(count, stream) == [])
    stream.event([1], second: 2)
    #expect(try fired(count, stream) == ["4-5:2"])
    let few = "type: event_count\nrules: [r1]\ntimespan: 1s\ncondition: {lte: 2}"
    #expect(try fired(few, stream) == [])
    stream.event([2], second: 100)
    #expect(try fired(few, stream) == ["4-5:2"])
  }

  @Test func anotherPolicyBeginsAnew() throws {
    let policy = try policy("type: event_count\nrules: [r1]\ntimespan: 10s\ncondition: {gte: 2}")
    let stream = stream(1, 2, 3)
    var engine = Engine(policy: policy)
    var fired: [UInt64] = []
    for (index, bytes) in stream.records.enumerated() {
      if index == 2 { engine.replace(policy: policy) }
      engine.process(try Record(number: UInt64(index + 1), bytes: bytes.span.bytes)) { fired.append($0.recordNumber) }
    }
    #expect(fired == [4], "the first event was counted by the policy before")
  }

  /// Times that only a damaged or forged record has.
  @Test func noTimeTraps() throws {
    for condition in ["{gte: 2}", "{lte: 3}"] {
      let section = "type: event_count\nrules: [r1]\ntimespan: 366d\ncondition: \(condition)"
      var stream = TestStream()
      stream.event([1], second: 1)
      for time in [0, 5, UInt64.max - 2_000_000, 1, UInt64.max / 2] {
        stream.time = time
        stream.exec(99, ["x", "-r1-"], exe: "/bin/x")
      }
      #expect(try !fired(section, stream).isEmpty)
    }
  }
}
