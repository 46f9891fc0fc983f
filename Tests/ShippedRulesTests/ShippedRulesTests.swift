import Events
import FoundationEssentials
import Rules
import TestSupport
import Testing

@testable import Engine

struct ShippedRulesTests {
  private func policy() throws -> Policy {
    try #require(ShippedRules.loaded.policy, "\(ShippedRules.loaded.report)")
  }

  @Test func theyCompileWithoutAWord() {
    let loaded = ShippedRules.loaded
    #expect(loaded.diagnostics.isEmpty, "\(loaded.report)")
    #expect(loaded.counts.rules >= 15)
    #expect(loaded.counts.active == loaded.counts.rules)
    #expect(Set(ShippedRules.rules.map(\.name)).count == ShippedRules.rules.count)
  }

  /// Two rules without a kind of event in common with what is asked for cost nothing; one that asks for all kinds would
  /// be tried on every event of a node.
  @Test(arguments: ShippedRules.rules)
  func aRuleAsksForFewKindsOfEvent(_ rule: Rule) {
    #expect(!rule.kinds.isEmpty && rule.kinds.kinds.count <= 2, "\(rule.kinds.kinds)")
    #expect(!rule.kinds.contains(.fork) && !rule.kinds.contains(.exit))
  }

  @Test(arguments: ShippedRules.rules)
  func aRuleSaysWhatHappenedAndWhatToLookAt(_ rule: Rule) {
    #expect(rule.description.count > 150, "too short to help anyone at night")
    #expect(rule.output.fields.contains { $0.name == "user.uid" || $0.name == "user.ruid" })
    #expect(rule.priority >= .notice && rule.priority <= .critical)
    #expect(rule.tags.contains("host") || rule.tags.contains("container"))
    #expect(rule.tags.contains { $0.hasPrefix("mitre_") }, "no tactic of ATT&CK")
    #expect(rule.tags.contains(where: Self.isTechnique), "no technique of ATT&CK")
    for tag in rule.tags where tag.hasPrefix("mitre_") {
      #expect(Self.tactics.contains(String(tag.dropFirst(6))), "\(tag)")
    }
  }

  /// Each rule has a test that fires it and one that keeps it quiet, and all pass.
  @Test func theirTestsPass() throws {
    let end = try ShippedRules.test("--every-rule")
    #expect(end.status == 0, "\(end.output)\(end.errors)")
    #expect(end.output.hasSuffix("\(ShippedRules.rules.count * 2) passed, 0 failed\n"), "\(end.output)")
  }

  /// So that no recording lies there untried.
  @Test func everyRecordingIsOfATest() throws {
    struct Report: Decodable {
      struct Test: Decodable {
        let trace: String
      }
      let tests: [Test]
    }
    let report = try JSONDecoder().decode(Report.self, from: Data(try ShippedRules.test("--json").output.utf8))
    let traces = ShippedRules.recordedFiles.filter { $0.hasSuffix(".trace") }
    #expect(Set(report.tests.map(\.trace)) == Set(traces) && report.tests.count == traces.count)
  }

  @Test func everyRecordingIsOfARuleAndCanBeMadeAgain() {
    let expected = ShippedRules.rules.flatMap {
      [ShippedRules.script($0), ShippedRules.recording($0, "fires"), ShippedRules.recording($0, "quiet")]
    }
    #expect(ShippedRules.recordedFiles.sorted() == expected.sorted())
  }

  /// A recording goes to everyone who has the rules: nothing in it may tell of the machine that it was made on.
  @Test(arguments: ShippedRules.rules, ["fires", "quiet"])
  func aRecordingTellsNothingOfTheMachineItWasMadeOn(_ rule: Rule, _ way: String) throws {
    let replay = try Replay(ShippedRules.recording(rule, way), try policy())
    #expect(replay.streams.map(\.node) == ["node1"])
    #expect(replay.streams.map(\.bootID) == ["11111111-2222-4333-8444-555555555555"])
    #expect(replay.snapshotTasks == 0)
    #expect(replay.summary.records < 200)
  }

  private static func isTechnique(_ tag: String) -> Bool {
    let parts = tag.dropFirst().split(separator: ".", omittingEmptySubsequences: false)
    return tag.hasPrefix("T") && parts.count <= 2 && parts.first?.count == 4
      && (parts.count == 1 || parts[1].count == 3) && parts.allSatisfy { $0.allSatisfy { $0.isASCII && $0.isNumber } }
  }

  private static let tactics: Set = [
    "initial_access", "execution", "persistence", "privilege_escalation", "defense_evasion", "credential_access",
    "discovery", "lateral_movement", "collection", "command_and_control", "exfiltration", "impact",
  ]
}

extension Rule: CustomTestStringConvertible {
  package var testDescription: String { name }
}
