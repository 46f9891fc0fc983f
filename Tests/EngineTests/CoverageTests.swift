import Events
import Rules
import Testing

@testable import Engine

/// Which ways records take through conditions.
struct CoverageTests {
  private func coverage(_ rules: String, _ streams: TestStream...) throws -> [RuleCoverage] {
    let loaded = PolicyLoader().load(files: [("r.yaml", Array(rules.utf8))])
    var recorder = CoverageRecorder(try #require(loaded.policy, "\(loaded.report)"), processes: 100)
    for stream in streams {
      recorder.restart()
      for (index, bytes) in stream.records.enumerated() {
        recorder.process(try Record(number: UInt64(index + 1), bytes: bytes.span.bytes))
      }
    }
    return recorder.rules
  }

  /// `TEXT both`, `true`, `false` or `never`.
  private func values(_ rule: RuleCoverage) -> [String] {
    func text(_ values: RuleCoverage.Values) -> String {
      switch (values.wasTrue, values.wasFalse) {
      case (true, true): "both"
      case (true, false): "true"
      case (false, true): "false"
      case (false, false): "never"
      }
    }
    return rule.comparisons.map { "\($0.text) \(text($0.values))" } + rule.exceptions.map { "\($0.name) \(text($0.values))" }
  }

  private static let rule = """
    - rule: R
      desc: d
      condition: evt.type = execve and proc.name in (a, b) and (proc.args contains x or proc.args contains y) and not proc.pname = sh
      output: o
      priority: Error

    """

  private func stream(_ programs: (String, String)...) -> TestStream {
    var stream = TestStream()
    for (index, (comm, argument)) in programs.enumerated() { stream.exec(UInt32(10 + index), [comm, argument], comm: comm) }
    return stream
  }

  @Test func aComparisonCountsWhereItMatters() throws {
    // What a program that isn't the rule's has for arguments says nothing.
    #expect(
      try values(coverage(Self.rule, stream(("z", "x")))[0]) == [
        "proc.name in (a, b) false", "proc.args contains x never", "proc.args contains y never", "proc.pname = sh never",
      ])
    #expect(
      try values(coverage(Self.rule, stream(("a", "x")))[0]) == [
        "proc.name in (a, b) true", "proc.args contains x true", "proc.args contains y never", "proc.pname = sh false",
      ])
    #expect(
      try values(coverage(Self.rule, stream(("a", "x"), ("b", "y")), stream(("a", "z"), ("c", "x")))[0]) == [
        "proc.name in (a, b) both", "proc.args contains x both", "proc.args contains y both", "proc.pname = sh false",
      ])
  }

  /// Records of a kind that no event of the rule's can be are nothing to it.
  @Test func onlyTheRulesKindsCount() throws {
    var connects = TestStream()
    connects.socket(.connect, 10, remote: "10.0.0.1", remotePort: 443, comm: "a")
    #expect(try values(coverage(Self.rule, connects)[0]).allSatisfy { $0.hasSuffix("never") })
  }

  private static let excepting = """
    - rule: R
      desc: d
      condition: evt.type = execve and proc.name in (a, b)
      output: o
      priority: Error
      exceptions:
      - {name: one, fields: [proc.args], comps: [contains], values: [[x]]}
      - {name: empty, fields: [proc.args]}
      - {name: two, fields: proc.args, values: [y, z]}

    """

  @Test func exceptionsCountWhereAllElseHolds() throws {
    func exceptions(_ streams: TestStream) throws -> [String] { try values(coverage(Self.excepting, streams)[0]).suffix(2) }
    #expect(try exceptions(stream(("c", "x"))) == ["one never", "two never"])
    #expect(try exceptions(stream(("a", "q"))) == ["one false", "two false"])
    #expect(try exceptions(stream(("a", "x"))) == ["one true", "two false"])
    #expect(try exceptions(stream(("a", "x"), ("b", "z"))) == ["one both", "two both"])
    #expect(try coverage(Self.excepting)[0].exceptions.map(\.location.line) == [7, 9], "one without values is no part of the rule")
  }

  @Test func whatSeveralSawIsAdded() throws {
    var rule = try coverage(Self.rule, stream(("a", "x")))[0]
    rule.formUnion(try coverage(Self.rule, stream(("z", "x")))[0])
    #expect(values(rule).first == "proc.name in (a, b) both")
    let other = try coverage(Self.excepting, stream(("a", "x")))[0]
    #expect(!rule.isSame(as: other))
    let before = values(rule)
    rule.formUnion(other)
    #expect(values(rule) == before)
  }

  /// It runs programs as the matcher does: a rule that fires took the way to the end.
  @Test func itAgreesWithTheMatcher() throws {
    let stream = stream(("a", "x"))
    let policy = try #require(PolicyLoader().load(files: [("r.yaml", Array(Self.rule.utf8))]).policy)
    #expect(stream.alerts(policy).count == 1)
    var again = Engine(policy: policy, processes: 100)
    var alerts = 0
    for _ in 0..<2 {
      again.restart()
      for (index, bytes) in stream.records.enumerated() {
        again.process(try Record(number: UInt64(index + 1), bytes: bytes.span.bytes)) { _ in alerts += 1 }
      }
      #expect(again.records == UInt64(stream.records.count))
    }
    #expect(alerts == 2)
  }
}
