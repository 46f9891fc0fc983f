import Events
import Testing

@testable import Rules

struct ExceptionTests {
  private func file(_ exceptions: String) -> String {
    """
    - {list: shells, items: [bash, dash]}
    - rule: R
      desc: d
      condition: evt.type = execve and proc.cwd = /x
      output: o
      priority: Error
      exceptions:
    \(exceptions.split(separator: "\n").map { "    \($0)" }.joined(separator: "\n"))
    """
  }

  private func load(_ text: String, today: String = "2026-06-01") -> LoadResult {
    PolicyLoader(today: CalendarDay(today)).load(files: [("t.yaml", Array(text.utf8))])
  }

  /// The exceptions' tests, and whether the rule fires when they hold as told.
  private func tests(_ exceptions: String, today: String = "2026-06-01") throws -> [Predicate.Test] {
    let loaded = load(file(exceptions), today: today)
    let policy = try #require(loaded.policy, "\(loaded.report)")
    return Array(policy.predicates.map(\.test).dropFirst(2))
  }

  private func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }

  @Test func rowsOfSeveralFields() throws {
    let exceptions = "- {name: a, fields: [proc.name, proc.pname], values: [[x, y], ['a b', z]]}"
    let loaded = load(file(exceptions))
    let policy = try #require(loaded.policy, "\(loaded.report)")
    let rule = policy.rules[0]
    #expect(policy.predicates.map(\.test).dropFirst(2).prefix(3) == [.equals(bytes("x")), .equals(bytes("y")), .equals(bytes("a b"))])
    // Each of a row, any of the rows.
    func fires(_ holding: Set<Int>) -> Bool { rule.condition.run { $0 < 2 || holding.contains($0 - 1) } }
    #expect(fires([]) && fires([1]) && fires([2]))
    #expect(!fires([1, 2]))
  }

  @Test func comparisons() throws {
    let exceptions = "- {name: a, fields: [proc.name, proc.exepath], comps: [in, startswith], values: [[[x, y], /bin/], [shells, /usr]]}"
    #expect(try tests(exceptions) == [
      .isIn([bytes("x"), bytes("y")]), .startsWith(bytes("/bin/")), .isIn([bytes("bash"), bytes("dash")]), .startsWith(bytes("/usr")),
    ])
  }

  @Test func aSingleField() throws {
    #expect(try tests("- {name: a, fields: proc.name, values: [x, shells]}") == [.isIn([bytes("x"), bytes("bash"), bytes("dash")])])
    #expect(try tests("- {name: a, fields: proc.exepath, comps: pmatch, values: [/a, /b]}") == [.pathPrefix(PathPrefixes([bytes("/a"), bytes("/b")]))])
    #expect(try tests("- {name: a, fields: proc.name}") == [])
    #expect(try tests("- {name: a, fields: 'proc.env[A]', values: [x]}") == [.isIn([bytes("x")])])
  }

  @Test func mergeByName() throws {
    let added = "\n- rule: R\n  append: true\n  exceptions: [{name: a, values: [z]}, {name: b, fields: [proc.pid], values: [[1]]}]"
    let loaded = load(file("- {name: a, fields: proc.name, values: [x]}") + added)
    let policy = try #require(loaded.policy, "\(loaded.report)")
    #expect(policy.predicates.map(\.test).dropFirst(2) == [.isIn([bytes("x"), bytes("z")]), .equalsInteger(1)])
    let replaced = added.replacing("append: true", with: "override: {exceptions: replace}").replacing("{name: a, values: [z]}, ", with: "")
    let other = load(file("- {name: a, fields: proc.name, values: [x]}") + replaced)
    #expect(other.policy?.predicates.map(\.test).dropFirst(2) == [.equalsInteger(1)])
  }

  @Test func anExceptionExpiresAfterItsDay() throws {
    let exceptions = "- {name: a, fields: proc.pid, values: [1], expires: 2026-05-31, reason: migration}"
    #expect(try tests(exceptions, today: "2026-05-31") == [.isInIntegers([1])])
    #expect(try tests(exceptions, today: "2026-06-01") == [])
    let warnings = load(file(exceptions)).warnings.map { "\($0.message); \($0.hint ?? "")" }
    #expect(warnings == ["the exception 'a' of 'R' expired on 2026-05-31, and no longer applies; its reason was: migration"])
    // Without a day nothing expires.
    #expect(PolicyLoader().load(files: [("t.yaml", bytes(file(exceptions)))]).policy?.predicates.count == 3)
  }

  @Test(arguments: [
    ("- {fields: proc.name}", "1:7 the exception has no 'name'"),
    ("- {name: a, values: [x]}", "1:8 the exception 'a' has no 'fields'"),
    ("- {name: a, fields: [proc.name, proc.pid], comps: [=], values: [[a, 1]]}", "1:48 'fields' has 2 entries, 'comps' has 1"),
    ("- {name: a, fields: proc.name, comps: startswith, values: [a]}", "1:43 'startswith' can't compare here"),
    ("- {name: a, fields: [proc.name, proc.pid], values: [[a]]}", "1:57 this row has 1 values for 2 fields"),
    ("- {name: a, fields: [proc.name], values: [a]}", "1:47 'values' holds a list for each row"),
    ("- {name: a, fields: proc.nmae, values: [a]}", "1:25 unknown field 'proc.nmae'"),
    ("- {name: a, fields: proc.pid, values: [1, x]}", "1:47 'x' is no whole number, but 'proc.pid' is one"),
    ("- {name: a, fields: 'proc.pid = 1 or proc.pid', values: [1]}", "1:25 'proc.pid = 1 or proc.pid' is no field: unexpected ' '"),
    ("- {name: a, fields: proc.pid, values: [1], expires: 2026-02-30}", "1:57 '2026-02-30' is no day"),
    ("- {name: a, fields: proc.pid}\n- {name: a, fields: proc.pid}", "2:14 there are two exceptions 'a'"),
    ("- {name: a, fields: proc.pid, values: [')']}", "1:44 ')' is no whole number, but 'proc.pid' is one"),
  ])
  func errors(exceptions: String, expected: String) {
    let loaded = load(file(exceptions))
    #expect(loaded.policy == nil)
    let errors = loaded.errors.map { "\($0.location.line - 7):\($0.location.column) \($0.message)" }
    #expect(errors.contains(expected), "\(loaded.report)")
  }

  @Test func throttles() throws {
    let text = ruleFile("evt.type = execve and proc.name = a") + "\n  throttle: {per: [proc.name, 'proc.aname[2]'], limit: 5, every: 2m}"
    let loaded = load(text)
    #expect(loaded.diagnostics.isEmpty)
    #expect(loaded.policy?.rules.first?.throttle == Throttle(fields: [.init(.processName), .init(.ancestorName, .index(2))], limit: 5, seconds: 120))
    for bad in ["{limit: 0, every: 1s}", "{limit: 1}", "{limit: 1, every: 1y}", "{limit: 1, every: 0s}", "{limit: 1, every: 99999d}", "{limit: 1, every: 1s, per: [x]}", "{limit: 1, every: 1s, per: [user.name]}", "7"] {
      #expect(load(ruleFile("evt.type = execve") + "\n  throttle: \(bad)").policy == nil, "\(bad)")
    }
  }

  @Test func engineVersions() {
    func messages(_ version: String) -> [String] {
      load("- required_engine_version: \(version)\n" + ruleFile("evt.type = execve and proc.name = a")).diagnostics.map(\.message)
    }
    #expect(messages("0.57.0") == [] && messages("13") == [])
    #expect(messages("0.99.0") == ["made for a later rule language, 0.99.0: this one is that of 0.63.0"])
    #expect(messages("abc") == ["'abc' is no version"])
  }
}
