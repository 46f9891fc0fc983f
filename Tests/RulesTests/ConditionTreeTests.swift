import Events
import struct TestSupport.SeededGenerator
import Testing

@testable import Rules

/// A condition's tree, read off its program, and the text that it is written as.
struct ConditionTreeTests {
  private func text(_ condition: String, before: String = "") throws -> String {
    let (rule, policy) = try compile(condition, before: before)
    return try #require(policy.conditionText(of: rule))
  }

  @Test(arguments: [
    ("proc.name = bash", "proc.name = bash"),
    ("proc.name == 'my shell' and not proc.pname exists", "proc.name = \"my shell\" and not proc.pname exists"),
    ("not (proc.pid = 1 or proc.pid = 2)", "not (proc.pid = 1 or proc.pid = 2)"),
    ("(proc.pid = 1 and (proc.pid = 2 and proc.pid = 3))", "proc.pid = 1 and proc.pid = 2 and proc.pid = 3"),
    ("(proc.pid = 1 or proc.pid = 2) and proc.pid = 3", "(proc.pid = 1 or proc.pid = 2) and proc.pid = 3"),
    ("proc.pid = 1 or proc.pid = 2 and proc.pid = 3", "proc.pid = 1 or (proc.pid = 2 and proc.pid = 3)"),
    ("proc.pid = 1 and not (proc.pid = 2 and not proc.pid = 3)", "proc.pid = 1 and not (proc.pid = 2 and not proc.pid = 3)"),
    ("proc.name in (b, 'a c', \"\\x1b[1m\")", "proc.name in (\"\\x1b[1m\", \"a c\", b)"),
    ("proc.name startswith /tmp/ or proc.name endswith \"\\\\x\"", "proc.name startswith /tmp/ or proc.name endswith \"\\\\x\""),
    ("proc.args icontains ABC or proc.args glob '*.s?'", "proc.args icontains abc or proc.args glob *.s?"),
    ("proc.exepath pmatch (/opt, '/home/*/a b')", "proc.exepath pmatch (/opt, \"/home/*/a b\")"),
    ("proc.name < b or proc.pid >= 0x10", "proc.name < b or proc.pid >= 16"),
    ("fd.sport in (https, 80)", "fd.sport in (80, 443)"),
    ("fd.sip = 10.1.2.3 or fd.snet in (10.0.0.0/8, fd00::/8)", "fd.sip = 10.1.2.3 or fd.snet in (10.0.0.0/8, fd00::/8)"),
    ("proc.is_exe_from_memfd != true", "proc.is_exe_from_memfd != true"),
    ("evt.type in (execve, connect) and evt.type != connect", "evt.type in (execve, connect) and not evt.type = connect"),
    ("proc.env[LD_PRELOAD] exists and proc.aname[2] = sshd", "proc.env[LD_PRELOAD] exists and proc.aname[2] = sshd"),
    (
      "evt.type = execve and not (evt.arg[1] in (a, 'b c') or user.name startswith \"x\\\"\")",
      "evt.type = execve and not (evt.arg[1] in (a, \"b c\") or user.name startswith \"x\\\"\")"
    ),
    ("proc.name = oneof", "proc.name = \"oneof\""),
  ])
  func isWrittenPlainly(condition: String, expected: String) throws {
    #expect(try text(condition) == expected)
    #expect(try text(expected) == expected, "it reads back")
  }

