import FoundationEssentials
import Glibc
import TestSupport
import Testing

/// SIGHUP: other rules take over between two records.
@Suite(.serialized, .enabled(if: Selvage.isRoot, "needs root: it loads programs into the kernel"))
struct ReloadTests {
  private struct Told: Decodable {
    let rule: String
    let output: String
  }

  private let folder: TemporaryFolder
  private let mark = "selvage-\(getpid())-\(UInt32.random(in: 0 ... .max))"
  private var rules: String { "\(folder.path)/rules.yaml" }
  private var alerts: String { "\(folder.path)/alerts.json" }

  init() throws { folder = try TemporaryFolder() }

  /// In one step, as an editor or a package manager would.
  private func replaceRules(_ text: String) throws {
    let new = try folder.write(text, "rules.new")
    #expect(rename(new, rules) == 0)
  }

  /// A rule that tells each marked program by its number, and others that take time to compile.
  private func policy(_ version: Int) -> String {
    Selvage.rule("Mark", "evt.type = execve and proc.args contains \(mark)", output: "v\(version) %proc.args")
      + (0..<300).map { Selvage.rule("Other \($0)", "proc.name in (v\(version), n\($0)) and proc.args contains x\($0)") }.joined()
  }

  private func told(_ file: String) throws -> [Told] {
    try lines(contents(file)).map { try JSONDecoder().decode(Told.self, from: Data($0.utf8)) }
  }

  private func count(_ text: String, in whole: String) -> Int { whole.split(separator: text, omittingEmptySubsequences: false).count - 1 }

  @Test func noRecordIsMissedAndNoneMatchedTwice() throws {
    try replaceRules(policy(0))
    let agent = try Selvage.live("--rules", rules, "--json", alerts)
    let programs = 3000
    let load = try Program("/bin/bash", "-c", "for ((i = 0; i < \(programs); i++)); do /bin/true \(mark) $i; done; echo done >&2")
    var reloads = 0
    while !load.errors.contains("done") {
      try replaceRules(policy((reloads + 1) % 2))
      agent.signal(SIGHUP)
      reloads += 1
      try #require(eventually(seconds: 60) { count("Reloaded: 301 rules", in: agent.errors) == reloads }, "\(agent.errors)")
    }
    #expect(try load.finish().status == 0)
    agent.signal(SIGTERM)
    let end = try agent.finish()
    #expect(end.status == 0, "\(end.errors)")
    #expect(reloads > 5, "of these the last may have come after the programs")

    let told = try told(alerts)
    let marked = told.filter { $0.rule == "Mark" }.map(\.output)
    // Of every program one, whatever rules told of it.
    let numbers = marked.compactMap { $0.split(separator: " ").last.flatMap { Int($0) } }
    #expect(numbers.sorted() == Array(0..<programs))
    #expect(marked.contains { $0.hasPrefix("v0 ") } && marked.contains { $0.hasPrefix("v1 ") })
    #expect(told.count { $0.rule == "Rules reloaded" } == reloads)
    #expect(!told.contains { $0.rule == "Events lost" })
  }

  @Test(arguments: [
    ("- {rule: Mark, condition: proc.nmae = x, desc: d, output: o, priority: info}\n", "unknown field 'proc.nmae'"),
    ("- [", "rules.yaml:1:"), ("- {list: l, items: []}\n", "no rule is active"), ("", "no rule is active"),
  ])
  func brokenRulesChangeNothingAndSayWhy(text: String, says: String) throws {
    try replaceRules(policy(0))
    let agent = try Selvage.live("--rules", rules, "--json", alerts)
    try replaceRules(text)
    agent.signal(SIGHUP)
    try agent.says("the rules stay as they were")
    #expect(agent.errors.contains(says), "\(agent.errors)")
    _ = try Program("/bin/true", mark, "1").finish()
    #expect(try eventually { try told(alerts).contains { $0.rule == "Mark" && $0.output.hasPrefix("v0 ") } })
    let refusals = try told(alerts).filter { $0.rule == "Rules not reloaded" }
    #expect(refusals.count == 1)
    #expect(refusals.first?.output.contains(says) == true, "\(refusals)")

    try replaceRules(policy(1))
    agent.signal(SIGHUP)
    try agent.says("Reloaded: 301 rules")
    agent.signal(SIGTERM)
    #expect(try agent.finish().status == 0)
  }

  @Test func theNewRulesSeeWhatTheyAskForAndKnowTheProcesses() throws {
    try replaceRules(Selvage.rule("Exec", "evt.type = execve and proc.name = nothing"))
    let agent = try Selvage.live("--rules", rules, "--json", alerts)
    #expect(agent.errors.contains("no rule asks for: connect"))
    // Started under the old rules; its connect comes under the new ones.
    let go = "\(folder.path)/go"
    #expect(mkfifo(go, 0o600) == 0)
    let shell = try Program("/bin/bash", "-c", "echo up >&2; read <\(go); exec 3<>/dev/tcp/127.0.0.1/9; : \(mark)")
    try shell.says("up")
    try replaceRules(Selvage.rule("Connect", "evt.type = connect and proc.cmdline contains \(mark)", output: "%proc.cmdline"))
    agent.signal(SIGHUP)
    try agent.says("Reloaded: 1 rules")
    try folder.write("\n", "go")
    _ = try shell.finish()
    #expect(try eventually { try told(alerts).contains { $0.rule == "Connect" } })
    agent.signal(SIGTERM)
    #expect(try agent.finish().status == 0)
  }

  @Test func jsonFilesAreOpenedAgain() throws {
    try replaceRules(policy(0))
    let agent = try Selvage.live("--rules", rules, "--json", alerts)
    _ = try Program("/bin/true", mark, "1").finish()
    #expect(try eventually { try told(alerts).count { $0.rule == "Mark" } == 1 })
    #expect(rename(alerts, "\(alerts).1") == 0)
    agent.signal(SIGHUP)
    try agent.says("Reloaded")
    _ = try Program("/bin/true", mark, "2").finish()
    #expect(try eventually { try told(alerts).count { $0.rule == "Mark" } == 1 })
    agent.signal(SIGTERM)
    #expect(try agent.finish().status == 0)
    #expect(try told("\(alerts).1").map(\.rule) == ["Mark"])
    #expect(try told(alerts).map(\.rule) == ["Rules reloaded", "Mark"])
  }
}
