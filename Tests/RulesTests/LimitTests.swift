import Events
import Glibc
import Testing

@testable import Rules

struct LimitTests {
  @Test(arguments: ["[", "{", "- ", "{a: ", "? ", "[{"], [1_000, 100_000])
  func nestingIsBounded(opening: String, count: Int) {
    let text = String(repeating: opening, count: count)
    let loaded = load(text)
    #expect(loaded.errors.map(\.message) == ["nested deeper than 64"], "\(loaded.report)")
  }

  @Test func deepIndentationIsBounded() {
    let text = (0..<1_000).map { String(repeating: " ", count: $0) + "a:" }.joined(separator: "\n")
    #expect(load(text).errors.map(\.message) == ["nested deeper than 64"])
  }

  @Test func billionLaughsAreRefused() {
    var text = "- &a0 [x, x]\n"
    for i in 1..<40 { text += "- &a\(i) [*a\(i - 1), *a\(i - 1)]\n" }
    #expect(load(text).errors.map(\.message) == ["YAML anchors and aliases are not supported"])
  }

  @Test func rulesAndTextsAreBounded() {
    var limits = LoadLimits()
    limits.rules = 1
    limits.nodes = 100
    limits.fileBytes = 2_000_000
    let two = ruleFile("proc.pid = 1") + "\n" + ruleFile("proc.pid = 1").replacing("rule: R", with: "rule: S")
    #expect(load(two, limits).errors.map(\.message) == ["there are more than 1 rules"])
    #expect(load("[" + String(repeating: "a,", count: 200) + "]", limits).errors.map(\.message) == ["the file has more than 100 parts"])
    #expect(load(String(repeating: "#", count: 2_000_001), limits).errors.map(\.message) == ["the file is longer than 2000000 bytes"])
    let long = "proc.name in (" + String(repeating: "abcdefg,", count: 10_000) + "x)"
    #expect(failure(long).hasPrefix("1:1 the condition is longer than 65536 bytes"))
    limits.diagnostics = 3
    limits.nodes = 1_000
    let many = load((0..<100).map { _ in "- {}" }.joined(separator: "\n"), limits)
    #expect(many.diagnostics.count == 4)
    #expect(many.diagnostics.last?.message == "97 more errors and warnings are not shown")
  }

