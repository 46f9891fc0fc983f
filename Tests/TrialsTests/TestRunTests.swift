import Engine
import Events
import Rules
import TestSupport
import Testing

@testable import Trials

/// Tests that run, from their files to what came of them.
struct TestRunTests {
  private let folder: TemporaryFolder
  private let rules: String

  init() throws {
    folder = try TemporaryFolder()
    rules = try folder.write(
      """
      - rule: Shell
        desc: d
        condition: evt.type = execve and proc.name in (sh, bash) and proc.pname = nginx
        output: "%proc.cmdline"
        priority: Error
        exceptions: [{name: rotation, fields: [proc.args], comps: [contains], values: [[rotate]]}]
      - {rule: Off, desc: d, condition: evt.type = connect, output: o, priority: Error, enabled: false}
      - {rule: Web, desc: d, condition: evt.type = connect and fd.sport = 443, output: "%fd.sip", priority: Notice}

      """, "rules.yaml")
  }

  private static let nginx = "{kind: exec, pid: 80, exe: /usr/sbin/nginx}"
  private static func shell(_ command: String, pid: Int = 81) -> String {
    "{kind: exec, pid: \(pid), parent_pid: 80, exe: /bin/sh, args: [sh, -c, \(command)]}"
  }

  private func load(_ tests: String, _ name: String = "a.test.yaml") throws -> TestLoadResult {
    TestLoader.load(paths: [try folder.write(tests, name)], policies: PolicyLoader())
  }

  private func run(_ tests: String, threads: Int = 1) throws -> (results: [TestResult], coverage: Coverage?) {
    let loaded = try load(tests)
    let plan = try #require(loaded.plan, "\(loaded.diagnostics) \(loaded.brokenRules.map(\.report))")
    return TestRunner.run(plan, threads: threads, wantsCoverage: true)
  }

  private func problems(_ result: TestResult) -> [TestProblem] {
    if case .failed(let problems) = result.outcome { problems } else { [] }
  }

  /// A test counts what rules fire, unless it asks for what goes out.
  @Test func whatIsHeldBack() throws {
    let records = "records: [\(Self.nginx), \(Self.shell("id")), \(Self.shell("id", pid: 82)), \(Self.shell("id", pid: 83))]"
    let (results, _) = try run(
      """
      tests:
      - test: all
        \(records)
        alerts: [{rule: Shell, count: 3}]
        quiet: all others
      - test: sent
        \(records)
        throttled: true
        alerts: [{rule: Shell, count: 1}, {rule: Alerts held back, count: 1, output: {glob: "2 alerts of *"}}]
        quiet: all others
      - test: all once more
        \(records)
        alerts: [{rule: Shell, count: 3}]
        quiet: Alerts held back
      """)
    #expect(results.map(\.hasPassed) == [true, true, true], "\(results)")
  }

