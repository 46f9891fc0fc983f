import FoundationEssentials
import TestSupport
import Testing

/// What commands answer.
struct CommandTests {
  @Test(
    arguments: [
      "", "run", "record", "replay", "report", "check", "test", "diff", "explain", "trace", "rules", "doctor", "fields", "status", "workloads",
      "tenants", "tenant", "alerts", "reload",
    ])
  func helpTeaches(command: String) throws {
    let end = try Program.run(Selvage.path, command.isEmpty ? ["--help"] : [command, "--help"])
    #expect(end.status == 0)
    #expect(end.output.contains("OVERVIEW") && end.output.contains("USAGE"))
  }

  @Test func fieldsAreListedForPeopleAndPrograms() throws {
    #expect(try Selvage.run("fields").output.contains("proc.exepath  (string)\n    path of the executable"))
    struct Row: Decodable {
      let name: String
      let type: String
      let events: [String]
      let meaning: String
    }
    let rows = try JSONDecoder().decode([Row].self, from: Data(try Selvage.run("fields", "fd.", "--json").output.utf8))
    #expect(rows.contains { $0.name == "fd.sip" && $0.type == "address" && $0.events.contains("connect") })
    #expect(rows.allSatisfy { $0.name.hasPrefix("fd.") && !$0.meaning.isEmpty })
  }

  @Test(.enabled(if: Selvage.isRoot, "needs root"))
  func doctorSaysEachHook() throws {
    struct Report: Decodable {
      struct Hook: Decodable {
        let name: String
        let state: String
      }
      let kernel: String
      let hooks: [Hook]
    }
    let end = try Selvage.run("doctor", "--json")
    let report = try JSONDecoder().decode(Report.self, from: Data(end.output.utf8))
    #expect(report.hooks.contains { $0.name == "tp_btf/sched_process_exec" && $0.state == "attached" })
    let isWhole = report.hooks.allSatisfy { $0.state != "refused" }
    #expect(end.status == (isWhole ? 0 : 3))
    #expect(try Selvage.run("doctor").output.contains(report.kernel))
  }

  @Test func checkCountsWhatItRead() throws {
    let folder = try TemporaryFolder()
    try folder.write(Selvage.rule("a", "evt.type = connect") + "- {rule: a, enabled: false}\n", "1.yaml")
    try folder.write("- {macro: m, condition: evt.type = execve and proc.name = a}\n- {list: l, items: [b]}\n" + Selvage.rule("b", "m"), "2.yaml")
    let end = try Selvage.run("check", folder.path)
    #expect(end.status == 0)
    #expect(end.output == "2 files: 1 of 2 rules active, 1 disabled; 1 macros, 1 lists; 0 errors, 0 warnings\n")
  }

  @Test(.enabled(if: Selvage.isRoot, "root makes the trace"))
  func aTraceCanComeThroughAPipe() throws {
    let folder = try TemporaryFolder()
    let trace = "\(folder.path)/t.trace"
    #expect(try Selvage.run("record", "-o", trace, "--seconds", "1").status == 0)
    #expect(try Selvage.run("record", "-o", trace, "--seconds", "1").status == 2, "it replaces nothing unasked")
    let rules = try folder.write(Selvage.rule("a", "proc.name = x"), "r.yaml")
    #expect(try Selvage.run("replay", "-", "--rules", rules, input: trace).status == 0)
  }
}
