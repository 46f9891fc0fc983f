import CAllocations
import CEvents
import Events
import Rules
import Testing

@testable import Engine

/// What goes out, what is held back, and what is told of it, by the records' time.
@Suite struct QuietTests {
  private static let second: UInt64 = 1_000_000_000

  private static func rule(_ throttle: String? = nil, output: String = "%proc.name") throws -> Policy {
    try quietPolicy(("R", "evt.type = execve", output, "Warning", throttle))
  }

  // MARK: - The show

  /// 86,340 hits of one rule in a minute, one each 0.69 ms, each of another process.
  private static let flood = {
    var one = TestStream(opened: false)
    one.exec(100, ["sh", "-c", "id"])
    var stream = TestStream()
    var bytes = one.records[0]
    let (time, pid) = (MemoryLayout<sv_header>.offset(of: \.time_ns) ?? 0, MemoryLayout<sv_header>.offset(of: \.pid) ?? 0)
    for number in 0..<86_340 {
      bytes.withUnsafeMutableBytes {
        $0.storeBytes(of: stream.time + UInt64(number) * 690_000, toByteOffset: time, as: UInt64.self)
        $0.storeBytes(of: UInt32(1000 + number), toByteOffset: pid, as: UInt32.self)
      }
      stream.add(bytes)
    }
    return stream
  }()

