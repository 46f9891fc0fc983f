import Events
import Testing

@testable import Rules

struct FileTests {
  private let valid = """
    - list: shells
      items: [bash, 'my shell', dash]
    - list: none
      items: []
    - list: programs
      items: [shells, python3]
    - macro: spawned
      condition: evt.type = execve
    - macro: shell
      condition: (spawned and proc.name in (programs))
    - rule: A shell
      desc: |
        Someone started a shell
      condition: >
        shell and
        not proc.pname in (none, sshd)
      output: "Shell %proc.name[x] by %user.uid, 100%"
      priority: warning
      tags: [a, b]
    """.replacing("%proc.name[x]", with: "%proc.aname[2]. (%proc.pid)")

  @Test func aFileLoads() throws {
    let loaded = load(valid)
    let policy = try #require(loaded.policy, "\(loaded.report)")
    #expect(loaded.diagnostics.isEmpty)
    let rule = try #require(policy.rules.first)
    #expect(rule.name == "A shell")
    #expect(rule.description == "Someone started a shell")
    #expect(rule.priority == .warning)
    #expect(rule.tags == ["a", "b"])
    #expect(rule.location == SourceLocation(file: "test.yaml", line: 11, column: 3))
    #expect(rule.kinds.kinds == [.exec])
    let names = ["bash", "my shell", "dash", "python3"].map { Array($0.utf8) }
    #expect(policy.predicates.map(\.test) == [.isKind(.init(.exec)), .isIn(Set(names)), .isIn([Array("sshd".utf8)])])
    #expect(
      rule.output.parts == [
        .text("Shell "), .field(.init(.ancestorName, .index(2))), .text(". ("), .field(.init(.processID)),
        .text(") by "), .field(.init(.userID)), .text(", 100%"),
      ])
    #expect(policy.rulesByKind[1] == [0])
    #expect(policy.rulesByKind[16].isEmpty)
  }

  @Test func listsGoInAsText() throws {
    let lists = "- {list: a, items: [x, 'y z', \"q'r\"]}\n- {list: none, items: []}\n- {list: one, items: [k]}\n- {list: ports, items: [22, 80]}"
    func values(_ condition: String) throws -> [Predicate.Test] { try compile(condition, before: lists).policy.predicates.map(\.test) }
    let all = Set(["x", "y z", "q'r"].map { Array($0.utf8) })
    #expect(try values("proc.name in (a)") == [.isIn(all)])
    #expect(try values("proc.name in a") == [.isIn(all)])
    #expect(try values("proc.name in (none,a)") == [.isIn(all)])
    #expect(try values("proc.name in (a, none)") == [.isIn(all)])
    #expect(try values("proc.name in (a, none, one)") == [.isIn(all.union([Array("k".utf8)]))])
    #expect(try values("proc.name=one") == [.equals(Array("k".utf8))])
    #expect(try values("proc.name = ones") == [.equals(Array("ones".utf8))])
    #expect(try values("fd.sport in (ports)") == [.isInIntegers([22, 80])])
    #expect(try values("proc.pid = 1 or proc.name in (none)") == [.equalsInteger(1)])
  }

  @Test func laterDefinitionsReplaceEarlierOnes() throws {
    let text = """
      - {macro: m, condition: proc.pid = 1}
      - {rule: A, desc: d, condition: m, output: o, priority: Error}
      - {rule: B, desc: d, condition: m, output: o, priority: Error}
      - {macro: m, condition: proc.pid = 2}
      - {rule: A, desc: new, condition: m, output: o, priority: Error}
      - {rule: B, enabled: false}
      """
    let loaded = load(text)
    let policy = try #require(loaded.policy, "\(loaded.report)")
    #expect(policy.rules.map(\.name) == ["A"])
    #expect(policy.rules.map(\.description) == ["new"])
    #expect(policy.predicates.map(\.test) == [.equalsInteger(2)])
    #expect(loaded.counts.disabled == 1)
  }

  @Test func macrosMayNotGoInCircles() {
    let circle = """
      - {macro: a, condition: proc.pid = 1}
      - {macro: b, condition: a}
      - {macro: a, condition: b or proc.pid = 2}
      """
    #expect(load(circle).errors.map(\.message) == [
      "the macro 'a' leads back to itself", "the macro 'b' leads back to itself",
    ])
    #expect(load(ruleFile("x", before: "- {macro: x, condition: x}")).errors.map(\.message) == ["the macro 'x' leads back to itself"])
    let later = failure("a", before: "- {macro: a, condition: b}\n- {macro: b, condition: proc.pid = 1}")
    #expect(later.contains("it is defined further down: a macro sees only those before it"))
  }

  @Test func macrosDontExplode() {
    var text = "- {macro: m0, condition: proc.pid = 1}\n"
    for i in 1...60 { text += "- {macro: m\(i), condition: m\(i - 1) and m\(i - 1)}\n" }
    let loaded = load(text + "- {rule: R, desc: d, condition: m60, output: o, priority: Error}")
    #expect(loaded.errors.map(\.message) == ["the condition of 'R' is too large once its macros are put in"])
    var lists = "- {list: l0, items: [a, b]}\n"
    for i in 1...60 { lists += "- {list: l\(i), items: [l\(i - 1), l\(i - 1)]}\n" }
    #expect(load(lists + ruleFile("proc.name in (l60)")).policy == nil)
  }

  @Test func unknownFieldsMaySkipARule() throws {
    let rule = "- {rule: R, desc: d, condition: m, output: o, priority: Error, skip-if-unknown-filter: true}"
    let loaded = load("- {macro: m, condition: no.such = 1}\n" + rule)
    #expect(loaded.policy?.rules.isEmpty == true)
    #expect(loaded.counts.skipped == 1)
    #expect(loaded.warnings.count == 2)
  }

  @Test(arguments: [
    ("rule: x", "1:1: a rule file is a list of items, found a mapping"),
    ("- 5", "1:3: expected an item with 'rule', 'macro' or 'list', found a text"),
    ("- rul: x\n  desc: d", "1:3: an item has one of"),
    ("- rule: x\n  desc: d\n  condition: proc.pid = 1\n  output: o\n  priority: hgih", "5:13: unknown priority 'hgih'"),
    ("- rule: x\n  desc: d\n  condition: proc.pid = 1\n  output: o\n  priority: Waring", "5:13: unknown priority 'Waring'; did you mean 'Warning'?"),
    ("- rule: x\n  desc: d\n  condtion: a\n  output: o\n  priority: Error", "1:3: the rule has no 'condition'; is 'condtion' a slip"),
    ("- rule: x\n  desc: d\n  desc: d", "3:3: the key 'desc' stands here twice"),
    ("- rule: x\n  desc: d\n  condition: [a]\n  output: o\n  priority: Error", "3:14: 'condition' must be a text, found a list"),
    ("- list: x\n  items: 5", "2:10: 'items' must be a list"),
    ("- macro: a b\n  condition: proc.pid = 1", "1:10: 'a b' can't name a macro"),
    ("- rule: x\n  append: true\n  condition: and a", "1:3: no rule 'x' stands before this"),
    ("- rule: x\n  enabled: false", "1:3: no rule 'x' stands before this"),
    ("- rule: x\n  desc: d\n  condition: proc.pid = 1\n  output: a %proc.nme b\n  priority: Error", "4:14: unknown field 'proc.nme'; did you mean 'proc.name'?"),
    ("- a: [\n", "1:7: while parsing a flow node: did not find expected node content"),
    ("- a: [b,\n  c: d", "2:7: while parsing a flow sequence: did not find expected ',' or ']'; it starts at 1:6"),
    ("- &a [x]\n- *a", "1:3: YAML anchors and aliases are not supported"),
    ("- a: *b", "1:6: YAML anchors and aliases are not supported"),
    ("- \"\\x", "1:"),
    ("a\0b", "1:2: a NUL is in the file"),
  ])
  func fileErrors(text: String, expected: String) {
    let loaded = load(text)
    let errors = loaded.errors.map { "\($0.location.line):\($0.location.column): \($0.message)\($0.hint.map { "; \($0)" } ?? "")" }
    #expect(errors.contains { $0.hasPrefix(expected) }, "\(loaded.report)")
    #expect(loaded.policy == nil)
  }

  @Test(arguments: [
    ("condition: proc.nmae = a", "1:14"),
    ("condition: \"\\x70roc.pid = 1 and proc.nmae = '\\u20ac'\"", "1:35"),
    ("condition: 'proc.name = ''a'' and proc.nmae = b'", "1:37"),
    ("condition: proc.pid = 1\n    and\n      proc.nmae = b", "3:7"),
    ("condition: >-  # folded\n    proc.pid = 1\n\n    and proc.nmae = b", "4:9"),
    ("condition: |2\n     proc.pid = 1 and\n     proc.nmae = b", "3:6"),
    ("condition: \"proc.pid = 1 \\\n    and proc.nmae = b\"", "2:9"),
    ("condition: proc.name in (shells) and proc.nmae = é", "1:40"),
    ("condition: proc.name in (é, shells, shells) and proc.nmae = b", "1:51"),
    ("condition: proc.pid in (shells)", "1:27"),
  ])
  func placesWithinScalars(condition: String, expected: String) {
    let text = "- {list: shells, items: [bash, dash]}\n- rule: R\n  desc: d\n  output: o\n  priority: Error\n  \(condition)\n"
    let places = load(text).errors.map { "\($0.location.line - 5):\($0.location.column)" }
    #expect(places.first == expected, "\(load(text).report)")
  }

  @Test func unknownThingsWarn() {
    let text = "- required_engine_version: 0.50.0\n- required_plugin_versions: [{name: k8s, version: 1.0}]\n"
      + ruleFile("proc.pid = 1") + "\n  tgas: [a]\n- {rule: S, desc: d, condition: x, output: o, priority: Error, source: k8s_audit}"
    let loaded = load(text)
    #expect(loaded.policy?.rules.count == 1, "\(loaded.report)")
    #expect(loaded.warnings.map { "\($0.message) \($0.hint ?? "")" } == [
      "plugins are not supported: 'required_plugin_versions' is ignored ",
      "unknown key 'tgas' did you mean 'tags'?",
      "unknown source 'k8s_audit': the rule is left out ",
      "the rule 'R' is tried on every kind of event name the kinds: evt.type in (...)",
    ])
  }

  @Test func aRuleIsReadToItsEnd() {
    let loaded = load("- {rule: R, condition: proc.nmae = a, output: '%proc.nmae %proc.nmae2', priority: Waring, tags: x}")
    #expect(loaded.errors.map(\.message) == [
      "the rule has no 'desc'", "unknown priority 'Waring'", "'tags' must be a list, found a text", "unknown field 'proc.nmae'",
      "unknown field 'proc.nmae'", "unknown field 'proc.nmae2'",
    ])
    #expect(loaded.policy == nil)
  }

  @Test func allErrorsAreReported() {
    let loaded = load(ruleFile("proc.nmae = 1") + "\n" + ruleFile("proc.pid = x").replacing("rule: R", with: "rule: S"))
    #expect(loaded.errors.count == 2)
    #expect(loaded.policy == nil)
  }
}
