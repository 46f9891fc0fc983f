import Glibc
import TestSupport
import Testing

/// What is held back, as commands show it.
@Suite(.serialized) struct QuietCommandTests {
  private let folder: TemporaryFolder
  private let rules: String
  private let mark = "selvage-\(getpid())-\(UInt32.random(in: 0 ... .max))"

  init() throws {
    folder = try TemporaryFolder()
    rules = try folder.write(Selvage.rule("Echo", "evt.type = execve and proc.args contains \(mark)", output: "%proc.args"), "r.yaml")
  }

  private func count(_ rule: String, in text: String) -> Int {
    text.split(separator: "\n").count { $0.contains("\"rule\":\"\(rule)\"") }
  }

  @Test func aReplayTellsWhatWasHeldBackUnlessItShowsAll() throws {
    let records = (0..<50).map { "{\"kind\":\"exec\",\"pid\":\($0 + 100),\"exe\":\"/bin/echo\",\"args\":[\"echo\",\"\(mark)\"]}\n" }
    let trace = try folder.write(records.joined(), "t.jsonl")
    func replay(_ more: String...) throws -> String {
      let end = try Program.run(Selvage.path, ["replay", trace, "--rules", rules, "--json", "-", "-q"] + more)
      #expect(end.status == 0, "\(end.errors)")
      return end.output
    }
    let configuration = try folder.write("quiet: {fold: off, rule_alerts_per_minute: 7}\n", "c.yaml")
    let usual = try replay()
    #expect(count("Echo", in: usual) == 1 && count("Alerts held back", in: usual) == 1 && usual.contains("\"held.count\":49"))
    let configured = try replay("--config", configuration)
    #expect(count("Echo", in: configured) == 7 && configured.contains("\"held.count\":43"))
    let all = try replay("--all", "--config", configuration)
    #expect(count("Echo", in: all) == 50 && count("Alerts held back", in: all) == 0)
  }

  /// Nothing happens that the rule asks for, and still the summary comes; a replay gives the same bytes.
  @Test(.enabled(if: Selvage.isRoot, "needs root: it loads programs into the kernel"))
  func aSummaryComesWhenItsTimeIsOver() throws {
    let configuration = try folder.write(
      "rules: [r.yaml]\nrecord_socket: r.sock\ncontrol_socket: c.sock\nquiet: {fold: 2s}\n", "c.yaml")
    let alerts = "\(folder.path)/alerts.json"
    let agent = try Selvage.live(
      "--config", configuration, "--json", alerts, "--record", "\(folder.path)/t.trace", sendsAll: false)
    for _ in 0..<5 { _ = try Program("/bin/true", mark).finish() }
    var told: String { String(decoding: contents(alerts), as: UTF8.self) }
    #expect(eventually(seconds: 20) { count("Alerts held back", in: told) == 1 }, "\(told)")
    #expect(count("Echo", in: told) == 1 && told.contains("\"held.count\":4"))
    for _ in 0..<3 { _ = try Program("/bin/true", mark).finish() }
    #expect(eventually { count("Echo", in: told) == 2 })
    agent.signal(SIGTERM)
    let end = try agent.finish()
    #expect(end.status == 0, "\(end.errors)")
    #expect(count("Alerts held back", in: told) == 2 && told.contains("\"held.count\":2"), "what is held back at the end is told there")
    let replayed = try Selvage.run("replay", "\(folder.path)/t.trace", "--config", configuration, "--json", "-", "-q")
    #expect(replayed.output == told)
  }
}
