import Testing

@testable import Rules

/// Rules and exceptions that are no errors, and surely not meant.
struct RuleWarningTests {
  private func rule(_ name: String, _ condition: String, _ more: String = "") -> String {
    "- {rule: \(name), desc: d, condition: '\(condition)', output: o, priority: Error\(more)}\n"
  }

  private func warnings(_ text: String) -> [String] {
    let loaded = load(text)
    #expect(loaded.policy != nil, "\(loaded.report)")
    return loaded.warnings.map { "\($0.message)\($0.hint.map { "; \($0)" } ?? "")" }
  }

  @Test func rulesThatMatchNothing() {
    #expect(warnings(rule("A", "evt.type = execve and fd.sport = 1")) == [
      "the rule 'A' can never match: its condition contradicts itself"
    ])
    #expect(warnings(rule("A", "proc.name in ()")) == ["the rule 'A' can never match: its condition contradicts itself"])
    #expect(warnings(rule("A", "evt.type = execve and user.shell = x")) == [
      "the rule 'A' can never match: this node can't supply user.shell"
    ])
    #expect(warnings(rule("A", "evt.type in (openat, open)")) == [
      "unsupported rule 'A': no event of this node's kinds can match; it asks for open, openat"
    ])
  }

  @Test func rulesThatMatchEveryEvent() {
    #expect(warnings(rule("A", "evt.type in (execve, connect)")) == [
      "the rule 'A' matches every execve, connect; warn_evttypes: false, if it should"
    ])
    #expect(warnings(rule("A", "evt.type = execve or evt.type = connect and proc.name = a")).count == 1)
    #expect(warnings(rule("A", "evt.type = execve and proc.pid = 1")).isEmpty)
    #expect(warnings(rule("A", "evt.type = execve", ", warn_evttypes: false")).isEmpty)
  }

  @Test func rulesOfOneCondition() {
    let two = rule("A", "evt.type = execve and proc.pid = 1") + "- {macro: m, condition: evt.type = execve}\n" + rule("B", "m and proc.pid = 1")
    #expect(warnings(two) == [
      "the rule 'B' has the condition of 'A': two alerts for each event; leave one of them out; the other is at test.yaml:1"
    ])
    #expect(warnings(rule("A", "evt.type = execve and proc.pid = 1") + rule("B", "evt.type = execve and proc.pid = 2")).isEmpty)
  }

  @Test func exceptionsThatCannotApply() {
    func exception(_ field: String) -> String { ", exceptions: [{name: e, fields: \(field), values: [1]}]" }
    let condition = "evt.type = execve and proc.name = a"
    #expect(warnings(rule("A", condition, exception("fd.sport"))) == [
      "the exception 'e' of 'A' can't apply; no event that the rule matches has its fields"
    ])
    #expect(warnings(rule("A", condition, exception("user.shell"))) == [
      "degraded rule 'A': this node can't supply user.shell; it fires for more than it means to: user.shell stands under 'not'",
      "the exception 'e' of 'A' can't apply; this node can't supply user.shell",
    ])
    #expect(warnings(rule("A", condition, exception("proc.pid"))).isEmpty)
  }
}
