import FoundationEssentials
import Glibc
import TestSupport
import Testing

/// Why a rule did, or did not, fire: on a recording of real programs.
@Suite(.serialized, .enabled(if: Selvage.isRoot, "root makes the recording"))
struct ExplainTests {
  private struct Report: Decodable {
    struct Part: Decodable {
      let depth: Int
      let text: String
      let macros: [String]
      let value: Bool
      let contents: [String]
      let absent: Bool
      let decided: Bool
    }
    let rule: String
    let record: UInt64
    let event: String
    let fires: Bool
    let parts: [Part]
  }

  private let folder: TemporaryFolder
  private let trace: String
  private let rules: String

  init() throws {
    folder = try TemporaryFolder()
    trace = "\(folder.path)/t.trace"
    let recorded = try Program.run(
      Selvage.path, ["record", "-o", trace, "--", "/bin/bash", "-c", "/bin/echo 'a\u{1B}b'; (exec 3<>/dev/tcp/127.0.0.1/9) 2>/dev/null; true"])
    #expect(recorded.status == 0, "\(recorded)")
    rules = try folder.write(
      """
      - {list: tools, items: [echo, cat]}
      - {macro: spawned, condition: evt.type = execve}
      - rule: Echo
        desc: d
        condition: spawned and proc.name in (tools) and (proc.pname = bash or proc.pname = sh) and not proc.args contains secret
        output: o
        priority: Warning
      - rule: Secret
        desc: d
        condition: spawned and proc.name in (tools) and proc.args contains secret
        output: o
        priority: Warning
      - rule: Abroad
        desc: d
        condition: evt.type in (execve, connect) and proc.name = echo and not fd.snet in (10.0.0.0/8)
        output: o
        priority: Warning
      - rule: Contained
        desc: d
        condition: spawned and proc.name = echo and user.shell != host
        output: o
        priority: Warning
      - rule: Uncontained
        desc: d
        condition: spawned and proc.name = echo and not user.shell = host
        output: o
        priority: Warning

      """, "rules.yaml")
  }

  private func explain(_ rule: String, _ arguments: String...) throws -> (end: Program.Ending, report: Report?) {
    let end = try Program.run(Selvage.path, ["explain", rule, "--rules", rules, "--trace", trace] + arguments)
    return (end, arguments.contains("--json") ? try JSONDecoder().decode(Report.self, from: Data(end.output.utf8)) : nil)
  }

  @Test func oneThatFired() throws {
    let report = try #require(try explain("Echo", "--json").report)
    #expect(report.fires && report.rule == "Echo" && report.event == "execve")
    #expect(
      report.parts.map { "\($0.depth) \($0.value) \($0.text)" } == [
        "0 true and", "1 true evt.type = execve", "1 true proc.name in (cat, echo)", "1 true or", "2 true proc.pname = bash",
        "2 false proc.pname = sh", "1 true not", "2 false proc.args contains secret",
      ])
    #expect(report.parts[2].contents == ["\"echo\""] && report.parts[4].contents == ["\"bash\""])
    #expect(report.parts[7].contents == ["\"a\\x1bb\""], "nothing reaches a terminal unescaped")
    #expect(!report.parts.contains { $0.absent || $0.decided })

    let text = try explain("Echo").end
    #expect(text.status == 0)
    #expect(text.output.contains("record \(report.record), execve at ") && text.output.contains(": fires\n"))
    #expect(report.parts.map(\.macros) == [[], ["spawned"], [], [], [], [], [], []])
    #expect(text.output.contains("true     spawned: evt.type = execve   \"execve\"\n"), "\(text.output)")
    #expect(text.output.contains("false      proc.args contains secret  \"a\\x1bb\"\n"), "\(text.output)")
    // The same record by its number.
    #expect(try explain("echo", "--record", "\(report.record)").end.output == text.output)
    let replayed = try Selvage.run("replay", "--all", trace, "--rules", rules, "--json", "-")
    #expect(replayed.output.contains("\"rule\":\"Echo\",\"priority\":\"Warning\",\"event\":\"execve\""))
    #expect(replayed.output.contains("\"record\":\(report.record),"))
  }

  @Test func oneThatNoRecordFires() throws {
    let (end, report) = try explain("Secret", "--json")
    #expect(end.status == 0)
    let nearest = try #require(report)
    #expect(!nearest.fires)
    #expect(nearest.parts.filter { $0.depth == 1 }.map(\.value) == [true, true, false], "the nearest miss")
    #expect(nearest.parts.last?.contents == ["\"a\\x1bb\""])
    let text = try explain("Secret").end.output
    #expect(text.hasPrefix("No record of this trace fires it; the nearest:\n") && text.contains("does not fire"))
  }

  @Test func oneThatAnAbsentFieldDecided() throws {
    let report = try #require(try explain("Abroad", "--json").report)
    let net = try #require(report.parts.last)
    #expect(report.fires && net.text == "fd.snet = 10.0.0.0/8" && !net.value && net.absent && net.decided)
    #expect(net.contents.isEmpty)
    let text = try explain("Abroad").end.output
    #expect(text.contains("absent, so false <- decided"))
    #expect(text.contains("An absent field decided:\n  fd.snet = 10.0.0.0/8 is false, as the field has no value\n"), "\(text)")
    #expect(text.contains("Were that otherwise, the rule would not fire."))
  }

  /// A field that no event of this version has.
  @Test func oneThatAFieldToComeDecided() throws {
    let report = try #require(try explain("Uncontained", "--json").report)
    #expect(report.parts.last.map { "\($0.text) \($0.value) \($0.absent) \($0.decided)" } == "user.shell = host false true true")
    #expect(report.fires)
    let never = try explain("Contained").end
    #expect(never.status == 2 && never.errors.contains("can never match; absent here: user.shell"), "\(never)")
  }

  @Test func whatIsNotThere() throws {
    let unknown = try explain("Ecko").end
    #expect(unknown.status == 2 && unknown.errors.contains("did you mean 'Echo'?"))
    let beyond = try explain("Echo", "--record", "1").end
    #expect(beyond.status == 2 && beyond.errors.contains("has no record 1; its first is "), "\(beyond)")
    let stream = try explain("Echo", "--record", try #require(beyond.errors.split(separator: " ").dropLast(3).last).dropLast().description).end
    #expect(stream.status == 2 && stream.errors.contains("of the kind 'stream'"), "\(stream)")
    #expect(try Selvage.run("explain", "Echo", "--rules", rules, "--trace", "/nonexistent").status == 2)
    #expect(try Selvage.run("explain", "Echo", "--rules", "/nonexistent", "--trace", trace).status == 1)

    let whole = contents(trace)
    try folder.write(Array(whole.dropLast(9)), "cut.trace")
    let cut = try Selvage.run("explain", "Secret", "--rules", rules, "--trace", "\(folder.path)/cut.trace")
    #expect(cut.status == 1, "\(cut)")
  }
}
