import Events
import TestSupport
import Testing

@testable import Rules

/// Sigma rules that are wrong: each gives an error with its place, and takes no other rule along.
struct SigmaBadInputTests {
  private func rule(_ detection: String) -> String {
    "title: T\nlogsource: {category: process_creation}\ndetection:\n  \(detection.replacing("\n", with: "\n  "))"
  }

  /// `line:column message; hint`, one a line.
  private func errors(_ text: String) -> String {
    let loaded = load(text)
    #expect(loaded.policy == nil)
    for error in loaded.diagnostics {
      #expect(isInside(error.location, loaded.sources[error.location.file]), "\(error)")
    }
    return loaded.errors.map {
      "\($0.location.line):\($0.location.column) \($0.message)\($0.hint.map { "; \($0)" } ?? "")"
    }
    .joined(separator: "\n")
  }

  @Test(arguments: [
    ("title: T", "1:1 the Sigma rule has no 'logsource'\n1:1 the Sigma rule has no 'detection'"),
    (
      "detection: {a: {Image: x}, condition: a}\nlogsorce: {category: x}",
      "1:1 the Sigma rule has no 'title'\n1:1 the Sigma rule has no 'logsource'; is 'logsorce' a slip of the pen?"
    ),
    (
      "title: T\nlogsource: {category: x}\ndetection: []",
      "3:12 expected keys with their values in 'detection', found a list"
    ),
    ("title: T\nlogsource: {category: x}\ndetection:", "3:1 nothing stands in 'detection'"),
    ("title: T\nlogsource:\ndetection: {a: x, condition: a}", "2:1 nothing stands in 'logsource'"),
    (
      "title: T\nlogsource: {definition: x}\ndetection: {a: x, condition: a}",
      "2:1 'logsource' needs one of 'category', 'product' and 'service'"
    ),
    (
      "title: [T]\nlogsource: {category: x}\ndetection: {a: x, condition: a}",
      "1:8 'title' must be a text, found a list"
    ),
    ("title: ''\nlogsource: {category: x}\ndetection: {a: x, condition: a}", "1:8 the title is empty"),
    ("title: T\ntitle: T", "2:1 the key 'title' stands here twice"),
    (
      "title: T\nlevel: hihg\nlogsource: {category: x}\ndetection: {a: x, condition: a}",
      "2:8 unknown level 'hihg'; did you mean 'high'?"
    ),
    (
      "title: T\ntags: a\nlogsource: {category: x}\ndetection: {a: x, condition: a}",
      "2:7 'tags' must be a list, found a text; write [a, b]"
    ),
  ])
  func theRule(_ text: String, _ expected: String) { #expect(errors(text) == expected) }

  @Test(arguments: [
    ("a: {Image: x}", "4:3 the detection has no 'condition'"),
    ("a: {Image: x}\nconditon: a", "4:3 the detection has no 'condition'; is 'conditon' a slip of the pen?"),
    ("a:\ncondition: a", "4:5 nothing stands in 'a'"),
    ("a: {}\ncondition: a", "4:6 nothing stands in 'a'"),
    ("a: []\ncondition: a", "4:6 nothing stands in 'a'"),
    ("a: [[x]]\ncondition: a", "4:7 'a' is a list of mappings or texts, found a list"),
    (
      "a: {Image: {b: c}}\ncondition: a",
      "4:14 a value must be a text, a number, null or a list of them, found a mapping"
    ),
    ("a: {Image: [[b]]}\ncondition: a", "4:15 a value must be a text, a number or null, found a list"),
    ("a: {Image: []}\ncondition: a", "4:14 no value stands here to compare 'Image' with"),
    ("a: {Image: x, Image: y}\ncondition: a", "4:17 the key 'Image' stands here twice"),
    ("a: {Imgae: x}\ncondition: a", "4:7 unknown field 'Imgae'; did you mean 'Image'?"),
    ("a: {Image|contain: x}\ncondition: a", "4:13 unknown modifier 'contain'; did you mean 'contains'?"),
    ("a: {'Image|': x}\ncondition: a", "4:14 unknown modifier ''"),
    ("a: {Image|contains|contains: x}\ncondition: a", "4:22 the modifier 'contains' stands here twice"),
    ("a: {Image|contains|endswith: x}\ncondition: a", "4:22 'contains' and 'endswith' can't stand together"),
    ("a: {Image|contains|i: x}\ncondition: a", "4:22 'i' stands only behind 're'"),
    ("a: {Image|re|base64: x}\ncondition: a", "4:16 'base64' can't follow 're'"),
    ("a: {Image|windash|cidr: x}\ncondition: a", "4:13 'cidr' takes values as they are written"),
    ("a: {Image|cased|cidr: x}\ncondition: a", "4:13 'cased' and 'cidr' can't stand together"),
    (
      "a: {Image|expand: '%x%'}\ncondition: a",
      "4:13 'expand' takes values from a table of placeholders, which there is none of here; write the values in its place"
    ),
    ("a: {Image|cidr: 10.0.0.0/8}\ncondition: a", "4:7 'cidr' compares addresses, and 'Image' is a text"),
    ("a: {Image|gt: 1}\ncondition: a", "4:7 this modifier compares numbers, and 'Image' is a text"),
    ("a: {Image|exists: maybe}\ncondition: a", "4:21 'exists' takes true or false"),
    ("a: {Image|exists: [true, false]}\ncondition: a", "4:22 'exists' takes true or false"),
    ("a: {ProcessId: x}\ncondition: a", "4:18 'x' is no whole number, and 'ProcessId' is one"),
    (
      "a: {ProcessId|gt: 99999999999999999999}\ncondition: a",
      "4:21 '99999999999999999999' is no whole number, and 'ProcessId' is one"
    ),
    ("a: {Image|base64: 'a*'}\ncondition: a", "4:21 a value with wildcards can't be turned into base64"),
    (
      "a: {Image|re: 'a('}\ncondition: a",
      "4:17 this regular expression is no good: this '(' is never closed, at its character 2"
    ),
    (
      "a: {Image|re: '*a'}\ncondition: a",
      "4:17 this regular expression is no good: nothing stands before this repetition, at its character 1"
    ),
    ("a: {Image|re: null}\ncondition: a", "4:17 're' needs a regular expression, found nothing"),
    ("a: {Image|fieldref: Imgae}\ncondition: a", "4:23 unknown field 'Imgae'; did you mean 'Image'?"),
    ("a: {Image|fieldref|re: Image}\ncondition: a", "4:13 'fieldref' and 're' can't stand together"),
    ("a: {Image|fieldref|base64: Image}\ncondition: a", "4:13 'fieldref' takes fields as they are"),
    ("a: {'|fieldref': Image}\ncondition: a", "4:7 'fieldref' needs a field before it"),
    ("a: {'|startswith': x}\ncondition: a", "4:7 keywords are searched for: this modifier needs a field"),
  ])
  func theDetection(_ detection: String, _ expected: String) { #expect(errors(rule(detection)) == expected) }

  @Test(arguments: [
    ("''", "1 the condition is empty"), ("a and", "6 expected a search's name, found the end"),
    ("b", "1 unknown search 'b'; did you mean 'a'?"), ("A", "1 unknown search 'A'; did you mean 'a'?"),
    ("a b", "3 expected 'and', 'or' or the end, found 'b'"),
    ("a adn ab", "3 expected 'and', 'or' or the end, found 'adn'; did you mean 'and'?"),
    ("(a", "1 this '(' is never closed; expected ')'"), ("a)", "2 this ')' closes nothing"),
    ("()", "2 expected a search's name, 'not' or '(', found ')'"),
    ("or a", "1 expected a search's name, 'not' or '(', found 'or'"),
    ("not", "4 expected a search's name, found the end"),
    ("2 of a*", "1 expected '1 of', 'any of' or 'all of', found '2 of'"),
    ("1 of", "5 expected 'them' or a pattern of names behind 'of'"), ("1 of sel*", "6 no search's name fits 'sel*'"),
    ("[]", "1 the list of conditions is empty"), ("[a, [a]]", "5 a condition must be a text, found a list"),
    ("{a: a}", "1 a condition must be a text, found a mapping"),
    ("", "0 a condition must be a text, found nothing"),
  ])
  func theCondition(_ condition: String, _ expected: String) {
    let line = errors(rule("a: {Image: x}\nab: {Image: y}\ncondition: \(condition)"))
    let column = expected.prefix { $0 != " " }
    #expect(line == "6:\((Int(column) ?? 0) + 13)" + expected.dropFirst(column.count), "\(line)")
  }

  @Test func anErrorTakesNoOtherAlong() {
    let text =
      rule("a: {Imgae: x, Pid: 1}\nb: {Foo: 1}\ncondition: a or b") + "\n---\n" + rule("a: {Bar: x}\ncondition: a")
    let loaded = load(text)
    #expect(loaded.errors.map(\.location.line) == [4, 5, 11])
  }

  // MARK: Hostile

  @Test(arguments: [900, 1_000, 1_001, 20_000])
  func nestingIsBounded(_ depth: Int) {
    for opening in ["(", "not "] {
      let closing = opening == "(" ? String(repeating: ")", count: depth) : ""
      let loaded = load(rule("a: {Image: x}\ncondition: '\(String(repeating: opening, count: depth))a\(closing)'"))
      if depth <= 1_000 {
        #expect(loaded.policy != nil, "\(loaded.report)")
      } else {
        #expect(
          loaded.errors.first?.message.hasPrefix(
            depth == 1_001 ? "nested deeper than 1000" : opening == "(" ? "nested" : "the condition is longer") == true,
          "\(loaded.report)")
      }
    }
    let nested = String(repeating: "{a: ", count: depth) + "x" + String(repeating: "}", count: depth)
    #expect(load(rule("a: \(nested)\ncondition: a")).errors.map(\.message) == ["nested deeper than 64"])
  }

  @Test func longConditionsAreBounded() {
    let many = (0..<12_000).map { _ in "a" }.joined(separator: " or ")
    let wide = load(rule("a: {Image: x}\ncondition: \(many)"))
    #expect(wide.policy?.rules.first?.condition.operations.count == 24_001, "\(wide.report)")
    let repeated = "a: {Image: [\((0..<1_000).map { "x\($0)" }.joined(separator: ", "))]}\ncondition: \(many)"
    #expect(load(rule(repeated)).errors.map(\.message) == ["the condition of 'T' is too large"])
  }

  @Test func wildcardsAndValuesAreBounded() {
    let stars = String(repeating: "*a", count: 600)
    #expect(
      load(rule("a: {Image: '\(stars)'}\ncondition: a")).errors.map(\.message) == [
        "a value with wildcards is longer than 1024 bytes"
      ])
    var limits = LoadLimits()
    limits.totalConditionBytes = 1_000
    let value = rule("a: {Image|base64offset|contains: \(String(repeating: "x", count: 300))}\ncondition: a")
    #expect(load(value, limits).errors.map(\.message) == ["the values of all Sigma rules together are too long"])
  }

