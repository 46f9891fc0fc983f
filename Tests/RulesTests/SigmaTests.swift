import Events
import Testing

@testable import Rules

struct SigmaTests {
  private func rule(_ detection: String, title: String = "T", more: String = "") -> String {
    """
    title: \(title)
    logsource:
        product: linux
        category: process_creation
    detection:
        \(detection.split(separator: "\n", omittingEmptySubsequences: false).joined(separator: "\n    "))
    \(more)
    """
  }

  private let plain = "a: {Image: x}\ncondition: a"

  @Test func aRuleCarriesWhatItSays() throws {
    let loaded = load(
      rule(
        plain, title: "'A: title'",
        more: "id: 1\nstatus: test\ndescription: |\n  what\nlevel: critical\ntags: [attack.t1059]\nmine: 1"))
    let rule = try #require(loaded.policy?.rules.first, "\(loaded.report)")
    #expect(loaded.diagnostics.isEmpty)
    #expect(rule.name == "A: title")
    #expect(rule.description == "what")
    #expect(rule.priority == .critical)
    #expect(rule.tags == ["attack.t1059"])
    #expect(rule.kinds == EventKinds(.exec))
    #expect(rule.location == SourceLocation(file: "test.yaml", line: 1, column: 1))
    #expect(
      loaded.policy?.predicates == [
        Predicate(FieldReference(.eventType), .isKind(EventKinds(.exec))),
        Predicate(FieldReference(.processExePath), .equalsIgnoringCase(Array("x".utf8))),
      ])
  }

  @Test(arguments: [
    ("critical", Priority.critical), ("high", .error), ("medium", .warning), ("low", .notice),
    ("informational", .informational),
    ("High", .error),
  ])
  func levels(_ level: String, _ priority: Priority) {
    #expect(load(rule(plain, more: "level: \(level)")).policy?.rules.first?.priority == priority)
  }

  @Test func aRuleWithoutALevelWarns() { #expect(load(rule(plain)).policy?.rules.first?.priority == .warning) }

  @Test func namesAreUnique() {
    let falco = "- {rule: T, desc: d, condition: evt.type = execve, output: o, priority: Error}"
    let documents = [
      rule(plain, more: "id: 7"), rule(plain), rule(plain), rule(plain, title: "U"), rule(plain, more: "id: 7"), falco,
    ]
    let loaded = load(documents.joined(separator: "\n---\n"))
    #expect(loaded.policy?.rules.map(\.name) == ["T", "T (7)", "T (2)", "T (3)", "U", "T (7) (2)"], "\(loaded.report)")
    #expect(loaded.counts.rules == 6)
    #expect(loaded.counts.active == 6)
  }

  @Test func sharedPredicatesStandOnce() {
    let two = load(rule(plain) + "\n---\n" + rule(plain, title: "U"))
    #expect(two.policy?.rules.count == 2)
    #expect(two.policy?.predicates.count == 2)
  }

  @Test(arguments: [
    ("Image: x", Predicate.Test.equalsIgnoringCase(Array("x".utf8))),
    ("Image: 'X*'", .startsWithIgnoringCase(Array("x".utf8))),
    ("Image: '*X'", .endsWithIgnoringCase(Array("x".utf8))), ("Image: '**X*'", .containsIgnoringCase(Array("x".utf8))),
    ("Image|cased: X", .equals(Array("X".utf8))), ("Image|cased: 'X*'", .startsWith(Array("X".utf8))),
    ("Image|cased: '*X'", .endsWith(Array("X".utf8))), ("Image|contains|cased: X", .contains(Array("X".utf8))),
    ("Image|contains: '*'", .exists), ("Image: '*'", .exists),
    ("Image: 'x\\**'", .startsWithIgnoringCase(Array("x*".utf8))),
    ("Image|endswith: 'X?'", .wildcard(Wildcard([.anyRun, .byte(0x78), .anyCharacter], ignoresCase: true))),
    ("ProcessId: [1, 2]", .isInIntegers([1, 2])), ("ProcessId: 1", .equalsInteger(1)),
  ])
  func plainestTests(_ item: String, _ test: Predicate.Test) {
    let loaded = load(rule("a:\n    \(item)\ncondition: a"))
    #expect(loaded.policy?.predicates.last?.test == test, "\(loaded.report)")
  }

  /// As `rules show` and `explain` write them.
  @Test(arguments: [
    ("Image: X", "proc.exepath iglob x"), ("Image|startswith: '/[x'", "proc.exepath iglob \"/\\\\[x*\""),
    ("Image|endswith: 'x'", "proc.exepath iglob *x"), ("CommandLine|contains: -O", "proc.exeline icontains -o"),
    ("Image|endswith: 'x?'", "proc.exepath iglob *x?"), ("Image|cased: 'x?'", "proc.exepath glob x?"),
    ("Image|re|i: '^x'", "proc.exepath re|i ^x"),
  ])
  func predicatesAreWritten(_ item: String, _ text: String) {
    let loaded = load(rule("a:\n    \(item)\ncondition: a"))
    #expect(loaded.policy?.predicates.last?.text == text)
  }

  // MARK: What is left out, or in part

  private func warnings(_ text: String) -> [String] {
    let loaded = load(text)
    #expect(loaded.errors.isEmpty, "\(loaded.report)")
    return loaded.warnings.map { "\($0.location.line):\($0.location.column) \($0.message)" }
  }

  @Test func whatCantBeRunIsNamed() {
    #expect(
      warnings("title: F\nfilter: {rules: [T]}") == ["2:1 unsupported rule 'F': Sigma's filters are not supported yet"])
    #expect(
      warnings("title: C\naction: global") == [
        "2:1 unsupported rule 'C': collections by 'action' are not supported yet"
      ])
    #expect(
      warnings(rule(plain.replacing("condition: a", with: "condition: a | count() > 5")))
        == ["7:18 unsupported rule 'T': aggregations in conditions are not supported"])
    for source in [
      "{product: windows, category: process_creation}", "{category: file_event, product: linux}", "{category: dns}",
    ] {
      let text = "title: T\nlogsource: \(source)\ndetection: {a: {TargetFilename: x}, condition: a}"
      #expect(load(text).warnings.first?.message.hasPrefix("unsupported rule 'T': no event here is of ") == true)
      #expect(load(text).policy != nil)
    }
    #expect(
      warnings(rule("a: {Image|fieldref: ProcessId}\ncondition: a")) == [
        "6:9 unsupported rule 'T': 'fieldref' compares two texts or two numbers: these are others"
      ])
    #expect(
      warnings(rule("a: {Image|fieldref: Hashes}\nb: {Image: x}\ncondition: a or b")) == [
        "1:1 degraded rule 'T': this node can't supply Hashes"
      ])
    #expect(
      warnings(rule("a: {Image|neq: x}\ncondition: a")) == [
        "6:15 unsupported rule 'T': the modifier 'neq' is not supported yet"
      ])
  }

  @Test func absentFieldsDegradeARule() {
    #expect(
      warnings(rule("a: {Image: x}\nb: {Hashes|contains: y}\ncondition: a and not b"))
        == ["1:1 degraded rule 'T': this node can't supply Hashes"])
    let overfiring = load(rule("a: {Image: x}\nb: {Hashes|contains: y}\ncondition: a and not b or a and b"))
    #expect(overfiring.rules.map(\.status) == [.degraded])
    #expect(overfiring.rules.first?.overfires == true)
    #expect(overfiring.rules.first?.missingFields == ["Hashes"])
    #expect(overfiring.rules.first?.missingUnderNot == ["Hashes"])
    #expect(overfiring.warnings.first?.hint == "it fires for more than it means to: Hashes stands under 'not'")
    let careful = load(rule("a: {Image: x}\nb: {User: mail}\ncondition: a or b"))
    #expect(careful.rules.first?.missingFields == ["User"])
    #expect(careful.rules.first?.overfires == false)
    #expect(careful.counts.degraded == 1)
    #expect(warnings(rule("a: {Hashes: x}\ncondition: a")) == ["1:1 the rule 'T' can never match: this node can't supply Hashes"])
    #expect(load(rule("a: {Hashes: x}\ncondition: a")).counts.unmatchable == 1)
    #expect(
      warnings(rule("a: {Hashes: null}\ncondition: a")) == ["1:1 degraded rule 'T': this node can't supply Hashes"])
    #expect(load(rule(plain)).rules.map(\.status) == [.full])
  }

  /// As its author wrote them.
  @Test func comparisonsWithAbsentFieldsAreShown() throws {
    let loaded = load(rule("""
      a: {Hashes|contains: [y, null], Image: /x}
      b: {OriginalFileName: null, User: mail, Product|exists: false}
      condition: a or b or not a
      """))
    let policy = try #require(loaded.policy, "\(loaded.report)")
    #expect(
      policy.conditionText(of: policy.rules[0])?.split(separator: "\n").map { $0.drop { $0 == " " } }.joined(separator: " ") == """
        evt.type = execve and ( ((Hashes|contains: y or not Hashes|exists: true) and proc.exepath iglob /x) or \
        (not OriginalFileName|exists: true and User: mail and not Product|exists: true) or not ((Hashes|contains: y or \
        not Hashes|exists: true) and proc.exepath iglob /x) )
        """)
  }

  @Test(arguments: ["'\\node'", "'\\bash'", "'C:\\\\*'"])
  func pathsOfWindowsWarn(_ value: String) {
    let loaded = load(rule("a:\n    Image|endswith: [/x, \(value)]\ncondition: a"))
    #expect(loaded.policy?.rules.count == 1)
    #expect(loaded.warnings.count == 1)
    #expect(
      loaded.warnings.first?.message.hasSuffix("can't match: paths have no '\\' here") == true, "\(loaded.report)")
    #expect(load(rule("a:\n    CommandLine|contains: \(value)\ncondition: a")).warnings.isEmpty)
    #expect(load(rule("a:\n    Image|endswith: '/x\\*'\ncondition: a")).warnings.isEmpty)
  }

  @Test func aSlipInAKeyWarns() {
    #expect(warnings(rule(plain, more: "levl: high")) == ["8:1 unknown key 'levl'"])
    #expect(warnings(rule(plain, more: "our_own_key: x")).isEmpty)
  }
}
