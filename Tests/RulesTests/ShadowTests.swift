import Testing

@testable import Rules

/// Rules that fire only where another does.
struct ShadowTests {
  private static let lists = """
    - {list: shells, items: [bash, sh, zsh]}
    - {list: few, items: [sh, bash]}
    - {macro: spawned, condition: 'evt.type in (execve, clone)'}
    - {macro: shell, condition: spawned and proc.name in (shells)}

    """

  private static func rule(_ name: String, _ condition: String, _ priority: String = "Warning", _ more: String = "") -> String {
    "- {rule: \(name), desc: d, condition: \"\(condition)\", output: o, priority: \(priority), warn_evttypes: false\(more)}\n"
  }

  private static func shadows(_ conditions: String...) throws -> [String] {
    let text = lists + conditions.enumerated().map { rule("R\($0)", $1) }.joined()
    let loaded = load(text)
    let found = loaded.policy
    let policy = try #require(found, "\(loaded.report)")
    return ShadowFinder.find(in: policy).shadows.map {
      "\(policy.rules[$0.rule].name) \($0.isEqual ? "is" : "in") \(policy.rules[$0.other].name)"
    }
  }

  /// The second fires only where the first does.
  @Test(arguments: [
    // More to ask.
    ("evt.type = execve and proc.name = a", "evt.type = execve and proc.name = a and proc.pname = b"),
    ("evt.type = execve and proc.name = a", "evt.type = execve and proc.name = a and not (proc.pname = b or proc.pname = c)"),
    ("shell and proc.tty exists", "shell and proc.pname in (few) and proc.tty = pts0"),
    ("shell", "evt.type = clone and proc.name in (few)"),
    ("spawned and not proc.name in (few)", "evt.type = execve and not proc.name in (shells)"),
    ("spawned and not proc.name in (few)", "evt.type = execve and not (proc.name = bash or proc.pname = x or proc.name = sh)"),
    ("evt.type = execve and proc.name = a", "evt.type = execve and not not (proc.name = a and proc.pname = b)"),
    ("evt.type = execve and proc.name = a", "evt.type = execve and not (proc.pname = b or not proc.name = a)"),
    // One of several.
    ("evt.type = execve and (proc.name = a or proc.args contains x)", "evt.type = execve and proc.args contains xyz and proc.pid > 1"),
    ("evt.type = execve and (proc.name = a or proc.name = b)", "evt.type = execve and proc.name in (a, b) and user.uid = 0"),
    ("evt.type = execve and proc.name in (a, b, c)", "evt.type = execve and (proc.name = a or proc.name = b)"),
    ("evt.type = execve and (proc.name = a or proc.name = b or proc.pid = 1)", "evt.type = execve and (proc.pid = 1 or proc.name = b)"),
    ("proc.name = a or proc.name = b and proc.pid > 3", "proc.name = b and proc.pid > 4"),
    // Values and pieces of them.
    ("proc.exepath startswith /tmp/", "proc.exepath startswith /tmp/x"),
    ("proc.exepath startswith /tmp/", "proc.exepath in (/tmp/x, /tmp/y)"),
    ("proc.exepath pmatch (/tmp, /opt)", "proc.exepath pmatch (/opt/a, /tmp/*/b)"),
    ("proc.exepath pmatch (/tmp, /opt)", "proc.exepath = /opt/a"),
    ("proc.exepath endswith /sh", "proc.exepath endswith bin/sh"),
    ("proc.cmdline contains wget", "proc.cmdline startswith 'wget http'"),
    ("proc.cmdline icontains wget", "proc.cmdline contains WGET"),
    ("proc.cmdline icontains wget", "proc.cmdline iglob '*/WGET'"),
    ("proc.cmdline glob '*wget*'", "proc.cmdline = 'a wget b'"),
    ("proc.cmdline regex '(a|b)+c'", "proc.cmdline in (abc, aac)"),
    ("proc.cmdline regex '(a|b)+c'", "proc.cmdline regex '(a|b)+c' and proc.pid = 1"),
    ("proc.name exists", "proc.name != a"),
    ("tolower(proc.name) contains x", "tolower(proc.name) contains xx"),
    ("proc.env[A] startswith x", "proc.env[A] = xy"),
    ("proc.aname in (a, b)", "proc.aname = a"),
    ("proc.name != a", "proc.name = b"),
    ("not proc.name in (a, b)", "evt.type = execve and proc.name in (c, d)"),
    // Numbers, ports, addresses.
    ("proc.pid > 10", "proc.pid >= 11"), ("proc.pid >= 10", "proc.pid in (10, 11)"), ("user.uid != 0", "user.uid = 1000"),
    ("fd.port = 443", "fd.port = https and proc.name = a"),
    ("fd.snet in (10.0.0.0/8, fd00::/8)", "fd.snet = 10.1.0.0/16"),
    ("fd.sip != 10.1.2.3", "fd.sip != 10.0.0.0/8"),
    // Lists, of which all or any values are asked.
    ("workload.mount.fstype intersects (nfs, gpfs)", "workload.mount.fstype intersects (nfs)"),
    ("workload.mount.fstype in (nfs, gpfs)", "workload.mount.fstype in (nfs)"),
    ("workload.mount.fstype intersects (nfs, gpfs)", "workload.mount.fstype in (nfs)"),
    ("workload.mount.target startswith /a", "workload.mount.target intersects (/a/b, /a/c)"),
    ("workload.mount.target startswith /a", "workload.mount.target startswith /a/"),
    // No exec has the field.
    ("evt.type in (execve, connect) and not fd.sport = 1 and proc.name = a", "evt.type = execve and proc.name = a"),
    // What isn't supplied, as it is written.
    ("evt.type = execve and not user.shell = host and proc.name = a", "evt.type = execve and not user.shell = host and proc.name = a and proc.pid = 1"),
  ])
  func narrower(wide: String, narrow: String) throws {
    #expect(try Self.shadows(wide, narrow) == ["R1 in R0"])
    #expect(try Self.shadows(narrow, wide) == ["R0 in R1"])
  }

