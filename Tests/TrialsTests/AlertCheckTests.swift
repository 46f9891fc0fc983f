import Engine
import Events
import Rules
import Testing

@testable import Trials

/// Alerts that came against alerts that a test asks for.
struct AlertCheckTests {
  private let policy: Policy

  init() throws {
    let rules = ["A", "B", "C"].map { "- {rule: \($0), desc: d, condition: evt.type = execve and proc.name = \($0), output: o, priority: Error}\n" }
    policy = try #require(PolicyLoader().load(files: [("r.yaml", Array(rules.joined().utf8))]).policy)
  }

  private func alert(_ number: UInt64, _ rule: String, _ fields: [(String, AlertField.Value)] = []) -> Alert {
    Alert(
      id: "\(number)", recordNumber: number, timestampNanoseconds: 0, node: "n", rule: rule, ruleDescription: "", priority: .error,
      tags: [], event: "execve", message: "says \(rule)", fields: fields.map { AlertField(name: $0.0, value: $0.1) })
  }

  /// What is wrong with a row of alerts, a letter each.
  private func problems(_ test: String, _ letters: String, kinds: EventKinds = .all) throws -> [String] {
    try problems(test, letters.enumerated().map { alert(UInt64($0.offset + 1), String($0.element)) }, kinds)
  }

  private func problems(_ test: String, _ alerts: [Alert], _ kinds: EventKinds = .all) throws -> [String] {
    var log = DiagnosticLog(limit: 10)
    let file = SourceFile(name: "x.test.yaml", bytes: Array("tests: [{test: t, trace: t, \(test)}]".utf8))
    let read = TestFileReader.read(file, limits: LoadLimits(), log: &log)
    let only = try #require(read.first, "\(log.finished())")
    return AlertCheck(only, alerts: alerts, kinds: kinds, policy: policy).problems.map { "\($0.expected) / \($0.came)" }
  }

  @Test func counts() throws {
    #expect(try problems("alerts: [A]", "AAB") == [])
    #expect(try problems("alerts: [A]", "B") == ["an alert or more of 'A' / no alert of it"])
    #expect(try problems("alerts: [{rule: A, count: 2}]", "ABA") == [])
    #expect(try problems("alerts: [{rule: A, count: 2}]", "A") == ["2 alerts of 'A' / one alert"])
    #expect(try problems("alerts: [{rule: A, count: 2}]", "AAA") == ["2 alerts of 'A' / 3 alerts"])
    #expect(try problems("alerts: [{rule: A, count: 2+}]", "AAA") == [])
    #expect(try problems("alerts: [{rule: A, count: 2+}]", "A") == ["2 alerts or more of 'A' / one alert"])
    #expect(try problems("alerts: [{rule: A, count: 0}]", "A") == ["no alert of 'A' / one alert"])
    #expect(try problems("alerts: [A, B]", "") == ["an alert or more of 'A' / no alert of it", "an alert or more of 'B' / no alert of it"])
  }

  @Test func quiet() throws {
    #expect(try problems("quiet: all", "") == [])
    #expect(try problems("quiet: all", "BA") == ["no alert of 'B' / one alert", "no alert of 'A' / one alert"])
    #expect(try problems("quiet: A", "BB") == [])
    #expect(try problems("quiet: [A, B]", "BB") == ["no alert of 'B' / 2 alerts"])
    #expect(try problems("alerts: [A], quiet: all others", "AA") == [])
    #expect(try problems("alerts: [A], quiet: all others", "ABB") == ["no other alert of 'B' / 2 alerts"])
    // Each is told once.
    #expect(try problems("quiet: [B, all others]", "BC") == ["no alert of 'B' / one alert", "no alert of 'C' / one alert"])
    // Those of the same rule that are otherwise are others as well.
    let alerts = [alert(1, "A", [("proc.name", .text("x"))]), alert(2, "A", [("proc.name", .text("y"))])]
    #expect(try problems("alerts: [{rule: A, proc.name: x}]", alerts) == [])
    #expect(try problems("alerts: [{rule: A, proc.name: x}], quiet: all others", alerts) == ["no other alert of 'A' / one alert"])
  }

  /// A rule that is never tried is quiet whatever its condition says.
  @Test func quietOfARuleThatNoEventIsFor() throws {
    let connects = EventKinds([.connect])
    #expect(
      try problems("quiet: A", "", kinds: connects) == [
        "'A' to stay quiet on an event that it looks at (execve) / no such event: it can't but stay quiet"
      ])
    #expect(try problems("quiet: all", "", kinds: connects) == [])
  }

  @Test func parts() throws {
    let alerts = [
      alert(1, "A", [("proc.name", .text("curl")), ("fd.sport", .integer(443)), ("fd.is_server", .boolean(false))])
    ]
    for good in [
      "proc.name: curl", "fd.sport: 443", "fd.is_server: false", "proc.name: {glob: 'c*l'}", "proc.name: {regex: 'cu[r]l'}",
      "event: execve", "priority: error", "output: says A", "output: {glob: '*A'}",
    ] {
      #expect(try problems("alerts: [{rule: A, \(good)}]", alerts) == [], "\(good)")
    }
    for bad in ["proc.name: cur", "fd.sport: 80", "proc.name: {glob: 'c'}", "proc.name: {regex: 'cu'}", "priority: Warning", "proc.pname: x"] {
      let problems = try problems("alerts: [{rule: A, \(bad)}]", alerts)
      #expect(problems.count == 1 && problems[0].hasSuffix("/ none, and 1 of it with other contents"), "\(bad): \(problems)")
    }
  }

  @Test func whatIsOtherwiseIsShown() throws {
    var log = DiagnosticLog(limit: 10)
    let file = SourceFile(name: "x", bytes: Array("tests: [{test: t, trace: t, alerts: [{rule: A, proc.name: x, fd.sport: 1}]}]".utf8))
    let test = try #require(TestFileReader.read(file, limits: LoadLimits(), log: &log).first)
    let check = AlertCheck(test, alerts: [alert(7, "A", [("proc.name", .text("y"))])], kinds: .all, policy: policy)
    #expect(
      check.problems.first?.lines == [
        "record 7, execve: Error A: says A", "  not proc.name = \"x\", but \"y\"", "  not fd.sport = \"1\", but no value",
      ])
  }

  @Test func order() throws {
    let abc = "alerts: [A, B, A], ordered: true"
    #expect(try problems(abc, "ABA") == [])
    #expect(try problems(abc, "AACBBCAA") == [], "others may come between")
    #expect(try problems(abc, "BAA") == ["in this place an alert or more of 'A' / another alert"])
    #expect(try problems(abc, "AB") == ["in this place an alert or more of 'A' / nothing more"])
    #expect(try problems(abc, "ABAB") == ["no more alerts of these / another alert"])
    #expect(try problems(abc, "C").count == 3, "that they are missing says enough")
    let counted = "alerts: [{rule: A, count: 2}, B, {rule: A, count: 1}], ordered: true"
    #expect(try problems(counted, "AABA") == [])
    #expect(try problems(counted, "ABAA") == ["in this place 2 alerts of 'A' / another alert"])
    #expect(try problems(counted, "AABAA") == ["no more alerts of these / another alert"])
    #expect(try problems("alerts: [{rule: A, count: 1}, {rule: A, count: 1}], ordered: true", "AA") == [])
    #expect(try problems(abc + ", quiet: all others", "ABCA") == ["no other alert of 'C' / one alert"])
  }
}
