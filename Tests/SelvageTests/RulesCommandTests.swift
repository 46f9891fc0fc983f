import FoundationEssentials
import TestSupport
import Testing

/// What `rules` and `check` tell of rule files.
struct RulesCommandTests {
  private let folder: TemporaryFolder
  private let rules: String

  init() throws {
    folder = try TemporaryFolder()
    rules = try folder.write(
      """
      - {list: shells, items: [bash, "my shell"]}
      - {macro: spawned, condition: evt.type = execve or evt.type = clone}
      - rule: First
        desc: What it means
        condition: spawned and proc.name in (shells) and not proc.pid = 1
        output: "100%% %proc.name %proc.aname[2]"
        priority: Critical
        tags: [net, T1059]
      - rule: Second
        desc: d
        condition: evt.type = connect
        output: o
        priority: info
        tags: [Net]
      - {rule: Off, desc: d, condition: evt.type = connect, output: o, priority: info, enabled: false}

      """, "rules.yaml")
  }

  private struct Row: Decodable, Equatable {
    let name: String
    let description: String
    let priority: String
    let tags: [String]
    let events: [String]
    let file: String
    let line: Int
    let condition: String
    let output: String
  }

  private var first: Row {
    Row(
      name: "First", description: "What it means", priority: "Critical", tags: ["net", "T1059"], events: ["execve", "clone"],
      file: rules, line: 3,
      condition: "(evt.type = execve or evt.type = clone) and proc.name in (bash, \"my shell\") and not proc.pid = 1",
      output: "100%% %proc.name %proc.aname[2]")
  }