  @Test(arguments: [
    ("evt.type = execve and proc.name = a", "proc.name = a and evt.type = execve"),
    ("evt.type = execve and proc.name in (a, b)", "evt.type = execve and (proc.name = b or proc.name = a)"),
    ("spawned and not (proc.name = a or proc.name = b)", "spawned and not proc.name = a and not proc.name = b"),
    ("proc.is_exe_from_memfd = true", "proc.is_exe_from_memfd != false"),
  ])
  func equal(one: String, other: String) throws {
    #expect(try Self.shadows(one, other) == ["R1 is R0"])
  }

  @Test(arguments: [
    ("proc.name = a", "proc.name = b"), ("proc.name = a", "proc.name in (a, b)"), ("proc.name = a", "proc.pname = a"),
    ("evt.type = execve and proc.name = a", "evt.type in (execve, clone) and proc.name = a and proc.pid = 1"),
    ("proc.name = a and proc.pid = 1", "proc.name = a"), ("proc.exepath startswith /tmp/", "proc.exepath startswith /tmp"),
    ("proc.exepath pmatch (/tmp)", "proc.exepath startswith /tmp"), ("proc.exepath pmatch (/tmp)", "proc.exepath = /tmp2"),
    ("proc.name contains A", "proc.name icontains a"), ("proc.name contains A", "proc.name contains a"),
    ("proc.name startswith a", "proc.name endswith a"), ("proc.name = a", "proc.name glob a*"),
    // A field without a value is neither equal nor unequal.
    ("proc.tty != a", "not proc.tty = a"), ("proc.tty exists", "not proc.tty = a"),
    // Another value of a list may be the one.
    ("not workload.mount.fstype intersects (nfs)", "workload.mount.fstype intersects (gpfs)"),
    ("workload.mount.fstype in (nfs)", "workload.mount.fstype intersects (nfs)"),
    ("workload.mount.target startswith /a/", "workload.mount.target intersects (/a/b, /c)"),
    // Another ancestor, another end.
    ("not proc.aname in (a, b)", "evt.type = execve and proc.aname in (c, d)"), ("fd.port != 22", "fd.port = 443"),
    ("not fd.port = 22", "fd.port = 443"), ("proc.aname[1] = a", "proc.aname = a"), ("proc.aname[1] = a", "proc.aname[2] = a"),
    ("not proc.name in (a, b)", "not proc.name in (a)"), ("proc.env[A] = x", "proc.env[B] = x"),
    ("fd.snet = 10.1.0.0/16", "fd.snet = 10.0.0.0/8"), ("fd.snet != 10.1.0.0/16", "fd.snet = 10.2.0.0/16"),
    ("proc.pid > 10", "proc.pid >= 10"), ("len(proc.name) > 3", "proc.pid > 3"),
    ("not user.shell = host and proc.name = a", "not user.name = x and proc.name = a"),
  ])
  func neither(one: String, other: String) throws {
    let found = try Self.shadows(one, other).filter { $0 != "R0 in R1" }
    #expect(found.isEmpty)
  }