  @Test func aFloodOfOneRuleThatSaysTheSameIsTwoAlerts() throws {
    let run = QuietRun(Self.flood, try Self.rule(output: "Shell: %proc.cmdline"))
    #expect(run.alerts.map(\.rule) == ["R", "Alerts held back"])
    #expect(run.counts.fired == 86_340 && run.counts.sent == 1 && run.counts.held == 86_339 && run.counts.summaries == 1)
    let summary = try #require(run.summaries.first)
    #expect(
      summary.message
        == "86339 alerts of \"R\" held back: within 1m of one that says the same; records 3 to 86341; each: Shell: sh -c id")
    #expect(summary.priority == .warning && summary.tags == ["t1", "selvage"] && summary.recordNumber == 86_341)
    let boot = "6ba7b8109dad11d180b400c04fd430c8"
    let rule = run.sent[0].id.split(separator: "-")[2]
    #expect(
      summary.fields.map { "\($0.name)=\($0.value.shown)" } == [
        "held.rule=R", "held.count=86339", "held.reason=same",
        "held.first.id=\(boot)-3-\(rule)", "held.first.time=2023-11-14T22:13:21.000690000Z",
        "held.last.id=\(boot)-86341-\(rule)", "held.last.time=2023-11-14T22:14:20.573910000Z", "held.same.id=\(run.sent[0].id)",
      ])
  }

  @Test func aFloodOfOneRuleThatSaysSomethingElseEachTimeIsItsBudget() throws {
    let run = QuietRun(Self.flood, try Self.rule(output: "Shell: %proc.cmdline of %proc.pid"))
    #expect(run.sent.count == 60 && run.summaries.count == 1 && run.counts.held == 86_280)
    let summary = try #require(run.summaries.first)
    #expect(summary.message == "86280 alerts of \"R\" held back: 86280 above 60 a minute of a rule; records 62 to 86341")
  }

  @Test func aFloodWithAThrottleIsWhatTheThrottleLetsOut() throws {
    let policy = try Self.rule("{per: [proc.name], limit: 5, every: 10s}", output: "Shell: %proc.cmdline of %proc.pid")
    let run = QuietRun(Self.flood, policy)
    // A minute is six windows.
    #expect(run.sent.count == 30 && run.summaries.count == 6 && run.counts.held == 86_310)
    #expect(run.summaries.allSatisfy { $0.value("held.by.proc.name") == "sh" && $0.value("held.reason") == "throttle" })
    #expect(run.alerts.map { $0.rule == "R" } == Array(repeating: [true, true, true, true, true, false], count: 6).flatMap { $0 })
    #expect(
      run.summaries[0].message.hasPrefix("14488 alerts of \"R\" held back, proc.name=sh: more than 5 within 10s; records 7 to "))
  }

  // MARK: - Windows

  @Test func aThrottleCountsEachKeyApart() throws {
    var stream = TestStream()
    for name in ["a", "b", "a", "a", "b", "c"] { stream.exec(100, comm: name) }
    let run = QuietRun(stream, try Self.rule("{per: [proc.name], limit: 1, every: 1m}"))
    #expect(run.sent.map(\.message) == ["a", "b", "c"])
    #expect(run.before == 3, "told at the end")
    #expect(run.summaries.map { $0.value("held.by.proc.name") } == ["a", "b"])
    #expect(run.summaries.map(\.heldCount) == [2, 1])
  }

  @Test func absentIsAKeyOfItsOwn() throws {
    var stream = TestStream()
    for args in [["sh"], ["sh", ""], ["sh"]] { stream.exec(100, args) { if args.count == 2 { $0.loginuid = 4 } } }
    let run = QuietRun(stream, try Self.rule("{per: [user.loginuid], limit: 1, every: 1m}"))
    #expect(run.sent.map(\.recordNumber) == [2, 3])
  }

  @Test func aSummaryComesWithTheFirstRecordAfterItsWindow() throws {
    var stream = TestStream()
    stream.exec(100)
    let start = stream.time
    stream.exec(100)
    stream.time = start + 59 * Self.second
    stream.exec(100)
    // One that fires nothing.
    stream.time = start + 60 * Self.second - 1_000_000
    stream.exit(100)
    stream.exec(100)
    let run = QuietRun(stream, try Self.rule())
    #expect(run.alerts.map(\.rule) == ["R", "Alerts held back", "R"])
    #expect(run.summaries[0].heldCount == 2 && run.before == 3)
    #expect(run.summaries[0].timestampNanoseconds == Int64(start + 59 * Self.second) + 1_000_000 + 1_700_000_000_000_000_000)
  }

  @Test func recordsOfTheAgentMoveTimeOn() throws {
    var stream = TestStream()
    stream.exec(100)
    stream.exec(100)
    var engine = Engine(policy: try Self.rule(), quiet: QuietSettings())
    var alerts: [Alert] = []
    for (index, bytes) in stream.records.enumerated() {
      engine.process(try Record(number: UInt64(index + 1), bytes: bytes.span.bytes)) { alerts.append($0) }
    }
    let whenDue = engine.due
    let due = try #require(whenDue)
    #expect(due > stream.time && due <= stream.time + 60 * Self.second)
    let counters = CountersRecord().encoded(timeNanoseconds: due, pid: 1)
    engine.process(try Record(number: 9, bytes: counters.span.bytes)) { alerts.append($0) }
    #expect(alerts.map(\.rule) == ["R", "Alerts held back"])
    let later = engine.due
    #expect(later == nil)
  }

  @Test func aThrottleTakesThePlaceOfFolding() throws {
    var stream = TestStream()
    for _ in 0..<4 { stream.exec(100) }
    let run = QuietRun(stream, try Self.rule("{limit: 3, every: 1m}"))
    #expect(run.sent.count == 3 && run.counts.held == 1)
    let site = only { $0.throttle = Throttle(fields: [], limit: 2, seconds: 60) }
    #expect(QuietRun(stream, try Self.rule(), site).sent.count == 2, "the site's")
    #expect(QuietRun(stream, try Self.rule("{limit: 3, every: 1m}"), site).sent.count == 3, "the rule's own")
    #expect(QuietRun(stream, try Self.rule("{limit: 3, every: 1m}"), .off).sent.count == 4, "off")
  }

  @Test func whatSaysSomethingElseIsNotFolded() throws {
    var stream = TestStream()
    for args in [["a"], ["a", "b"], ["a b"], ["a"], ["a", "b"]] { stream.exec(100, args) }
    let run = QuietRun(stream, try Self.rule(output: "%proc.name %len(proc.args)"))
    #expect(run.sent.map(\.message) == ["sh 0", "sh 1"], "by what the output shows: the third has no arguments either")
    #expect(run.counts.held == 3)
  }

  @Test func workloadsAreNotFoldedIntoOneAnother() throws {
    var stream = TestStream()
    for id in [10, 11] as [UInt64] { stream.cgroup(id, "machine.slice/libpod-\(String(repeating: "\(id - 8)", count: 64)).scope") }
    for cgroup in [10, 11, 10, 11] as [UInt64] { stream.exec(100, in: cgroup) }
    let run = QuietRun(stream, try Self.rule())
    #expect(run.sent.count == 2 && run.summaries.count == 2)
    #expect(run.summaries.compactMap { $0.value("workload.kind") } == ["container", "container"])
    #expect(run.summaries[0].value("container.id") != run.summaries[1].value("container.id"))
  }

  // MARK: - Budgets

  private static func budgeted(_ rule: Int?, _ tenant: Int?) -> QuietSettings {
    only {
      $0.ruleAlertsPerMinute = rule
      $0.tenantAlertsPerMinute = tenant
    }
  }

  @Test func whatMattersLessDoesNotHideWhatMattersMore() throws {
    let policy = try quietPolicy(
      ("Noise", "proc.name = noise and evt.type = execve", "%proc.pid", "Notice", nil),
      ("Attack", "proc.name = attack and evt.type = execve", "%proc.pid", "Critical", nil))
    var stream = TestStream()
    for number in 0..<1000 as Range<UInt32> { stream.exec(1000 + number, comm: number % 100 == 99 ? "attack" : "noise") }
    let run = QuietRun(stream, policy, Self.budgeted(nil, 20))
    #expect(run.sent.count { $0.rule == "Attack" } == 10)
    #expect(run.sent.count { $0.rule == "Noise" } == 20)
    #expect(run.summaries.map(\.priority) == [.notice])
    #expect(run.summaries[0].message.contains("970 above 20 a minute of priority Notice"))
  }

  private static func tenants() throws -> Policy {
    var policy = TenantPolicy()
    policy.add(tenant: "loud", match: "container.name startswith loud")
    policy.add(tenant: "calm", match: "container.name startswith calm")
    policy.add(rule: "Site", "evt.type = execve and proc.name != own")
    policy.add(rule: "Own", "evt.type = execve and proc.name = own", .tenant(0))
    return try policy.policy(output: "%proc.pid")
  }

  private static func inTenants() -> TestStream {
    var stream = TestStream()
    stream.cgroup(10, CgroupPaths.podman(1))
    stream.facts(10, .known, [("container.name", "loud-1")])
    stream.cgroup(11, CgroupPaths.podman(2))
    stream.facts(11, .known, [("container.name", "calm-1")])
    return stream
  }

  @Test func oneTenantsNoiseDoesNotHideAnother() throws {
    var stream = Self.inTenants()
    for number in 0..<500 as Range<UInt32> { stream.exec(1000 + number, in: number % 50 == 0 ? 11 : 10) }
    let run = QuietRun(stream, try Self.tenants(), Self.budgeted(60, 30))
    #expect(run.sent.count { $0.tenant == "calm" } == 10)
    #expect(run.sent.count { $0.tenant == "loud" } == 30)
    #expect(run.summaries.map(\.tenant) == ["loud"] && run.counts.held == 460)
  }

  @Test func aTenantsOwnRulesDoNotHideTheSites() throws {
    var stream = Self.inTenants()
    for number in 0..<500 as Range<UInt32> { stream.exec(1000 + number, in: 10, comm: number % 50 == 0 ? "sh" : "own") }
    let run = QuietRun(stream, try Self.tenants(), Self.budgeted(nil, 30))
    #expect(run.sent.count { $0.rule == "Site" } == 10)
    #expect(run.sent.count { $0.rule == "Own" } == 30)
  }

  @Test func aTenantsLimitIsItsBudget() throws {
    var limits = TenantLimits()
    limits.alertsPerMinute = 7
    let plain = try Self.tenants()
    let tenancy = try #require(plain.tenancy)
    let tenants = tenancy.tenants.map { tenant in
      Tenant(name: tenant.name, match: tenant.match, limits: tenant.name == "loud" ? limits : TenantLimits(), location: tenant.location)
    }
    let policy = Policy(
      rules: plain.rules, predicates: plain.predicates, tenancy: Tenancy(tenants: tenants, rulesets: [], file: "tenants.yaml"))
    var stream = Self.inTenants()
    for number in 0..<40 as Range<UInt32> { stream.exec(1000 + number, in: 10 + UInt64(number % 2)) }
    let run = QuietRun(stream, policy, Self.budgeted(nil, 30))
    #expect(run.sent.count { $0.tenant == "loud" } == 7 && run.sent.count { $0.tenant == "calm" } == 20)
  }

  @Test func workloadsOfWhichTheTenantIsNotSureAreEachOnTheirOwn() throws {
    var stream = TestStream()
    for number in 0..<3 {
      stream.cgroup(UInt64(10 + number), CgroupPaths.podman(number))
      stream.facts(UInt64(10 + number), .pending)
    }
    for number in 0..<300 as Range<UInt32> { stream.exec(1000 + number, in: number % 100 == 50 ? 11 : 10) }
    stream.exec(5000, in: 12)
    let run = QuietRun(stream, try Self.tenants(), Self.budgeted(20, 30))
    #expect(run.sent.count == 20 + 3 + 1)
    #expect(run.summaries.count == 1 && run.summaries[0].tenant == nil)
  }

  @Test func aMinuteBeginsAnewWithItsFirstAlert() throws {
    var stream = TestStream()
    for minute in 0..<3 as Range<UInt64> {
      stream.time = (minute * 70 + 10) * Self.second
      for number in 0..<5 as Range<UInt32> { stream.exec(1000 + number) }
    }
    let run = QuietRun(stream, try Self.rule(output: "%proc.pid"), Self.budgeted(3, nil))
    #expect(run.alerts.map { $0.rule == "R" ? "R" : "\($0.heldCount)" } == ["R", "R", "R", "2", "R", "R", "R", "2", "R", "R", "R", "2"])
  }

  @Test func rulesBeyondThoseToldOneByOneAreToldTogether() throws {
    let rules = (0..<30).map { number in
      """
      - rule: R\(number)
        desc: d
        condition: evt.type = execve
        output: "%proc.pid"
        priority: \(number == 29 ? "Critical" : "Notice")
      """
    }
    let loaded = PolicyLoader().load(files: [("test.yaml", Array(rules.joined(separator: "\n").utf8))])
    var stream = TestStream()
    for number in 0..<4 as Range<UInt32> { stream.exec(1000 + number) }
    let run = QuietRun(stream, try #require(loaded.policy), Self.budgeted(1, nil))
    #expect(run.sent.count == 30 && run.summaries.count == 17)
    #expect(run.summaries[0].priority == .critical && run.summaries[0].value("held.rule") == "R29")
    let last = try #require(run.summaries.last)
    #expect(last.value("held.rules") == "14" && last.heldCount == 42 && last.message.hasPrefix("42 alerts of 14 rules held back: "))
  }

  // MARK: - Bounds

  /// As many keys as somebody likes: what is remembered and what is told stay small, and nothing is uncounted.
  @Test func hostileKeysAreBounded() throws {
    let policy = try Self.rule("{per: [proc.cmdline], limit: 1, every: 1h}", output: "%proc.pid")
    var engine = Engine(policy: policy, processes: 16, quiet: only { $0.ruleAlertsPerMinute = 1_000_000 })
    var stream = TestStream()
    stream.exec(1)
    var sent = 0
    var summaries = 0
    var told: UInt64 = 0
    func take(_ alert: Alert) {
      if alert.rule == AlertBuilder.heldRule { summaries += 1 } else { sent += 1 }
      told += alert.heldCount
    }
    let before = allocations_held()
    let keys = 100_000
    for key in 0..<keys {
      var one = TestStream(opened: false)
      one.time = 2 * Self.second + UInt64(key) * 1000
      for _ in 0..<2 { one.exec(100, ["x", "\(key)"]) }
      for bytes in one.records {
        engine.process(try Record(number: engine.nextNumber, bytes: bytes.span.bytes)) { take($0) }
      }
    }
    #expect(sent == keys && summaries <= 2)
    let held = allocations_held() - before
    #expect(held < 24 << 20, "\(held) bytes")
    engine.finish { take($0) }
    // 8 keys, and the rest together for each of the two minutes.
    #expect(summaries <= 2 * (8 + 1) && told == UInt64(keys))
    let counts = engine.quietCounts
    #expect(counts.held == UInt64(keys) && counts.told == counts.held && counts.fired == 2 * UInt64(keys))
  }

  @Test func keysBeyondTheBudgetTakeNoRoom() throws {
    let policy = try Self.rule("{per: [proc.cmdline], limit: 1, every: 1h}", output: "%proc.pid")
    var stream = TestStream()
    for number in 0..<2000 { stream.exec(100, ["x", "\(number % 1000)"]) }
    let run = QuietRun(stream, policy, only { $0.ruleAlertsPerMinute = 10 })
    #expect(run.sent.count == 10 && run.counts.held == 1990)
    #expect(run.summaries.count == 8 + 1)
  }

  // MARK: - Ends

  @Test func whatANewStreamEndsIsToldAsOfTheOldOne() throws {
    var stream = TestStream()
    stream.exec(100)
    stream.exec(100)
    let second = StreamRecord(node: "node2", bootID: "other", kernel: "6.1", version: "test", clockOffsetNanoseconds: 0)
    stream.add(second.encoded(timeNanoseconds: 5, pid: 1))
    stream.time = 10
    stream.exec(100)
    let run = QuietRun(stream, try Self.rule())
    #expect(run.alerts.map(\.rule) == ["R", "Alerts held back", "R"])
    #expect(run.summaries[0].node == "node1" && run.sent[1].node == "node2")
  }

  @Test func newRulesTellWhatTheOldOnesHeldBack() throws {
    var policy = TenantPolicy()
    policy.add(tenant: "calm", match: "container.name startswith calm")
    policy.add(rule: "Other", "evt.type = execve")
    let new = try policy.policy()
    var stream = Self.inTenants()
    stream.exec(100, in: 10)
    stream.exec(101, in: 10, comm: "own")
    stream.exec(102, in: 10, comm: "own")
    var engine = Engine(policy: try Self.tenants(), quiet: Self.budgeted(1, nil))
    var alerts: [Alert] = []
    func feed(_ stream: TestStream) throws {
      for bytes in stream.records {
        engine.process(try Record(number: engine.nextNumber, bytes: bytes.span.bytes)) { alerts.append($0) }
      }
    }
    try feed(stream)
    engine.replace(with: PreparedPolicy(new))
    // Once more, before any record came.
    engine.replace(with: PreparedPolicy(new, quiet: .off))
    let due = engine.due
    #expect(due == 0, "it is to be told soon")
    var next = TestStream(opened: false)
    next.time = stream.time
    next.exec(103, in: 11)
    next.exec(104, in: 11)
    try feed(next)
    #expect(alerts.map(\.rule) == ["Site", "Own", "Alerts held back", "Other", "Other"])
    #expect(alerts[2].tenant == "loud" && alerts[2].value("held.rule") == "Own" && alerts[2].heldCount == 1)
    let counts = engine.quietCounts
    #expect((counts.fired, counts.sent, counts.held, counts.told) == (5, 4, 1, 1))
  }

  @Test func aRestartForgets() throws {
    var stream = TestStream()
    stream.exec(100)
    stream.exec(100)
    var engine = Engine(policy: try Self.rule(), quiet: QuietSettings())
    for _ in 0..<2 {
      var alerts: [Alert] = []
      for (index, bytes) in stream.records.enumerated() {
        engine.process(try Record(number: UInt64(index + 1), bytes: bytes.span.bytes)) { alerts.append($0) }
      }
      let counts = engine.quietCounts
      #expect(alerts.count == 1 && counts.held == 1)
      engine.restart()
      let after = engine.quietCounts
      #expect(after == QuietCounts())
    }
    engine.restart(quiet: .off)
    var alerts = 0
    for (index, bytes) in stream.records.enumerated() {
      engine.process(try Record(number: UInt64(index + 1), bytes: bytes.span.bytes)) { _ in alerts += 1 }
    }
    #expect(alerts == 2)
  }

  // MARK: - With others

  @Test func completedAlertsCountThoseHeldBack() throws {
    var policy = TenantPolicy()
    policy.add(tenant: "web", match: "container.name startswith web")
    policy.add(rule: "R", "evt.type = execve")
    var stream = TestStream()
    stream.cgroup(10, CgroupPaths.podman(1))
    stream.facts(10, .pending)
    for _ in 0..<5 { stream.exec(100, in: 10) }
    stream.facts(10, .known, [("container.name", "web-1")])
    let run = QuietRun(stream, try policy.policy())
    let completed = try #require(run.sent.last)
    #expect(completed.rule == "Alert completed" && completed.value("completed.count") == "5")
    #expect(completed.value("completed.ids") == run.sent[0].id)
    #expect(run.counts.fired == 6 && run.counts.sent == 2)
  }

  @Test func completionsHaveABudget() throws {
    var policy = TenantPolicy()
    policy.add(tenant: "web", match: "container.name startswith web")
    policy.add(rule: "R", "evt.type = execve")
    var stream = TestStream()
    for number in 0..<9 {
      stream.cgroup(UInt64(10 + number), CgroupPaths.podman(number))
      stream.exec(100, in: UInt64(10 + number))
      stream.facts(UInt64(10 + number), .known, [("container.name", "web-1")])
    }
    let run = QuietRun(stream, try policy.policy(), Self.budgeted(4, nil))
    #expect(run.sent.count { $0.rule == "R" } == 9, "each workload for itself")
    #expect(run.sent.count { $0.rule == "Alert completed" } == 4)
    #expect(run.summaries.map { $0.value("held.rule") } == ["Alert completed"] && run.summaries[0].heldCount == 5)
  }

  @Test func correlationsCountAllAndAreFoldedByGroup() throws {
    let correlation = CorrelationFile.correlation(
      "type: event_count\nrules: [r1]\ntimespan: 10s\ngroup-by: [Image]\ncondition: {gte: 2}", more: "generate: true")
    var stream = TestStream()
    for number in 0..<12 { stream.event([1], exe: number % 2 == 0 ? "/bin/x" : "/bin/y", second: 1 + Double(number) / 10) }
    let policy = try CorrelationFile.policy(CorrelationFile.rule(1), correlation)
    let all = stream.alerts(policy)
    let run = QuietRun(stream, policy)
    func groups(_ alerts: [Alert]) -> [String] { alerts.compactMap { $0.value("correlation.by.Image") } }
    #expect(groups(all) == ["/bin/x", "/bin/y", "/bin/x", "/bin/y", "/bin/x", "/bin/y"])
    #expect(groups(run.sent) == ["/bin/x", "/bin/y"])
    #expect(groups(run.summaries) == ["/bin/x", "/bin/y"])
    let held = all.filter { $0.rule == "Correlation c" && !run.sent.contains($0) && $0.value("correlation.by.Image") == "/bin/x" }
    #expect(run.summaries.filter { $0.value("correlation.by.Image") == "/bin/x" }.map { $0.value("held.last.id") } == [held.last?.id])
  }
}
