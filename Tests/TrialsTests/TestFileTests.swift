import Rules
import Testing

@testable import Trials

/// Files of tests: what they may hold, and what is said of what they may not.
struct TestFileTests {
  private func read(_ text: String) -> (tests: [RuleTest], errors: [String]) {
    var log = DiagnosticLog(limit: 100)
    let file = SourceFile(name: "d/x.test.yaml", bytes: Array(text.utf8))
    let tests = TestFileReader.read(file, limits: LoadLimits(), log: &log)
    return (tests, log.finished().map { "\($0.location.line):\($0.location.column) \($0.message)\($0.hint.map { "; \($0)" } ?? "")" })
  }

  private func file(_ test: RuleTest) -> String? {
    if case .file(let path) = test.recording { path } else { nil }
  }

  @Test func everyKey() throws {
    let (tests, errors) = read(
      """
      rules: [.., /etc/own.yaml]
      tests:
      - test: First
        trace: traces/a.trace
        alerts:
        - One
        - rule: Two
          count: 3
          proc.name: curl
          fd.sport: 443
          proc.env[LD_PRELOAD]: {glob: "/tmp/*"}
          output: {regex: ".*x"}
          priority: warning
          event: connect
        - {rule: Three, count: 2+}
        - {rule: Four, count: 0}
        ordered: true
        quiet: [Five, all others]
      - test: Second
        rules: own.yaml
        trace: /abs.trace
        quiet: all
      """)
    #expect(errors == [])
    try #require(tests.count == 2)
    let first = tests[0]
    #expect(first.name == "First" && first.rules == ["d/..", "/etc/own.yaml"] && file(first) == "d/traces/a.trace" && first.isOrdered)
    #expect(first.location.line == 3 && first.recordingLocation.line == 4)
    #expect(first.alerts.map(\.rule) == ["One", "Two", "Three", "Four"])
    #expect(first.alerts.map(\.count) == [1...Int.max, 3...3, 2...Int.max, 0...0])
    #expect(
      first.alerts.map(\.text) == [
        "an alert or more of 'One'",
        "3 alerts of 'Two' with proc.name = \"curl\", fd.sport = \"443\", proc.env[LD_PRELOAD] glob \"/tmp/*\", "
          + "output regex \".*x\", priority = \"Warning\", event = \"connect\"",
        "2 alerts or more of 'Three'", "no alert of 'Four'",
      ])
    #expect(first.quietRules.map(\.name) == ["Five"] && first.othersQuietLocation?.line == 18)
    let second = tests[1]
    #expect(second.rules == ["d/own.yaml"] && file(second) == "/abs.trace" && second.alerts.isEmpty && second.othersQuietLocation?.line == 22)
  }

  @Test func theRulesAreThoseOfItsFolderUnlessSaid() {
    #expect(read("tests: [{test: a, trace: t, quiet: all}]").tests.first?.rules == ["d"])
    var log = DiagnosticLog(limit: 100)
    let file = SourceFile(name: "x.test.yaml", bytes: Array("tests: [{test: a, trace: t, quiet: all}]".utf8))
    #expect(TestFileReader.read(file, limits: LoadLimits(), log: &log).first?.rules == ["."])
  }

  @Test(arguments: [
    ("", "1:1 the file has no 'tests'; a file of tests looks like"),
    ("- rule: x", "1:1 expected keys with their values, found a list"),
    ("tests: x", "1:8 'tests' must be a list, found a text"),
    ("test: []\ntests: []", "1:1 unknown key 'test'; did you mean 'tests'?"),
    ("tests: [x]", "1:9 expected keys with their values in 'tests', found a text"),
    ("tests: [{trace: t, quiet: all}]", "1:9 the test has no name; a test begins with `- test: NAME`"),
    ("tests: [{tets: a, trace: t, quiet: all}]", "1:10 unknown key 'tets'; did you mean 'test'?"),
    ("tests: [{test: a, quiet: all}]", "1:10 the test has no 'trace' and no 'records'"),
    ("tests: [{test: a, trcae: t, quiet: all}]", "1:19 unknown key 'trcae'; did you mean 'trace'?"),
    ("tests: [{test: a, trace: , quiet: all}]", "1:26 'trace' must be a text, found nothing"),
    ("tests: [{test: a, trace: \"a\\0b\", quiet: all}]", "1:26 'trace' names a file"),
    ("tests: [{test: a, trace: t}]", "1:10 the test expects nothing; give 'alerts', or 'quiet: all'"),
    ("tests: [{test: a, trace: t, alerts: []}]", "1:10 the test expects nothing"),
    ("tests: [{test: a, trace: t, quiet: all}, {test: a, trace: t, quiet: all}]", "1:49 there are two tests 'a' in this file"),
    ("tests: [{test: a, trace: t, alerts: x}]", "1:37 'alerts' must be a list, found a text"),
    ("tests: [{test: a, trace: t, alerts: [[]]}]", "1:38 expected a rule's name, or keys of an alert with their values, found a list"),
    ("tests: [{test: a, trace: t, alerts: [{count: 1}]}]", "1:38 the alert has no 'rule'"),
    ("tests: [{test: a, trace: t, alerts: [{rule: x, cuont: 1}]}]", "1:48 unknown key 'cuont'; did you mean 'count'?"),
    ("tests: [{test: a, trace: t, alerts: [{rule: x, zzzzzz: 1}]}]", "1:48 unknown key 'zzzzzz'; expected rule, count, priority, tenant, event, output, or a field"),
    ("tests: [{test: a, trace: t, alerts: [{rule: x, count: -1}]}]", "1:55 'count' must be a whole number from 0 to 1000000"),
    ("tests: [{test: a, trace: t, alerts: [{rule: x, count: 0+}]}]", "1:55 '0+' is no number of alerts; write 3, or 3+ for three or more"),
    ("tests: [{test: a, trace: t, alerts: [{rule: x, count: 99999999+}]}]", "1:55 '99999999+' is no number of alerts"),
    ("tests: [{test: a, trace: t, alerts: [{rule: x, proc.nmae: 1}]}]", "1:48 unknown field 'proc.nmae'; did you mean 'proc.name'?"),
    ("tests: [{test: a, trace: t, alerts: [{rule: x, proc.name: }]}]", "1:59 'proc.name' is a text, found nothing; or {glob: PATTERN}, or {regex: PATTERN}"),
    ("tests: [{test: a, trace: t, alerts: [{rule: x, proc.name: {golb: a}}]}]", "1:60 unknown key 'golb'; did you mean 'glob'?"),
    ("tests: [{test: a, trace: t, alerts: [{rule: x, proc.name: {glob: a, regex: b}}]}]", "1:59 a pattern is either 'glob' or 'regex'"),
    ("tests: [{test: a, trace: t, alerts: [{rule: x, proc.name: {regex: \"a(\"}}]}]", "1:67 the regular expression 'a('"),
    ("tests: [{test: a, trace: t, alerts: [{rule: x, priority: Wraning}]}]", "1:58 unknown priority 'Wraning'; did you mean 'Warning'?"),
    ("tests: [{test: a, trace: t, alerts: [x], quiet: all}]", "1:49 alerts are expected, so that not all rules can stay quiet; write 'all others'"),
    ("tests: [{test: a, trace: t, alerts: [x], quiet: [y, x]}]", "1:53 'x' is both expected and to stay quiet"),
    ("tests: [{test: a, trace: t, quiet: {a: b}}]", "1:36 'quiet' is a text, or a list of texts; found a mapping"),
    ("tests: [{test: a, trace: t, quiet: [a, [b]]}]", "1:40 'quiet' is a text, or a list of texts; found a list"),
    ("tests: [{test: a, trace: t, quiet: []}]", "1:36 'quiet' is a text, or a list of texts; found a list"),
    ("tests: [{test: a, trace: t, quiet: all, ordered: maybe}]", "1:50 'ordered' must be true or false"),
    ("rules: \"\"\ntests: []", "1:8 'rules' names files and folders"),
    ("tests: [{test: a, trace: t, records: [{kind: exec}], quiet: all}]", "1:29 a test has either a 'trace' or 'records'"),
    ("tests: [{test: a, records: [], quiet: all}]", "1:28 'records' is a list of records, found a list"),
    ("tests: [{test: a, records: [exec], quiet: all}]", "1:29 a record has keys with their values, found a text"),
    ("tests: [{test: a, records: [{kind: exce}], quiet: all}]", "1:36 unknown kind 'exce'; did you mean 'exec'?"),
    ("tests: [{test: a, records: [{kind: exec}, {kind: exec, comm: é, pdi: 1}], quiet: all}]", "1:65 unknown key 'pdi'; did you mean 'pid'?"),
    ("tests: [{test: a, records: [{kind: exec, args: [a, [b]]}], quiet: all}]", "1:52 expected a string"),
    ("tests: [{test: &a x}]", "1:16 YAML anchors and aliases are not supported"),
    ("tests: [", "1:9 while parsing a flow node"),
    ("tests: []\n---\ntests: []", "3:1 a second document starts here"),
  ])
  func mistakesAreToldWithTheirPlace(text: String, expected: String) {
    let (_, errors) = read(text)
    #expect(errors.contains { $0.hasPrefix(expected) }, "\(errors)")
  }

  @Test func allMistakesOfAFileAreTold() {
    let (tests, errors) = read(
      """
      tests:
      - test: a
        trcae: t
        alerts: [{rule: x, proc.nmae: y, count: many}]
      - test: b
        trace: t
        quiet: all
      - tset: c
      """)
    #expect(tests.map(\.name) == ["b"], "what is good is still there")
    for part in ["3:3 unknown key 'trcae'", "2:3 the test has no 'trace' and no 'records'", "4:22 unknown field 'proc.nmae'", "4:43 'count' must be", "8:3 unknown key 'tset'"] {
      #expect(errors.contains { $0.hasPrefix(part) }, "\(part): \(errors)")
    }
  }
}