  @Test func oneFallsToItsMacro() {
    #expect(warnings(Self.lists + Self.rule("A", "shell") + Self.rule("B", "evt.type = execve and proc.name = sh")) == [
      """
      6 the rule 'B' fires only where 'A' does, which asks for less: two alerts for each such event; \
      leave it out, give it a higher priority, or let the other, at test.yaml:5, pass what this one matches
      """
    ])
  }

  @Test func aNarrowerRuleMayMatterMore() {
    let wide = Self.rule("A", "evt.type = execve and proc.name = sh", "Notice")
    func narrow(_ priority: String) -> String { Self.rule("B", "evt.type = execve and proc.name = sh and user.uid = 0", priority) }
    #expect(warnings(wide + narrow("Warning")).isEmpty)
    #expect(warnings(wide + narrow("Notice")).count == 1)
    #expect(warnings(wide + narrow("Debug")).count == 1)
    #expect(warnings(narrow("Debug") + wide).map { $0.prefix(1) } == ["1"])
    // Of several, the one that it doesn't go beyond is named.
    #expect(warnings(wide + Self.rule("C", "evt.type = execve and user.uid = 0", "Critical") + narrow("Warning")).allSatisfy { $0.contains("'C'") })
  }

  @Test func exceptionsAreInIt() {
    let exceptions = ", exceptions: [{name: e, fields: proc.pname, values: [cron, at]}]"
    let rules = Self.rule("A", "evt.type = execve and proc.name = sh and not proc.pname = at")
    #expect(warnings(rules + Self.rule("B", "evt.type = execve and proc.name = sh", "Warning", exceptions)).count == 1)
    #expect(warnings(rules + Self.rule("B", "evt.type = execve and proc.name = sh")).map { $0.prefix(1) } == ["1"])
  }

  /// Sigma's rules and Falco's are compared as one.
  @Test func sigmaRulesAreCompared() {
    let sigma = """
      title: S
      logsource: {category: process_creation, product: linux}
      level: medium
      detection:
        a: {Image|endswith: [/bin/nc, /bin/ncat]}
        condition: a
      """
    let loaded = PolicyLoader().load(files: [
      ("a.yaml", Array(Self.rule("A", "evt.type = execve and proc.exepath endswith /usr/bin/ncat").utf8)), ("s.yml", Array(sigma.utf8)),
    ])
    #expect(loaded.warnings.map(\.message) == [
      "the rule 'A' fires only where 'S' does, which asks for less: two alerts for each such event"
    ])
  }

  /// Rules that are all alike, or all within each other, end the search, which is said.
  @Test func theSearchIsBounded() throws {
    var text = ""
    for i in 0..<3_000 { text += Self.rule("R\(i)", "evt.type = execve and proc.args contains \(String(repeating: "a", count: i % 400 + 1)) and proc.pid > \(i)") }
    var loaded: LoadResult?
    let taken = cost { loaded = load(text) }
    #expect(loaded?.policy != nil)
    print("3,000 rules within each other: \(taken), \(loaded?.warnings.count ?? 0) warnings")
    #expect(loaded?.warnings.contains { $0.message.contains("not all were compared") || $0.message.contains("not shown") } == true)
    #expect(taken < .seconds(20))
    let policy = try #require(loaded?.policy)
    #expect(!ShadowFinder.find(in: policy, looks: 1_000).isWhole)
  }

  private func warnings(_ text: String) -> [String] {
    let loaded = load(text)
    #expect(loaded.policy != nil, "\(loaded.report)")
    return loaded.warnings.map { "\($0.location.line) \($0.message)\($0.hint.map { "; \($0)" } ?? "")" }
  }

  /// A rule that only counts for a correlation tells nobody: one like it is no second telling.
  @Test func whatOnlyCountsShadowsNothing() throws {
    func sigma(_ name: String, _ item: String) -> String {
      "title: \(name)\nname: \(name)\nlogsource: {category: process_creation}\ndetection: {a: {\(item)}, condition: a}\n---\n"
    }
    let rules = sigma("one", "Image: /bin/x") + sigma("two", "Image: /bin/x")
    let count = "title: c\ncorrelation: {type: event_count, rules: [one], timespan: 1m, condition: {gte: 2}}"
    let alone = load(rules)
    #expect(try ShadowFinder.find(in: #require(alone.policy)).shadows.count == 1)
    let counted = load(rules + count)
    #expect(try ShadowFinder.find(in: #require(counted.policy)).shadows.isEmpty)
  }
}