  @Test func listHasWhatHolds() throws {
    let end = try Selvage.run("rules", "list", "--rules", rules)
    #expect(end.status == 0)
    #expect(
      end.output == "Critical\tFirst\texecve,clone\tnet,T1059\t\(rules):3:3\nInformational\tSecond\tconnect\tNet\t\(rules):9:3\n")
    let rows = try JSONDecoder().decode(
      [Row].self, from: Data(try Selvage.run("rules", "list", "--json", "--rules", rules, "--tag", "NET", "--tag", "t1059").output.utf8))
    #expect(rows == [first])
    let none = try Selvage.run("rules", "list", "--rules", rules, "--tag", "nosuch")
    #expect(none.status == 2 && none.output.isEmpty && none.errors.contains("no rule has the tag 'nosuch'"))
    #expect(try Selvage.run("rules", "list", "--rules", "/nonexistent").status == 1)
  }

  @Test func showPutsListsAndMacrosIn() throws {
    let end = try Selvage.run("rules", "show", "First", "--rules", rules)
    #expect(end.status == 0)
    for part in [rules + ":3:3", "Critical", "net, T1059", "execve,clone", "What it means", "  \(first.condition)", first.output] {
      #expect(end.output.contains(part), "\(part)")
    }
    let row = try JSONDecoder().decode(Row.self, from: Data(try Selvage.run("rules", "show", "first", "--json", "--rules", rules).output.utf8))
    #expect(row == first)
    let unknown = try Selvage.run("rules", "show", "Frist", "--rules", rules)
    #expect(unknown.status == 2 && unknown.errors.contains("did you mean 'First'?"))
  }

  /// Every shipped rule, written out whole, compiles to the same program.
  @Test func whatIsShownReadsBack() throws {
    let root = "/" + #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
    func list(_ path: String) throws -> [Row] {
      try JSONDecoder().decode([Row].self, from: Data(try Selvage.run("rules", "--json", "--rules", path).output.utf8))
    }
    let shipped = try list("\(root)/rules")
    #expect(shipped.count > 15)
    var file = ""
    for row in shipped {
      let condition = row.condition.split(separator: "\n").map { "    \($0)\n" }.joined()
      file += "- rule: \"\(row.name)\"\n  desc: d\n  output: o\n  priority: \(row.priority)\n  condition: |\n\(condition)"
    }
    let again = try list(try folder.write(file, "again.yaml"))
    #expect(again.map(\.condition) == shipped.map(\.condition))
    #expect(again.map(\.events) == shipped.map(\.events))
  }

  @Test func aRuleThatIsNotActiveIsNamedAsSuch() throws {
    let off = try Selvage.run("rules", "show", "Off", "--rules", rules)
    #expect(off.status == 2 && off.errors.contains("the rule 'Off' is not active: disabled"), "\(off)")
  }

  @Test func checkReportsEachRule() throws {
    let file = try folder.write(
      Selvage.rule("Full", "evt.type = connect") + Selvage.rule("Part", "evt.type = connect and not user.shell = host", output: "%user.name")
        + Selvage.rule("None", "evt.type = open"), "three.yaml")
    let end = try Selvage.run("check", "--report", file)
    #expect(end.status == 0, "\(end)")
    let rows = end.output.split(separator: "\n").map(String.init)
    #expect(rows.count == 4)
    #expect(rows[0] == "full\tFull\t\(file):1")
    #expect(
      rows[1] == "degraded\tPart\t\(file):2\tabsent here: user.shell; "
        + "under 'not', so that it fires for more than it says: user.shell; shown as <NA>: user.name")
    #expect(rows[2] == "unsupported\tNone\t\(file):3\tevents that aren't seen: open")
    let report = try JSONDecoder().decode(Report.self, from: Data(try Selvage.run("check", "--json", file).output.utf8))
    #expect(report.rules.map(\.status) == ["full", "degraded", "unsupported"])
    #expect(report.rules[1].missingUnderNot == ["user.shell"] && report.rules[2].missingEvents == ["open"])
    #expect(report.totals["degraded"] == 1 && report.totals["unsupported"] == 1)
  }

  @Test func checkWarnsOfCostlyRules() throws {
    let costly = Selvage.rule("Costly", "evt.type = execve and proc.cmdline regex '[a-z]+[0-9]'")
    let file = try folder.write(costly + Selvage.rule("Good", "evt.type = execve and proc.name = a"), "costly.yaml")
    let end = try Selvage.run("check", file)
    #expect(end.status == 0)
    #expect(
      end.errors.hasPrefix(
        "\(file):1:4: warning: costly rule 'Costly': it is tried on every execve, as no index finds "
          + "proc.cmdline regex [a-z]+[0-9]; a regular expression is found by "), "\(end)")
    #expect(end.output.hasSuffix("0 errors, 1 warnings\n"))
    let report = try JSONDecoder().decode(Report.self, from: Data(try Selvage.run("check", "--json", file).output.utf8))
    #expect(report.diagnostics.map(\.severity) == ["warning"] && report.totals["warnings"] == 1)
    let meant = try folder.write("- {rule: N, desc: d, condition: evt.type = execve and proc.name != a, output: o, priority: info, warn_evttypes: false}\n", "meant.yaml")
    #expect(try Selvage.run("check", meant).errors.isEmpty)
  }

  private struct Report: Decodable {
    struct Row: Decodable {
      let name: String
      let status: String
      let missingUnderNot: [String]
      let missingEvents: [String]
    }

    struct Entry: Decodable, Equatable {
      let severity: String
      let file: String
      let line: Int
      let column: Int
      let message: String
      let hint: String?
    }
    let ok: Bool
    let totals: [String: Int]
    let rules: [Row]
    let diagnostics: [Entry]
  }

  @Test func checkTellsEditorsEachMistakeAndItsPlace() throws {
    let good = try Selvage.run("check", "--json", rules)
    let report = try JSONDecoder().decode(Report.self, from: Data(good.output.utf8))
    #expect(good.status == 0 && good.errors.isEmpty && report.ok)
    #expect(report.totals["active"] == 2 && report.totals["rules"] == 3 && report.totals["disabled"] == 1 && report.totals["errors"] == 0)

    let file = try folder.write(
      "- rule: a\n  desc: é\n  output: o\n  priority: info\n  condition: proc.nmae = é and proc.pid = x\n- {list: l}\n", "bad.yaml")
    let end = try Selvage.run("check", "--json", file)
    let bad = try JSONDecoder().decode(Report.self, from: Data(end.output.utf8))
    #expect(end.status == 1 && end.errors.isEmpty && !bad.ok)
    #expect(bad.totals["errors"] == 3)
    let entry = try #require(bad.diagnostics.first { $0.message.contains("proc.nmae") })
    #expect(
      entry == .init(
        severity: "error", file: file, line: 5, column: 14, message: "unknown field 'proc.nmae'", hint: "did you mean 'proc.name'?"))
    #expect(bad.diagnostics.contains { $0.line == 5 && $0.column == 43 }, "characters, not bytes: \(bad.diagnostics)")
    #expect(bad.diagnostics.contains { $0.line == 6 && $0.message.contains("items") })
  }
}
