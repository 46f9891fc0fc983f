import FoundationEssentials
import TestSupport
import Testing

/// `selvage diff`: what a change of rules would have told.
struct DiffTests {
  private let folder: TemporaryFolder
  private let old: String
  private let new: String
  private let trace: String

  init() throws {
    folder = try TemporaryFolder()
    old = try folder.write(Selvage.rule("Tool", "proc.name in (a, b)", output: "%proc.cmdline") + Selvage.rule("Same", "proc.name = a"), "old.yaml")
    new = try folder.write(Selvage.rule("Tool", "proc.name in (b, c)", output: "%proc.cmdline") + Selvage.rule("Same", "proc.name = a"), "new.yaml")
    trace = try folder.write(["a", "b", "c", "c"].map { "{\"kind\":\"exec\",\"args\":[\"/bin/\($0)\",\"\\u001b\"]}\n" }.joined(), "t.jsonl")
  }

  @Test func addedAndRemoved() throws {
    let end = try Selvage.run("diff", old, new, "--trace", trace, "--show", "1")
    #expect(end.status == 1 && end.errors.isEmpty)
    #expect(
      end.output == """
        Tool: 2 added, 1 removed
          - record 1, execve at 1970-01-01T00:00:01.000000000Z: Warning: a \\x1b
          + record 3, execve at 1970-01-01T00:00:01.002000000Z: Warning: c \\x1b
          + 1 more

        4 records: 2 added, 1 removed, 2 the same

        """, "\(end.output)")
    let same = try Selvage.run("diff", old, old, "--trace", trace)
    #expect(same.status == 0 && same.output == "4 records: 0 added, 0 removed, 3 the same\n" && same.errors.isEmpty, "\(same)")
  }

  @Test func traceNamesAreThereWhereTheyDiffer() throws {
    let other = try folder.write("{\"kind\":\"exec\",\"args\":[\"/bin/c\"]}\n", "u.jsonl")
    let end = try Selvage.run("diff", old, new, "--trace", trace, "--trace", other)
    #expect(end.output.contains("  + \(other) record 1, execve") && end.output.contains("  + \(trace) record 4, execve"), "\(end.output)")
    #expect(end.output.hasSuffix("5 records: 3 added, 1 removed, 2 the same\n"))
  }

  @Test func json() throws {
    struct Report: Decodable {
      struct Alert: Decodable {
        let trace: String
        let record: UInt64
        let output: String
      }
      struct Rule: Decodable {
        let rule: String
        let added: Int
        let removed: Int
        let changed: Int
        let addedAlerts: [Alert]
        let removedAlerts: [Alert]
      }
      let records: Int
      let rules: [Rule]
    }
    let report = try JSONDecoder().decode(Report.self, from: Data(try Selvage.run("diff", old, new, "--trace", trace, "--json").output.utf8))
    let rule = try #require(report.rules.first)
    #expect(report.records == 4 && report.rules.count == 1 && rule.added == 2 && rule.removed == 1 && rule.changed == 0)
    #expect(rule.addedAlerts.map(\.record) == [3, 4] && rule.removedAlerts.first?.output == "a \\x1b" && rule.addedAlerts.first?.trace == trace)
  }

  @Test func sharedRulesLoadBefore() throws {
    let shared = try folder.write("- {list: tools, items: [c]}\n", "shared.yaml")
    let narrow = try folder.write(Selvage.rule("Tool", "proc.name in (tools)"), "narrow.yaml")
    #expect(try Selvage.run("diff", narrow, narrow, "--rules", shared, "--trace", trace).output == "4 records: 0 added, 0 removed, 2 the same\n")
  }

  @Test func trouble() throws {
    #expect(try Selvage.run("diff", old, "/nonexistent", "--trace", trace).status == 2)
    #expect(try Selvage.run("diff", old, new, "--trace", "/nonexistent").status == 2)
    #expect(try Selvage.run("diff", old, new).errors.contains("Give at least one --trace."))
    let damaged = try folder.write(contents(trace) + Array("{\"kind\":\n".utf8), "d.jsonl")
    let end = try Selvage.run("diff", old, new, "--trace", damaged)
    #expect(end.status == 2 && end.output.contains("2 added") && end.errors.contains("a trace is damaged"), "\(end)")
  }
}