  /// Falco's rules and Sigma's draw on one limit; a few bytes of pattern unfold to thousands.
  @Test func regularExpressionsAreBoundedTogether() {
    var limits = LoadLimits()
    limits.totalConditionBytes = 100_000
    func rule(_ number: Int, _ pattern: String) -> String {
      "- {rule: R\(number), desc: d, condition: \"evt.type = execve and proc.name regex '\(pattern)'\", output: o, priority: Error}\n"
    }
    func errors(_ text: String) -> [String] { load(text, limits).errors.map { "\($0.location.line) \($0.message)" } }
    let message = "all conditions together are longer than 100000 bytes, their regular expressions unfolded"
    // Some 16,000 bytes each.
    let six = (1...6).map { rule($0, "\($0){1000}\($0){1000}") }.joined()
    #expect(errors(six).isEmpty)
    #expect(errors(six + rule(7, "7{1000}7{1000}")) == ["7 \(message)"])
    #expect(load(six + rule(7, "7{1000}7{1000}"), limits).errors.first?.hint?.contains("counts as 8 bytes") == true)
    // The same again takes no more, and what comes after the limit isn't told of one by one.
    #expect(errors(six + (7...20).map { rule($0, "1{1000}1{1000}") }.joined()).isEmpty)
    #expect(errors(six + (7...20).map { rule($0, "\($0){1000}\($0){1000}") }.joined()).count == 2)
    // In a macro, a function, an exception.
    #expect(errors(six + "- {macro: m, condition: \"proc.name regex '9{1000}9{1000}'\"}\n- {rule: S, desc: d, condition: m, output: o, priority: Error}").allSatisfy { $0.hasSuffix(message) })
    #expect(errors(six + rule(7, "x' or tolower(proc.name) regex '7{1000}7{1000}")) == ["7 \(message)"])
    let exception = rule(7, "x").dropLast(2) + ", exceptions: [{name: e, fields: [proc.name], comps: [regex], values: [['8{1000}8{1000}']]}]}"
    #expect(errors(six + exception) == ["7 \(message)"])
    let sigma = """
      ---
      title: S
      logsource: {category: process_creation, product: linux}
      detection:
        a: {Image|re: 'x{1000}x{1000}'}
        condition: a
      """
    #expect(errors((1...5).map { rule($0, "\($0){1000}\($0){1000}") }.joined() + sigma).isEmpty)
    #expect(errors(six + sigma).map { $0.contains("Sigma's values together are longer than 100000 bytes") } == [true])
    // Of one condition: not first all of it.
    let many = (0..<1_500).map { "proc.name regex '\($0)x{1000}y{900}'" }.joined(separator: " or ")
    let taken = cost { #expect(failure(many).contains("longer than 16777216 bytes")) }
    #expect(taken < .seconds(30))
  }

  @Test func bytesThatAreNoText() {
    func message(_ bytes: [UInt8]) -> String {
      let loaded = PolicyLoader().load(files: [("x", bytes)])
      return loaded.diagnostics.map { "\($0.location) \($0.severity) \($0.message)" }.joined()
    }
    #expect(message([]) == "x:1:1 warning the file is empty")
    #expect(message(Array(" \n".utf8)) == "x:1:1 warning the file is empty")
    #expect(message([0xEF, 0xBB, 0xBF]) == "x:1:1 warning the file is empty")
    #expect(message(Array("- a\n".utf8) + [0xFF]) == "x:2:1 error the file is no valid UTF-8 here")
    #expect(message(Array("# \u{7}".utf8)).contains("error control characters are not allowed"))
    #expect(message(Array("# only a comment\n".utf8)).isEmpty)
    #expect(message(Array("\u{FEFF}- macro: a\n  condition: proc.pid = 1\n".utf8)).isEmpty)
  }

  @Test func hostileTextIsEscaped() {
    let loaded = load("- rule: \"\\e[31m\\u202e\\n\"\n  \"\\ekey\": 1\n  priority: \"\(String(repeating: "x", count: 500))\"")
    for diagnostic in loaded.diagnostics {
      #expect(!(diagnostic.message + (diagnostic.hint ?? "")).unicodeScalars.contains(where: EscapedText.isHostile))
      #expect(diagnostic.message.count < 200)
    }
    #expect(!loaded.report.unicodeScalars.contains { $0 != "\n" && EscapedText.isHostile($0) })
    #expect(loaded.report.contains("\\x1bkey"))
  }

  @Test func longLinesAreCut() {
    let text = "- {list: a, items: [" + String(repeating: "é, ", count: 100_000) + "b]}"
    let report = load("\(text)\n- {a: \(String(repeating: "é", count: 50_000)), ?: [x}").report
    #expect(report.utf8.count < 2_000)
    #expect(report.contains("^"))
  }

  @Test func reportsPointAtTheSpot() {
    let loaded = load(ruleFile("proc.pid = 1 and\n  proc.nmae = é"))
    #expect(loaded.report.contains("test.yaml:6:7: error: unknown field 'proc.nmae'; did you mean 'proc.name'?\n        proc.nmae = é\n        ^\n"), "\(loaded.report)")
  }

  @Test func manyRulesCompileSoon() throws {
    var text = ""
    for i in 0..<1_000 { text += "- {list: l\(i), items: [a\(i), b, c]}\n- {macro: m\(i), condition: evt.type = execve and proc.name in (l\(i))}\n" }
    for i in 0..<10_000 {
      text += "- rule: R\(i)\n  desc: d\n  condition: m\(i % 1_000) and not proc.pname in (l\(i % 999), x) and proc.pid = \(i)\n"
      text += "  output: Rule %proc.name by %user.uid\n  priority: Warning\n  tags: [a, b]\n"
    }
    var loaded: LoadResult?
    let taken = cost { loaded = load(text) }
    let policy = try #require(loaded?.policy)
    print("10,000 rules compile in \(taken)")
    #expect(policy.rules.count == 10_000)
    #expect(taken < .seconds(30))
  }
}