  @Test func regularExpressionsAreBounded() {
    let many = (0..<20_000).map { "'(x\($0)y{1000}){2}'" }.joined(separator: ", ")
    let taken = cost { #expect(load(rule("a: {Image|re: [\(many)]}\ncondition: a")).errors.count == 1) }
    #expect(taken < .seconds(30))
    for pattern in ["a(?=b)", "(?<!a)b", "(a)\\1", "(?i:a)"] {
      let loaded = load(rule("a: {Image|re: '\(pattern)'}\ncondition: a"))
      #expect(loaded.policy?.rules.isEmpty == true, "\(loaded.report)")
      #expect(loaded.counts.unsupported == 1)
    }
  }

  @Test func manyRulesOfOneNameLoadSoon() {
    let one = rule("a: {Image|endswith: /x, CommandLine|contains|all: [b, c]}\ncondition: a")
    let text = [String](repeating: one, count: 5_000).joined(separator: "\n---\n")
    var loaded: LoadResult?
    let taken = cost { loaded = load(text) }
    #expect(loaded?.policy?.rules.count == 5_000)
    #expect(taken < .seconds(30))
    var limits = LoadLimits()
    limits.rules = 10
    #expect(load(text, limits).errors.map(\.message) == ["there are more than 10 rules"])
  }

  /// Whatever is cut out of a rule, loading ends, and places are places.
  @Test func mutationsEnd() {
    var random = SeededGenerator(seed: 11)
    let whole = Array(
      rule(
        "a:\n  - Image|endswith|cased: ['/x*', \"b?\\\\*\"]\n  - CommandLine|base64offset|contains: é\nb: [k, {ProcessId|gt: 5, User: null}]\ncondition: not (1 of a* and b) or all of them"
      ).utf8)
    let pieces = [
      "|", "(", ")", "'", "\"", "\\", "*", ":", "\n", "  ", "- ", "[", "]", "{", "}", "not ", "1 of ", "them", "|re",
      "\u{7}",
    ].map { Array($0.utf8) }
    for _ in 0..<2_000 {
      var bytes = whole
      for _ in 0..<Int.random(in: 1...4, using: &random) {
        let at = Int.random(in: 0...bytes.count, using: &random)
        let length = min(Int.random(in: 0...9, using: &random), bytes.count - at)
        if Bool.random(using: &random) { bytes.removeSubrange(at..<at + length) }
        bytes.insert(contentsOf: pieces.randomElement(using: &random) ?? [], at: min(at, bytes.count))
      }
      let loaded = PolicyLoader().load(files: [("x", bytes)])
      for diagnostic in loaded.diagnostics {
        #expect(
          loaded.sources.isEmpty || isInside(diagnostic.location, loaded.sources["x"]),
          "\(diagnostic)\n\(String(decoding: bytes, as: UTF8.self))")
      }
      #expect(loaded.policy != nil || !loaded.errors.isEmpty)
    }
  }
}