  @Test func listsAndMacrosArePutIn() throws {
    let before = """
      - {list: shells, items: [bash, sh]}
      - {macro: spawned, condition: evt.type = execve or evt.type = clone}
      - {macro: shell, condition: spawned and proc.name in (shells)}
      """
    #expect(
      try text("shell and not proc.pid = 1", before: before)
        == "(evt.type = execve or evt.type = clone) and proc.name in (bash, sh) and not proc.pid = 1")
  }

  /// A part a line, with its depth and the macros that it came of.
  private func outline(_ condition: String, before: String) throws -> [String] {
    let (rule, policy) = try compile(condition, before: before)
    let tree = try #require(ConditionTree(rule.condition, keepsMacros: true))
    return tree.outline.map { node, depth in
      let text =
        switch tree.nodes[node] {
        case .predicate(let index): policy.predicates[index].text
        case .constant(let value): tree.texts[node] ?? "\(value)"
        case .absent(let text): text
        case .not: "not"
        case .and: "and"
        case .or: "or"
        }
      return "\(depth) \((tree.macros[node] ?? []).map { $0 + ": " }.joined())\(text)"
    }
  }

  @Test func macrosCanBeKept() throws {
    let before = """
      - {macro: two, condition: proc.pid = 1 and proc.pid = 2}
      - {macro: any, condition: proc.pid = 3 or proc.pid = 4}
      - {macro: both, condition: two}
      - {macro: none, condition: not any}
      """
    // As the first, the last, the only part, and within each other.
    #expect(try outline("two and proc.pid = 5", before: before) == [
      "0 and", "1 two: and", "2 proc.pid = 1", "2 proc.pid = 2", "1 proc.pid = 5",
    ])
    #expect(try outline("proc.pid = 5 and two", before: before) == [
      "0 and", "1 proc.pid = 5", "1 two: and", "2 proc.pid = 1", "2 proc.pid = 2",
    ])
    #expect(try outline("both", before: before) == ["0 both: two: and", "1 proc.pid = 1", "1 proc.pid = 2"])
    #expect(try outline("both or none", before: before) == [
      "0 or", "1 both: two: and", "2 proc.pid = 1", "2 proc.pid = 2", "1 none: not", "2 any: or", "3 proc.pid = 3", "3 proc.pid = 4",
    ])
    #expect(try outline("not (any or any) and (two and proc.pid = 6)", before: before) == [
      "0 and", "1 not", "2 or", "3 any: or", "4 proc.pid = 3", "4 proc.pid = 4", "3 any: or", "4 proc.pid = 3", "4 proc.pid = 4",
      "1 two: and", "2 proc.pid = 1", "2 proc.pid = 2", "1 proc.pid = 6",
    ])
    #expect(try text("two and proc.pid = 5", before: before) == "proc.pid = 1 and proc.pid = 2 and proc.pid = 5")
  }

  @Test func comparisonsThatNeedNoLookAreKeptAsWritten() throws {
    #expect(try text("proc.pid = 1 or proc.name in ()") == "proc.pid = 1 or proc.name in ()")
    #expect(try text("proc.pid = 1 or proc.name in () or proc.pid in ()") == "proc.pid = 1 or proc.name in () or proc.pid in ()")
  }

  @Test func longConditionsTakeALineAPart() throws {
    let long = (0..<4).map { "proc.cmdline contains number-\($0)-and-more" }
    let written = try text("evt.type = execve and (\(long.joined(separator: " or "))) and not (\(long.joined(separator: " and ")))")
    #expect(
      written == """
        evt.type = execve
        and (
          \(long[0])
          or \(long[1])
          or \(long[2])
          or \(long[3])
        )
        and not (
          \(long[0])
          and \(long[1])
          and \(long[2])
          and \(long[3])
        )
        """)
    #expect(try text(written) == written)
  }

  /// Random conditions: the tree has the program's value whatever the predicates have, and its text reads back as it.
  @Test func hasTheProgramsValue() throws {
    var random = SeededGenerator(seed: 5)
    func condition(_ depth: Int) -> String {
      switch depth == 0 ? 0 : Int.random(in: 0..<5, using: &random) {
      case 0: return "proc.pid = \(Int.random(in: 0..<8, using: &random))"
      case 1: return "not (\(condition(depth - 1)))"
      case 2: return Bool.random(using: &random) ? "m" : "proc.name in ()"
      default:
        let parts = (0..<Int.random(in: 2...4, using: &random)).map { _ in "(\(condition(depth - 1)))" }
        return parts.joined(separator: Bool.random(using: &random) ? " and " : " or ")
      }
    }
    for _ in 0..<300 {
      let source = "evt.type = execve and (\(condition(5)) or proc.pid = 9)"
      let (rule, policy) = try compile(source, before: "- {macro: m, condition: proc.pid = 10 or proc.pid = 11}")
      let tree = try #require(policy.tree(of: rule), "\(source)")
      let withMacros = try #require(ConditionTree(rule.condition, keepsMacros: true), "\(source)")
      let again = try compile(try #require(policy.conditionText(of: rule)))
      for _ in 0..<20 {
        let mask = UInt64.random(in: 0 ... .max, using: &random)
        func holds(_ predicate: Predicate) -> Bool {
          guard case .equalsInteger(let number) = predicate.test else { return true }
          return mask >> UInt64(number) & 1 != 0
        }
        let value = rule.condition.run { holds(policy.predicates[$0]) }
        #expect(tree.values { holds(policy.predicates[$0]) }.last == value, "\(source)")
        #expect(withMacros.values { holds(policy.predicates[$0]) }.last == value, "\(source)")
        #expect(again.rule.condition.run { holds(again.policy.predicates[$0]) } == value, "\(source)")
      }
    }
  }

  @Test(arguments: [
    [], [.not], [.test(0), .test(1)], [.test(0), .jumpIfFalse(2)], [.jumpIfTrue(1), .test(0)], [.test(0), .jumpIfFalse(9), .test(1)],
    [.test(0), .jumpIfFalse(0), .test(1)],
  ] as [[Program.Operation]])
  func aProgramThatNoConditionMakesHasNone(operations: [Program.Operation]) {
    #expect(ConditionTree(Program(operations: operations)) == nil)
  }

  @Test func depthIsNoDanger() throws {
    let deep = String(repeating: "not (proc.pid = 1 and ", count: 400) + "proc.pid = 2" + String(repeating: ")", count: 400)
    let (rule, policy) = try compile(deep)
    #expect(policy.tree(of: rule)?.outline.map(\.depth).max() == 800)
    let written = try #require(policy.conditionText(of: rule))
    let again = try compile(written.split(separator: "\n").map { $0.drop { $0 == " " } }.joined(separator: " "))
    #expect(again.rule.condition == rule.condition)
  }
}
