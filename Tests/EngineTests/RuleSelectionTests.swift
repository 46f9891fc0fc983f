import CEvents
import Events
import Rules
import Testing

@testable import Engine

/// How many rules an event leaves to be tried: of many alike, those whose constant it has. The differential test would not
/// notice an index that finds nothing out; this one does.
@Suite struct RuleSelectionTests {
  /// `#` is the rule's number. The event is made for number 107.
  @Test(arguments: [
    "proc.name = p#x", "proc.name in (p#x, q#x)", "proc.cmdline contains --number-#-", "proc.cmdline icontains NUMBER-#-",
    "proc.exepath startswith /srv/a#b/", "proc.exepath endswith /prog#end", "proc.exepath glob '/srv/a#b/*'",
    "proc.exepath glob '*/prog#end'", "proc.cmdline glob '*--number-#-*'", "proc.exepath pmatch (/srv/a#b, /srv/b#b)",
    "proc.cmdline iglob '*--NUMBER-#-*'", "proc.cmdline regex '.*--number-#-.*'",
    "proc.cmdline regex '.*(--number-#-|other#z)+( .*)?'", "proc.cmdline regex '[a-z]+#x .*'",
    "proc.aname = parent#x", "proc.aname[1] = parent#x", "proc.pname in (parent#x, mother#x)",
    "proc.env[KEY] = value#x", "user.uid = #", "user.uid in (#, 4711)",
    // Functions that leave a text, or a part of it, as it is but for its case.
    "tolower(proc.name) = p#x", "toupper(proc.name) in (P#X, Q#X)", "tolower(proc.cmdline) contains --number-#-",
    "basename(proc.exepath) = prog#end", "basename(proc.exepath) in (prog#end, x#)", "tolower(proc.aname) = parent#x",
    "tolower(basename(proc.exepath)) startswith prog#e", "toupper(proc.exepath) regex '.*PROG#END'",
    "getopt(proc.args, 'n:')[n] = value#x", "toupper(getopt(proc.cmdline, 'n:')[n]) in (VALUE#X, X#)",
    // One of several, in one field or more.
    "(proc.name = p#x or proc.exepath startswith /srv/a#b/)", "not (not proc.name = p#x and not proc.name = q#x)",
    "(proc.name = none or proc.aname = parent#x) and (user.uid = # or proc.cmdline contains none#)",
    // Not by what all have.
    "user.uid < 1000 and proc.exepath startswith /srv/ and proc.name = p#x", "not proc.pname = none# and proc.name = p#x",
  ])
  func onlyRulesWhoseConstantIsThereAreTried(_ condition: String) throws {
    let conditions = Self.numbered("evt.type = execve and \(condition)")
    var stream = TestStream()
    stream.exec(90, ["parent107x"], comm: "parent107x", exe: "/bin/parent")
    stream.exec(
      91, ["p107x", "--number-107-", "-nvalue107x"], comm: "p107x", exe: "/srv/a107b/prog107end", parent: 90, env: ["KEY=value107x"]
    ) { $0.euid = 107 }
    #expect(try Self.tried(conditions, stream) == (rules: 1, tests: 0))
  }

  @Test(arguments: [
    "fd.sip = 10.0.#.1", "fd.snet in (10.0.#.0/24, 192.0.2.0/24)", "fd.net = 10.0.#.0/24", "fd.sport = 50#",
    "fd.port in (50#, 60000)", "fd.cip = 10.0.#.9 or fd.sip = 10.0.#.1", "fd.sip = 2001:db8::# or fd.sip = 10.0.#.1",
  ])
  func onlyRulesOfTheAddressAreTried(_ condition: String) throws {
    let conditions = Self.numbered("evt.type = connect and (\(condition))")
    var stream = TestStream()
    stream.socket(.connect, 7, local: "10.1.1.1", remote: "10.0.107.1", localPort: 1000, remotePort: 50107)
    #expect(try Self.tried(conditions, stream) == (rules: 1, tests: 0))
  }

  /// Tests that no index knows are tried once for all rules behind them.
  @Test func aSharedTestThatIsFalseLeavesNoRule() throws {
    let conditions = (0..<100).map { "evt.type = execve and proc.is_exe_from_memfd = true and user.uid != \($0)" }
    var stream = TestStream()
    stream.exec(91, comm: "p")
    #expect(try Self.tried(conditions, stream).rules == 0)
  }

  /// A text that is alike everywhere, and substrings that are all alike: the tests themselves are cheaper then. Rules
  /// that hold are found all the same.
  @Test func aTextOfOneByteFindsWhatItHolds() throws {
    let conditions = (4..<200).map { "evt.type = execve and proc.cmdline contains \(String(repeating: "a", count: $0))" }
    var stream = TestStream()
    stream.exec(91, ["p", String(repeating: "A", count: 5000) + "b" + String(repeating: "a", count: 100)], comm: "p")
    #expect(try Self.tried(conditions, stream).rules >= 97)
    let fired = Set(stream.alerts(try Self.policy(conditions)).map(\.rule))
    #expect(fired == Set((0..<97).map { "R\($0)" }))
  }

  private static func numbered(_ condition: String) -> [String] {
    (100..<250).map { number in
      condition.split(separator: "#", omittingEmptySubsequences: false).joined(separator: "\(number)")
    }
  }

  private static func policy(_ conditions: [String]) throws -> Policy {
    let rules = conditions.enumerated().map { index, condition in
      "- rule: R\(index)\n  desc: d\n  condition: >-\n    \(condition)\n  output: fired\n  priority: Warning\n"
    }
    let loaded = PolicyLoader().load(files: [("test.yaml", Array(rules.joined().utf8))])
    let policy = try #require(loaded.policy, "\(loaded.report)")
    #expect(policy.rules.count == conditions.count)
    return policy
  }

  /// - Returns: rules that are left, and tests that were tried to find them.
  private static func tried(_ conditions: [String], _ stream: TestStream) throws -> (rules: Int, tests: Int) {
    let policy = try policy(conditions)
    var state = State(processes: 100)
    for (index, bytes) in stream.records.enumerated() {
      let record = try Record(number: UInt64(index + 1), bytes: bytes.span.bytes)
      if let kind = record.kind { _ = try state.take(record, kind) }
    }
    let constants = Constants()
    let steps = policy.rules.indices.map { RuleSteps(rule: Int32($0), start: 0, end: 0, scope: -1) }
    let kind = KindRules(
      state.event.kind, policy.rulesByKind[Int(state.event.kind.rawValue)], of: policy, steps: steps,
      anchors: policy.predicates.map { Anchor.all(of: $0) }, constants)
    let predicates = policy.predicates.map { CompiledPredicate($0, constants) }
    let possible = RuleBits(capacity: policy.rules.count)
    defer { possible.deallocate() }
    var (rules, tests) = (0, 0)
    withExtendedLifetime(constants) {
      kind.select(state, possible) { predicate in
        tests += 1
        return predicates[predicate].holds(state)
      }
      possible.empty { _ in rules += 1 }
    }
    return (rules, tests)
  }
}
