import Events
import Testing

@testable import Rules

/// `append`, `override` and what they change.
struct ItemChangeTests {
  private let base = """
    - {list: l, items: [a]}
    - {macro: m, condition: proc.name in (l)}
    - {rule: R, desc: first, condition: evt.type = execve and m, output: one, priority: Error, tags: [t]}
    """

  private func rule(_ changes: String) throws -> (rule: Rule, tests: [Predicate.Test]) {
    let loaded = load(base + "\n" + changes)
    let policy = try #require(loaded.policy, "\(loaded.report)")
    return (try #require(policy.rules.first, "\(loaded.report)"), Array(policy.predicates.map(\.test).dropFirst()))
  }

  private func failure(_ changes: String) -> [String] {
    let loaded = load(base + "\n" + changes)
    #expect(loaded.policy == nil)
    return loaded.errors.map { "\($0.location.line - 3):\($0.location.column) \($0.message)" }
  }

  private func bytes(_ texts: String...) -> Set<[UInt8]> { Set(texts.map { Array($0.utf8) }) }

  @Test func listsAndMacrosGrow() throws {
    #expect(try rule("- {list: l, items: [b], append: true}").tests == [.isIn(bytes("a", "b"))])
    #expect(try rule("- {list: l, items: [b], override: {items: append}}").tests == [.isIn(bytes("a", "b"))])
    #expect(try rule("- {list: l, items: [b], override: {items: replace}}").tests == [.isIn(bytes("b"))])
    #expect(try rule("- {macro: m, condition: or proc.pid = 1, append: true}").tests == [.isIn(bytes("a")), .equalsInteger(1)])
    #expect(try rule("- {macro: m, condition: proc.pid = 1, override: {condition: replace}}").tests == [.equalsInteger(1)])
  }

  /// Onto the text: what is appended binds as if it had stood there.
  @Test func conditionsAreAppendedAsText() throws {
    let (changed, _) = try rule("- {rule: R, condition: or proc.pid = 1, append: true}")
    #expect(changed.kinds == .all)
    #expect(try rule("- {rule: R, condition: and proc.pid = 1, override: {condition: append}}").tests.last == .equalsInteger(1))
    #expect(try rule("- {rule: R, condition: evt.type = execve and proc.pid = 1, override: {condition: replace}}").tests == [.equalsInteger(1)])
  }

  @Test func everyKeyOfARule() throws {
    let (changed, _) = try rule(
      """
      - rule: R
        output: two %proc.pid
        desc: second
        tags: [t, u]
        priority: Notice
        warn_evttypes: false
        override: {output: append, desc: append, tags: append, priority: replace, warn_evttypes: replace}
      """)
    #expect(changed.output.parts == [.text("one two "), .field(.init(.processID))])
    #expect(changed.description == "first second")
    #expect(changed.tags == ["t", "u"])
    #expect(changed.priority == .notice)
    let (replaced, _) = try rule(
      "- {rule: R, output: x, desc: y, tags: [z], override: {output: replace, desc: replace, tags: replace}}")
    #expect(replaced.output.parts == [.text("x")])
    #expect(replaced.description == "y" && replaced.tags == ["z"])
    #expect(load(base + "\n- {rule: R, enabled: false, override: {enabled: replace}}").counts.disabled == 1)
  }

  @Test(arguments: [
    ("- {rule: Q, condition: and proc.pid = 1, append: true}", "1:4 no rule 'Q' stands before this"),
    ("- {list: k, items: [b], append: true}", "1:4 no list 'k' stands before this"),
    ("- {macro: k, condition: x, override: {condition: append}}", "1:4 no macro 'k' stands before this"),
    ("- {rule: R, priority: Error, override: {priority: append}}", "1:51 'priority' of a rule can't be overridden with 'append'"),
    ("- {rule: R, priority: Error, override: {source: replace}}", "1:41 'source' of a rule can't be overridden"),
    ("- {rule: R, override: {desc: replace}}", "1:24 'desc' is overridden, but isn't here"),
    ("- {rule: R, desc: d, output: o, override: {desc: replace}}", "1:22 'output' stands here without its entry in 'override'"),
    ("- {rule: R, desc: d, append: true, override: {desc: replace}}", "1:22 'append' and 'override' can't stand together"),
    ("- {rule: R, append: true}", "1:4 nothing is appended here"),
    ("- {rule: R, condition: proc.nmae = 1, override: {condition: replace}}", "1:24 unknown field 'proc.nmae'"),
    ("- {rule: R, condition: and proc.nmae = 1, append: true}", "1:28 unknown field 'proc.nmae'"),
    ("- {rule: R, output: ' %proc.nmae', override: {output: append}}", "1:24 unknown field 'proc.nmae'"),
  ])
  func errors(changes: String, expected: String) {
    #expect(failure(changes).contains(expected), "\(failure(changes))")
  }

  /// What a later file appends is told of at its place there.
  @Test func placesInOtherFiles() {
    let loaded = PolicyLoader().load(files: [
      ("a.yaml", Array(base.utf8)), ("b.yaml", Array("- rule: R\n  condition: and proc.nmae = 1\n  append: true".utf8)),
    ])
    #expect(loaded.errors.map { "\($0.location)" } == ["b.yaml:2:18"])
  }
}