  @Test func passing() throws {
    let (results, coverage) = try run(
      """
      tests:
      - test: a shell
        records: [\(Self.nginx), \(Self.shell("id"))]
        alerts: [{rule: Shell, count: 1, proc.cmdline: sh -c id, proc.ppid: 80, user.uid: 0}]
        quiet: all others
      - test: the same in a file
        trace: a.jsonl
        alerts: [Web]
        quiet: [all others]
      - test: rotation
        records: [\(Self.nginx), \(Self.shell("rotate"))]
        quiet: Shell

      """.replacing("trace: a.jsonl", with: "trace: \(try folder.write("{\"kind\":\"connect\",\"remote\":\"10.1.1.1\",\"remote_port\":443}\n", "a.jsonl"))"))
    #expect(results.map(\.hasPassed) == [true, true, true], "\(results.map(problems))")
    let entries = try #require(coverage).entries
    #expect(entries.map(\.parts.rule) == ["Shell", "Web"])
    #expect(entries.map(\.firing) == [1, 1] && entries.map(\.quiet) == [1, 0])
    #expect(entries[0].parts.exceptions.map { [$0.values.wasTrue, $0.values.wasFalse] } == [[true, true]])
  }

  @Test func failingShowsTheNearestMiss() throws {
    let result = try run(
      """
      tests:
      - test: a shell
        records: [\(Self.nginx), {kind: exec, pid: 7, exe: /bin/ls}, \(Self.shell("rotate"))]
        alerts: [Shell]
      """).results[0]
    let problem = try #require(problems(result).first)
    #expect(problem.expected == "an alert or more of 'Shell'" && problem.came == "no alert of it" && problem.location.line == 4)
    let explanation = try #require(problem.explanation)
    #expect(explanation.rule.name == "Shell" && explanation.explanation.recordNumber == 3 && !explanation.explanation.fires)
    #expect(explanation.explanation.parts.last.map { "\($0.text) \($0.value)" } == "proc.args contains rotate true")
  }

  @Test func failingShowsWhyItFired() throws {
    let result = try run(
      """
      tests:
      - test: quiet
        records: [\(Self.nginx), {kind: exec, pid: 7, exe: /bin/ls}, \(Self.shell("id"))]
        quiet: all
      """).results[0]
    let explanation = try #require(problems(result).first?.explanation)
    #expect(explanation.explanation.recordNumber == 3 && explanation.explanation.fires)
    #expect(problems(result).first?.lines == ["record 3, execve: Error Shell: sh -c id"])
  }

  /// A rule that fired, but not often enough: what else it could have fired on.
  @Test func theNearestMissIsNoAlert() throws {
    let result = try run(
      """
      tests:
      - test: two
        records: [\(Self.nginx), \(Self.shell("id")), \(Self.shell("rotate", pid: 82))]
        alerts: [{rule: Shell, count: 2}]
      """).results[0]
    #expect(problems(result).first?.explanation?.explanation.recordNumber == 3)
  }

  @Test func aTraceThatIsDamagedFails() throws {
    let path = try folder.write("{\"kind\":\"exec\",\"pid\":7,\"exe\":\"/bin/ls\"}\n{\"lost\":3}\n{\"kind\":\"exit\"}\n", "lost.jsonl")
    let result = try run("tests: [{test: lost, trace: \(path), quiet: all}]").results[0]
    #expect(problems(result).map { "\($0.expected) / \($0.came) / \($0.lines)" } == [
      "a whole trace / a damaged one / [\"3 records were lost when it was written\"]"
    ])
  }

  @Test func aTraceThatIsNotThereIsBroken() throws {
    let result = try run("tests: [{test: a, trace: nonexistent, quiet: all}]").results[0]
    guard case .broken(let diagnostic) = result.outcome else {
      Issue.record("\(result)")
      return
    }
    #expect(diagnostic.message.contains("nonexistent: open: No such file") && diagnostic.location.line == 1 && diagnostic.location.column == 26)
  }

  /// Whatever the threads do.
  @Test func resultsComeInOrder() throws {
    var tests = "tests:\n"
    for index in 0..<200 {
      tests += "- test: t\(index)\n  records: [\(Self.nginx), \(Self.shell(index.isMultiple(of: 3) ? "rotate" : "id"))]\n  alerts: [Shell]\n"
    }
    func text(_ threads: Int) throws -> [String] {
      let (results, coverage) = try run(tests, threads: threads)
      let entries = try #require(coverage).entries
      return results.map { "\($0.test.name) \($0.hasPassed) \(problems($0).map(\.lines))" } + entries.map { "\($0)" }
    }
    let alone = try text(1)
    #expect(alone.count == 202 && alone[0].hasPrefix("t0 false") && alone[1].hasPrefix("t1 true"))
    #expect(try text(8) == alone)
  }

  @Test func eachSetOfRulesIsCompiledOnce() throws {
    let other = try folder.write("- {rule: Other, desc: d, condition: evt.type = execve and proc.name = x, output: o, priority: Error}\n", "other.yaml")
    let loaded = try load(
      """
      rules: \(rules)
      tests:
      - {test: a, records: [\(Self.nginx)], quiet: all}
      - {test: b, rules: [\(folder.path)/../\(folder.path.split(separator: "/").last ?? "")/rules.yaml], records: [\(Self.nginx)], quiet: all}
      - {test: c, rules: \(other), records: [\(Self.nginx)], quiet: Other}
      """)
    let plan = try #require(loaded.plan, "\(loaded.diagnostics)")
    #expect(plan.entries.map(\.policy) == [0, 0, 1] && plan.policies.count == 2)
    #expect(plan.only(["B"]).entries.map(\.test.name) == ["b"] && plan.only(["?x"]).entries.isEmpty)
  }

  @Test(arguments: [
    ("tests: [{test: a, trace: t, quiet: Shel}]", "no rule 'Shel' is in '"), ("tests: [{test: a, trace: t, quiet: all othres}]", "did you mean 'all others'?"),
    ("tests: [{test: a, trace: t, alerts: [Off]}]", "the rule 'Off' is not active; it is disabled"),
    ("tests: [{test: a, trace: t, rules: nowhere, quiet: all}]", "nowhere' names no file or folder"),
  ])
  func namesThatAreNotThere(tests: String, says: String) throws {
    let loaded = try load(tests)
    let report = DiagnosticRenderer(sources: loaded.sources).render(loaded.diagnostics)
    #expect(loaded.plan == nil && report.contains(says), "\(report)")
  }

  /// Rules about several events.
  @Test func correlations() throws {
    let file = try folder.write(
      """
      title: Tool
      name: tool
      logsource: {product: linux, category: process_creation}
      detection: {selection: {Image|endswith: /tool}, condition: selection}
      ---
      title: Tools
      correlation: {type: event_count, rules: [tool], group-by: [User], timespan: 10s, condition: {gte: 2}}

      """, "many.yml")
    let tool = "{kind: exec, exe: /bin/tool, session: 5}"
    let tests = """
      rules: \(file)
      tests:
      - {test: two, records: [\(tool), \(tool)], alerts: [{rule: Tools, count: 1, correlation.count: 2, proc.sid: 5}], quiet: all others}
      - {test: one, records: [\(tool)], quiet: Tools}
      - {test: none of its kind, records: [{kind: connect, remote: 10.0.0.1}], quiet: Tools}
      - {test: one that only counts, records: [\(tool)], alerts: [Tool]}

      """
    let refused = try load(tests)
    #expect(
      DiagnosticRenderer(sources: [:]).render(refused.diagnostics).contains(
        "a.test.yaml:6:94: error: the rule 'Tool' only counts for correlations, and never alerts"), "\(refused.diagnostics)")
    let (results, coverage) = try run(tests.split(separator: "\n").dropLast().joined(separator: "\n"))
    #expect(results.map(\.hasPassed) == [true, true, false], "\(results.map(problems))")
    let entries = try #require(coverage).entries
    #expect(entries.map { "\($0.parts.rule) \($0.parts.alerts) \($0.firing) \($0.quiet)" } == ["Tool false 0 0", "Tools true 1 1"])
  }

  @Test func rulesThatDoNotCompile() throws {
    try folder.write("- rule: x\n", "worse.yaml")
    let loaded = try load("rules: worse.yaml\ntests: [{test: a, trace: t, quiet: all}]")
    #expect(loaded.plan == nil && loaded.diagnostics.isEmpty && loaded.brokenRules.count == 1)
  }

  @Test func filesOfTestsAreNoRules() throws {
    try folder.write("tests: []\n", "b.test.yaml")
    try folder.write("tests: []\n", "c.test.yml")
    let rules = PolicyLoader().load(paths: [folder.path])
    #expect(rules.counts.files == 1 && rules.errors.isEmpty)
    let named = PolicyLoader().load(paths: ["\(folder.path)/b.test.yaml"])
    #expect(named.errors.first?.message == "it holds tests of rules, not rules")
    let tests = TestLoader.load(paths: [folder.path], policies: PolicyLoader())
    #expect(tests.sources.count == 2 && tests.plan != nil)
    let empty = try TemporaryFolder()
    let none = TestLoader.load(paths: [empty.path], policies: PolicyLoader())
    #expect(none.diagnostics.map(\.message) == ["no file of tests (*.test.yaml) is here"])
  }
}
