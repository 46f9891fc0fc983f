import CEvents
import Events
import Rules
import Testing

@testable import Engine

/// The indices only leave out rules that can't hold: many rules together fire what each fires alone, in the same order.
/// A rule that is alone is in no index.
@Suite struct MatcherTests {
  @Test func manyRulesFireWhatEachFiresAlone() throws {
    var random = Generator(seed: 7)
    let conditions = (0..<60).map { _ in Self.condition(&random) }
    let stream = Self.stream(&random)

    let together = stream.alerts(try Self.policy(conditions)).map { Firing($0.recordNumber, $0.rule) }
    var alone: [Firing] = []
    for (index, condition) in conditions.enumerated() {
      for alert in stream.alerts(try Self.policy([condition])) { alone.append(Firing(alert.recordNumber, "R\(index)")) }
    }
    #expect(alone.count > 500)
    #expect(Set(alone.map(\.rule)).count > conditions.count / 2)
    #expect(together.count == alone.count)
    for (one, other) in zip(together, alone.sorted()) where one != other {
      Issue.record("record \(one.record) fired \(one.rule), not \(other.rule) on \(other.record)")
      return
    }
  }

  @Test(arguments: [
    "proc.name = sh", "proc.name in (sh, zsh)", "proc.name startswith s", "proc.name endswith h", "proc.name endswith \"\"",
    "evt.num > 0 and proc.name = sh", "not proc.name = bash and proc.name = sh", "not (not proc.name = sh)",
    "proc.name = none or proc.name = sh", "(proc.name = sh or proc.name = none) and proc.name startswith s",
    "evt.type = connect and proc.name = none or evt.type = execve and proc.name = sh", "proc.env[A] = b",
  ])
  func aRuleFiresAmongOthersOfItsIndex(_ condition: String) throws {
    var stream = TestStream()
    stream.exec(100, ["sh"], comm: "sh", exe: "/bin/sh", env: ["A=b"])
    let others = ["proc.name = x", "proc.name startswith y", "proc.name endswith z", "proc.env[A] = c", "fd.sport = 1"]
    let fired = stream.alerts(try Self.policy(others + [condition] + others)).map(\.rule)
    #expect(fired == ["R\(others.count)"])
  }

  private struct Firing: Comparable {
    let record: UInt64
    let rule: String

    init(_ record: UInt64, _ rule: String) {
      self.record = record
      self.rule = rule
    }

    static func < (a: Firing, b: Firing) -> Bool {
      a.record != b.record ? a.record < b.record : Int(a.rule.dropFirst()) ?? 0 < Int(b.rule.dropFirst()) ?? 0
    }
  }

  private static func policy(_ conditions: [String]) throws -> Policy {
    let rules = conditions.enumerated().map { index, condition in
      """
      - rule: R\(index)
        desc: what it means
        condition: >-
          \(condition)
        output: fired
        priority: Warning
      """
    }
    let loaded = PolicyLoader().load(files: [("test.yaml", Array(rules.joined(separator: "\n").utf8))])
    return try #require(loaded.policy, "\(loaded.report)")
  }

  // MARK: - Made at random, from few names so that much of it fits

  private static let names = ["sh", "bash", "dash", "zsh", "s", "nc", "ncat"]
  private static let ports: [UInt16] = [22, 80, 443, 8080, 4444]

  private static func condition(_ random: inout Generator) -> String {
    let body = expression(&random, depth: 2)
    return switch random.below(4) {
    case 0: "evt.type = execve and \(body)"
    case 1: "evt.type in (connect, accept) and \(body)"
    case 2: "(\(body)) and not evt.type = listen"
    default: body
    }
  }

  private static func expression(_ random: inout Generator, depth: Int) -> String {
    guard depth > 0, random.below(4) > 0 else { return test(&random) }
    let parts = (0...random.below(3)).map { _ in expression(&random, depth: depth - 1) }
    let joined = "(" + parts.joined(separator: random.below(3) == 0 ? " or " : " and ") + ")"
    return random.below(5) == 0 ? "not \(joined)" : joined
  }

  private static func test(_ random: inout Generator) -> String {
    let name = random.element(names)
    let other = random.element(names)
    let port = random.element(ports)
    return switch random.below(11) {
    case 0: "proc.name = \(name)"
    case 1: "proc.name in (\(name), \(other))"
    case 2: "proc.exepath startswith /bin/\(name.prefix(1))"
    case 3: "proc.exepath endswith \(name)"
    case 4: "proc.pname = \(name)"
    case 5: "fd.sport = \(port)"
    case 6: "fd.port in (\(port), \(random.element(ports)))"
    case 7: "proc.cmdline contains \(name)"
    case 8: "not proc.name = \(name)"
    case 9: "proc.exepath startswith \(random.below(2) == 0 ? "/" : "/bin/\(other)")"
    default: "user.uid in (0, \(random.below(4)))"
    }
  }

  private static func stream(_ random: inout Generator) -> TestStream {
    var stream = TestStream()
    for pid in UInt32(100)..<180 {
      let name = random.element(names)
      let uid = UInt32(random.below(4))
      stream.exec(pid, [name, random.element(names)], comm: name, exe: "/bin/\(name)", parent: max(99, pid - 7)) {
        $0.euid = uid
      }
      for _ in 0..<2 {
        stream.socket(
          random.element([.connect, .accept, .listen, .close, .send]), pid, local: "10.0.0.1", remote: "10.0.0.2",
          localPort: random.element(ports), remotePort: random.element(ports), comm: name)
      }
    }
    return stream
  }
}
