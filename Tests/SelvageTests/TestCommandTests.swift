import FoundationEssentials
import TestSupport
import Testing

/// `selvage test`: what it says, to whom, and how it ends.
struct TestCommandTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    try folder.write(
      """
      - {rule: Shell, desc: d, condition: evt.type = execve and proc.name = sh and proc.pname = nginx, output: "<%proc.cmdline>", priority: Error}
      - {rule: Web, desc: d, condition: evt.type = connect and fd.sport = 443, output: o, priority: Notice}

      """, "rules.yaml")
  }

  private static let firing = """
    - test: fires
      records: [{kind: exec, pid: 80, exe: /usr/sbin/nginx}, {kind: exec, parent_pid: 80, exe: /bin/sh, args: [sh, -c, "a & b"]}]
      alerts: [Shell]
      quiet: all others

    """
  private static let quiet = """
    - test: stays quiet
      records: [{kind: exec, pid: 80, exe: /bin/bash}, {kind: exec, parent_pid: 80, exe: /bin/sh}]
      quiet: Shell

    """
  private static let failing = """
    - test: "fails & <\\u001b>"
      records: [{kind: exec, pid: 80, exe: /bin/bash}, {kind: exec, parent_pid: 80, exe: /bin/sh}]
      alerts: [Shell]
    - test: fires against its word
      records: [{kind: exec, pid: 80, exe: /usr/sbin/nginx}, {kind: exec, parent_pid: 80, exe: /bin/sh, args: [sh, -c, "a & b"]}]
      quiet: all

    """

  private func test(_ tests: String, _ arguments: String...) throws -> Program.Ending {
    let file = try folder.write("tests:\n" + tests, "a.test.yaml")
    return try Program.run(Selvage.path, ["test", file] + arguments)
  }

  private struct Report: Decodable {
    struct Explanation: Decodable {
      let record: UInt64
      let fires: Bool
    }
    struct Problem: Decodable {
      let line: Int
      let expected: String
      let came: String
      let alerts: [String]
      let explanation: Explanation?
    }
    struct Test: Decodable {
      let name: String
      let outcome: String
      let problems: [Problem]
    }
    struct Coverage: Decodable {
      struct Rule: Decodable {
        struct Part: Decodable {
          let text: String
          let wasTrue: Bool
          let wasFalse: Bool
        }
        let name: String
        let line: Int
        let firing: Int
        let quiet: Int
        let comparisons: [Part]
      }
      let totals: [String: Int]
      let rules: [Rule]
    }
    let passed: Int
    let failed: Int
    let tests: [Test]
    let coverage: Coverage?
  }

  private func report(_ end: Program.Ending) throws -> Report { try JSONDecoder().decode(Report.self, from: Data(end.output.utf8)) }

  @Test func greenIsALine() throws {
    let end = try test(Self.firing + Self.quiet)
    #expect(end.status == 0 && end.output == "1 file: 2 passed, 0 failed\n" && end.errors.isEmpty, "\(end)")
    // A folder, and the one at hand.
    #expect(try Selvage.run("test", folder.path).output == end.output)
    #expect(try Selvage.run("test", directory: folder.path).output == end.output)
  }

  @Test func redShowsTheTree() throws {
    let end = try test(Self.firing + Self.failing)
    #expect(end.status == 1 && end.errors.isEmpty, "\(end)")
    for part in [
      "failed  fails & <\\x1b> (\(folder.path)/a.test.yaml:6)\n", "    expected  an alert or more of 'Shell'\n    came      no alert of it\n",
      "    the nearest miss:\n", "      false    proc.pname = nginx  \"bash\"\n",
      "    expected  no alert of 'Shell'\n    came      one alert\n              record 2, execve: Error Shell: <sh -c a & b>\n    why it fired:\n",
      "\n1 file: 1 passed, 2 failed\n",
    ] { #expect(end.output.contains(part), "\(part): \(end.output)") }
    #expect(!end.output.contains("fires (\(folder.path)"), "what passed is not named")
  }

  @Test func brokenFilesAreToldWhole() throws {
    let end = try test("- test: a\n  trcae: t\n  quiet: all\n- {test: b, records: [{kind: exce}], alerts: [Shel]}\n")
    #expect(end.status == 2 && end.output.isEmpty)
    for part in ["a.test.yaml:3:3: error: unknown key 'trcae'; did you mean 'trace'?\n    trcae: t\n    ^\n", ":5:29: error: unknown kind 'exce'", "nothing was run"] {
      #expect(end.errors.contains(part), "\(part): \(end.errors)")
    }
    #expect(try test("- {test: b, records: [{kind: exec}], alerts: [Shel]}\n").errors.contains(":2:47: error: no rule 'Shel' is in "))
    let missing = try test("- {test: b, trace: none.trace, quiet: all}\n" + Self.firing)
    #expect(missing.status == 2 && missing.output.contains("none.trace: open: No such file") && missing.output.contains("1 passed, 0 failed, 1 broken"))
    #expect(try Selvage.run("test", "/nonexistent").status == 2)
    #expect(try Selvage.run("test", try TemporaryFolder().path).errors.contains("no file of tests (*.test.yaml) is here"))
    try folder.write("- rule: x\n", "worse.yaml")
    let rules = try test(Self.firing)
    #expect(rules.status == 1 && rules.errors.contains("rules don't compile: nothing was run"))
  }

  @Test func filter() throws {
    #expect(try test(Self.firing + Self.failing, "--filter", "FIRES").output.contains("1 file: 1 passed, 1 failed"))
    #expect(try test(Self.firing + Self.failing, "--filter", "stays").errors.contains("no test has 'stays' in its name"))
    #expect(try test(Self.firing + Self.failing, "--filter", "fi??s", "--filter", "none").output.contains("1 passed, 1 failed"))
  }

  @Test func json() throws {
    let end = try test(Self.firing + Self.failing, "--json")
    let report = try report(end)
    #expect(end.status == 1 && report.passed == 1 && report.failed == 2 && report.coverage == nil)
    #expect(report.tests.map(\.outcome) == ["passed", "failed", "failed"])
    let problem = try #require(report.tests[2].problems.first)
    #expect(problem.expected == "no alert of 'Shell'" && problem.line == 11 && problem.explanation?.record == 2 && problem.explanation?.fires == true)
    #expect(try test(Self.firing, "--json", "--tap").status == 2)
  }

  @Test func tap() throws {
    let lines = try test(Self.failing + Self.firing, "--tap").output.split(separator: "\n")
    #expect(lines.prefix(3) == ["TAP version 14", "1..3", "not ok 1 - fails & <\\\\x1b> (\(folder.path)/a.test.yaml:2)"])
    #expect(lines.contains("      expected: \"an alert or more of 'Shell'\""))
    #expect(lines.last == "ok 3 - fires (\(folder.path)/a.test.yaml:8)")
  }

  /// Readers that know XML read it.
  @Test(.enabled(if: contents("/usr/bin/python3").isEmpty == false, "python3 reads the XML"))
  func junit() throws {
    let file = "\(folder.path)/junit.xml"
    #expect(try test(Self.failing + Self.firing, "--junit", file).status == 1)
    let script = """
      import sys, xml.etree.ElementTree as tree
      suite = tree.parse(sys.argv[1]).getroot().find("testsuite")
      print(suite.get("tests"), suite.get("failures"), [case.get("name") for case in suite], "<sh -c a & b>" in suite[1][0].text)
      """
    let end = try Program.run("/usr/bin/python3", ["-c", script, file])
    #expect(end.output == "3 2 ['fails & <\\\\x1b>', 'fires against its word', 'fires'] True\n", "\(end)")
    #expect(try test(Self.firing, "--junit", "/nonexistent/x").status == 2)
  }

  @Test func coverage() throws {
    let end = try test(Self.firing + Self.quiet, "--coverage")
    #expect(end.status == 0)
    #expect(
      end.output.hasSuffix(
        """
        1 file: 2 passed, 0 failed

        \(folder.path)/rules.yaml:2: Web
          no test fires it
          no test keeps it quiet
          never asked   fd.sport = 443

        coverage: 2 rules, 1 fired and 1 kept quiet by a test; 3 comparisons, 2 both true and false

        """), "\(end.output)")
    let report = try report(try test(Self.firing, "--coverage", "--json"))
    let shell = try #require(report.coverage?.rules.first)
    #expect(shell.name == "Shell" && shell.line == 1 && shell.firing == 1 && shell.quiet == 0)
    #expect(shell.comparisons.map(\.text) == ["proc.name = sh", "proc.pname = nginx"] && shell.comparisons[0].wasFalse && !shell.comparisons[1].wasFalse)
    #expect(report.coverage?.totals["rules"] == 2 && report.coverage?.totals["fired"] == 1)
  }

  @Test func everyRuleNeedsBoth() throws {
    let end = try test(Self.firing, "--every-rule")
    #expect(end.status == 1 && end.output == "1 file: 1 passed, 0 failed\n")
    #expect(
      end.errors == "selvage: \(folder.path)/rules.yaml:1: Shell: no test keeps it quiet\nselvage: \(folder.path)/rules.yaml:2: Web: no test fires it, no test keeps it quiet\n")
    let web = "- {test: w, records: [{kind: connect, remote: 10.0.0.1, remote_port: 443}], alerts: [Web]}\n- {test: x, records: [{kind: connect, remote: 10.0.0.1, remote_port: 80}], quiet: Web}\n"
    #expect(try test(Self.firing + Self.quiet + web, "--every-rule").status == 0)
  }
}
