import CEvents
import Events
import Rules
import Testing

@testable import Engine

struct AlertTests {
  @Test func anAlertCarriesItsRuleItsEventAndItsFields() throws {
    var stream = TestStream()
    stream.exec(1, ["init"], comm: "init", parent: 0, kind: .task)
    stream.exec(7, ["id", "-u"], comm: "id", exe: "/usr/bin/id") { $0.uid = 5 }
    let alert = try #require(stream.alerts(try policy("proc.name = id", output: "%user.ruid ran %proc.cmdline")).first)
    #expect(alert.id == "6ba7b8109dad11d180b400c04fd430c8-3-af640f4c86024335")
    #expect(alert.recordNumber == 3)
    #expect(alert.timestampNanoseconds == 1_700_000_001_002_000_000)
    #expect(alert.node == "node1" && alert.rule == "R" && alert.ruleDescription == "what it means")
    #expect(alert.priority == .warning && alert.tags == ["t1", "t2"] && alert.event == "execve")
    #expect(alert.message == "5 ran id -u")
    #expect(alert.fields == [
      AlertField(name: "proc.pid", value: .integer(7)), AlertField(name: "proc.ppid", value: .integer(1)),
      AlertField(name: "proc.name", value: .text("id")), AlertField(name: "proc.pname", value: .text("init")),
      AlertField(name: "proc.exepath", value: .text("/usr/bin/id")), AlertField(name: "proc.cmdline", value: .text("id -u")),
      AlertField(name: "user.uid", value: .integer(0)), AlertField(name: "user.loginuid", value: .integer(-1)),
      AlertField(name: "proc.cgroup_id", value: .integer(77)), AlertField(name: "user.ruid", value: .integer(5)),
    ])
  }

  @Test(arguments: [
    ("%toupper(proc.name)!", "ID!"), ("%len(proc.name)%len(proc.args)", "23"), ("%basename(proc.exepath) by %tolower(proc.pname)", "id by init"),
    ("%concat(proc.name, \"-\", proc.pname) %join(\",\", (proc.name, proc.name))", "id-init id,id"),
    ("%tolower(proc.aname) %toupper(proc.aname[1]) %toupper(proc.aname[2])", "init INIT <NA>"),
    ("%getopt(proc.args, \"u\") %getopt(proc.args, \"u:\")[u] %getopt(proc.pcmdline, \"u\")", "(u,?) g <NA>"),
    ("%tolower(proc.env[NONE]) %len(proc.env[NONE]) %b64(proc.name) %concat(proc.name, proc.env[NONE])", "<NA> <NA> \\x89 <NA>"),
    ("%tolower(user.name)", "<NA>"), ("%concat(proc.env[A], \"\\x1b\", proc.env[B])", "\\x07\\\\\\x1b\\u{202e}"),
    ("%getopt((\"-a\", proc.env[A]), \"a:\")", "(a,\\x07\\\\)"),
  ])
  func functionsInOutputs(output: String, expected: String) throws {
    var stream = TestStream()
    stream.exec(1, ["init"], comm: "init", parent: 0, kind: .task)
    stream.exec(7, ["id", "-ug"], comm: "id", exe: "/usr/bin/id", env: ["A=\u{7}\\", "B=\u{202E}"])
    #expect(try stream.rendered(output) == expected)
  }

  /// Beside what they are made of.
  @Test func functionsAreFields() throws {
    var stream = TestStream()
    stream.exec(7, ["id", "-ug"], comm: "id", exe: "/usr/bin/id")
    let output = "%toupper(proc.exe) %len(proc.args) %tolower(proc.env[NONE]) %getopt(proc.args, \"u:\")[u]"
    let alert = try #require(stream.alerts(try policy("proc.name = id", output: output)).first)
    #expect(alert.fields.suffix(5) == [
      AlertField(name: "proc.exe", value: .text("id")), AlertField(name: "proc.args", value: .text("-ug")),
      AlertField(name: "toupper(proc.exe)", value: .text("ID")), AlertField(name: "len(proc.args)", value: .integer(3)),
      AlertField(name: "getopt(proc.args, \"u:\")[u]", value: .text("g")),
    ])
  }

  @Test func allRulesThatMatchFireInTheirOrder() throws {
    let text = ["b", "a", "c"].map {
      "- {rule: \($0), desc: d, condition: evt.type = execve and proc.pid != \($0 == "c" ? 7 : 0), output: o, priority: Info}"
    }.joined(separator: "\n")
    let loaded = PolicyLoader().load(files: [("t.yaml", Array(text.utf8))])
    var stream = TestStream()
    stream.exec(7)
    #expect(stream.alerts(try #require(loaded.policy)).map(\.rule) == ["b", "a"])
  }

  @Test func longTextsAreCutAndMarked() throws {
    var stream = TestStream()
    stream.exec(7, ["x", String(repeating: "é", count: 6000)], comm: "x")
    let alert = try #require(stream.alerts(try policy("proc.name = x", output: "%proc.args%tolower(proc.args)%proc.args")).first)
    #expect(alert.message.utf8.count <= AlertBuilder.messageLimit + 3 && alert.message.hasSuffix("..."))
    #expect(alert.message.unicodeScalars.allSatisfy { $0 == "é" || $0 == "." })
    #expect(alert.fields.contains { if case .text(let text) = $0.value { text.utf8.count == 4099 } else { false } })
  }

  @Test func lossesAreAlerts() throws {
    var stream = TestStream()
    func counters(_ lost: UInt64, missed: UInt64 = 0) -> [UInt8] {
      var record = CountersRecord()
      record.kinds[.exec] = .init(produced: 100, lostRing: lost)
      record.kinds[.connect] = .init(produced: 100, lostRing: 2, lostScratch: 1)
      record.missed = missed
      return record.encoded(timeNanoseconds: 5, pid: 1)
    }
    stream.add(counters(4))
    stream.add(counters(4))
    stream.add(counters(9, missed: 1))
    let alerts = stream.alerts(try policy("proc.name = x"))
    #expect(alerts.map(\.message) == [
      "Events lost since the last report: 4 lost.execve, 3 lost.connect",
      "Events lost since the last report: 5 lost.execve, 1 lost.missed",
    ])
    #expect(alerts.map(\.recordNumber) == [2, 4])
    #expect(alerts.allSatisfy { $0.priority == .critical && $0.rule == "Events lost" })
  }

  @Test func theSameRecordsGiveTheSameAlerts() throws {
    var stream = TestStream()
    for pid in 1..<200 as Range<UInt32> { stream.exec(pid, ["p\(pid)"], comm: "p\(pid)", parent: pid / 2) }
    let policy = try policy("proc.pid > 0", output: "%evt.time %proc.cmdline %proc.aname")
    #expect(stream.alerts(policy) == stream.alerts(policy))
    #expect(stream.alerts(policy).count == 199)
  }
}
