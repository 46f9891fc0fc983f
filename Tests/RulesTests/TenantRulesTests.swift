import Glibc
import Testing
import TestSupport

@testable import Rules

/// Tenants' own rule files, and the walls around them.
struct TenantRulesTests {
  private static let tenants = """
    tenants:
      - {tenant: a, match: evt.hostname = a}
      - {tenant: b, match: evt.hostname = b}
    """

  private static let siteRules = """
    - {list: shells, items: [bash, sh]}
    - {macro: spawned, condition: evt.type = execve}
    - {macro: shell, condition: spawned and proc.name in (shells)}
    - {rule: Site, desc: d, condition: shell, output: o, priority: Error}

    """

  private func site(_ tenants: String = tenants) throws -> Site {
    let site = try Site(tenants)
    try site.write("rules.yaml", Self.siteRules)
    return site
  }

  @Test func tenantsHaveRulesOfTheirOwn() throws {
    let site = try site()
    try site.write("tenants/a/own.yaml", """
      - {list: tools, items: [curl, shells]}
      - {macro: tool, condition: spawned and proc.name in (tools)}
      - {rule: Same, desc: d, condition: tool, output: o, priority: Error}
      - {rule: More, desc: d, condition: shell and proc.pname = x, output: o, priority: Error}
      """)
    try site.write("tenants/b/x/own.yaml", falco("Same", "evt.type = execve and proc.name = b"))
    let loaded = site.load(["rules.yaml"])
    let policy = try #require(loaded.policy, "\(loaded.report)")
    #expect(loaded.diagnostics.isEmpty, "\(loaded.report)")
    #expect(policy.rules.map(\.name) == ["Site", "Same", "More", "Same"])
    #expect(policy.rules.map(\.scope) == [.site, .tenant(0), .tenant(0), .tenant(1)])
    #expect(policy.names(ofTenant: "a") == ["Same", "More"] && policy.names(ofTenant: "b") == ["Same"])
    #expect(policy.names(ofTenant: "host") == [])
    // The site's alone.
    #expect(policy.rulesByKind.joined().map { policy.rules[$0].name } == ["Site"])
    #expect(policy.conditionText(of: policy.rules[1]) == "evt.type = execve and proc.name in (bash, curl, sh)")
    #expect(policy.conditionText(of: policy.rules[3]) == "evt.type = execve and proc.name = b")
    #expect(loaded.tenants.map(\.state) == [.whole, .whole, .none, .none])
    #expect(loaded.tenants[0].counts.active == 2 && loaded.counts.active == 1)
  }

  /// Each leaves that tenant's rules out, as a whole, and nobody else's.
  @Test(arguments: [
    ("- {rule: Site, enabled: false}", "1:4 error: the rule 'Site' is the site's: a tenant's file can't switch it on or off"),
    ("- {rule: Site, desc: d, condition: evt.type = execve, output: o, priority: Error}", "1:4 error: the rule 'Site' is the site's: a tenant's file can't define it anew; give this one another name"),
    ("- {rule: Site, condition: and proc.pid = 1, append: true}", "1:4 error: the rule 'Site' is the site's: a tenant's file can't change it"),
    ("- {rule: Site, exceptions: [{name: e, fields: proc.name, values: [bash]}], override: {exceptions: append}}", "1:4 error: the rule 'Site' is the site's: a tenant's file can't change it"),
    ("- {macro: shell, condition: proc.pid = 1}", "1:4 error: the macro 'shell' is the site's: a tenant's file can't define it anew; give this one another name"),
    ("- {macro: shell, condition: or proc.pid = 1, append: true}", "1:4 error: the macro 'shell' is the site's: a tenant's file can't change it"),
    ("- {list: shells, items: []}", "1:4 error: the list 'shells' is the site's: a tenant's file can't define it anew; give this one another name"),
    ("- {list: shells, items: [x], override: {items: append}}", "1:4 error: the list 'shells' is the site's: a tenant's file can't change it"),
    ("- {rule: Other, enabled: false}", "1:4 error: no rule 'Other' stands before this"),
    ("- [", "1:4 error: while parsing"),
    ("- {rule: R, desc: d, condition: proc.nmae = x, output: o, priority: Error}", "1:33 error: unknown field 'proc.nmae'; did you mean 'proc.name'?"),
  ])
  func whatATenantMayNot(text: String, expected: String) throws {
    let site = try site()
    try site.write("tenants/a/bad.yaml", text + "\n")
    try site.write("tenants/a/good.yaml", falco("Good"))
    try site.write("tenants/b/own.yaml", falco("B"))
    let loaded = site.load(["rules.yaml"])
    let policy = try #require(loaded.policy, "\(loaded.report)")
    #expect(site.said(loaded).first?.hasPrefix("tenants/a/bad.yaml:\(expected)") == true, "\(loaded.report)")
    #expect(
      site.said(loaded).last
        == "tenants.yaml:2:6 error: the rules of the tenant 'a' are left out: its files have an error; the site's rules hold for it all the same")
    #expect(policy.rules.map(\.name) == ["Site", "B"])
    #expect(policy.conditionText(of: policy.rules[0]) == "evt.type = execve and proc.name in (bash, sh)")
    #expect(policy.names(ofTenant: "a") == [] && policy.names(ofTenant: "b") == ["B"])
    #expect(loaded.tenants.map(\.state) == [.leftOut, .whole, .none, .none])
    // Nothing of them is left behind, nor told as theirs.
    #expect(policy.predicates.count == 3 + 2)
    #expect(!loaded.rules.contains { $0.name == "Good" })
  }

  /// Nor does a folder of the site's rules that theirs is in make them the site's.
  @Test func tenantsFilesAreNotTheSites() throws {
    let site = try site()
    try site.write("tenants/a/own.yaml", falco("A"))
    #expect(symlink("tenants/a/own.yaml", "\(site.root)/link.yaml") == 0)
    for path in ["tenants", "link.yaml", "tenants/../tenants/a"] {
      let loaded = site.load(["rules.yaml", path])
      #expect(loaded.policy == nil)
      #expect(loaded.errors.map(\.message) == ["it is a tenant's own, and can't be among the site's rules"], "\(path)")
    }
  }

  @Test(arguments: [
    ("limits: {rules: 2}", "there are more than 2 rules"),
    ("limits: {bytes: 200}", "which is this tenant's limit"),
    ("limits: {operations: 8}", "is too large once its macros are put in"),
    ("limits: {costly_rules: 1}", "no index finds 3 of the rules, so that every event of their kinds tries them: 1 are this tenant's limit"),
  ])
  func limitsHold(limits: String, expected: String) throws {
    let tenants = Self.tenants.replacing("tenant: a,", with: "tenant: a, \(limits),")
    let site = try site(tenants)
    try site.write(
      "tenants/a/own.yaml", (1...3).map { falco("R\($0)", "evt.type = execve and proc.name != x\($0)") }.joined())
    try site.write("tenants/b/own.yaml", (1...3).map { falco("R\($0)", "evt.type = execve and proc.name = x\($0)") }.joined())
    let loaded = site.load(["rules.yaml"])
    let policy = try #require(loaded.policy, "\(loaded.report)")
    #expect(loaded.tenants.map(\.state) == [.leftOut, .whole, .none, .none])
    #expect(loaded.errors.contains { $0.message.contains(expected) }, "\(loaded.report)")
    #expect(policy.names(ofTenant: "b") == ["R1", "R2", "R3"])
    let usual = try self.site()
    try usual.write("tenants/a/own.yaml", (1...3).map { falco("R\($0)", "evt.type = execve and proc.name != x\($0)") }.joined())
    #expect(usual.load(["rules.yaml"]).tenants[0].state == .whole)
  }

  @Test func costlyIsWhatNoIndexFinds() throws {
    func isCostly(_ condition: String) throws -> Bool {
      let (rule, policy) = try compile(condition)
      return rule.isCostly(policy.predicates)
    }
    for condition in [
      "evt.type = execve and proc.name = a", "evt.type = execve and proc.name in (a, b) and proc.args != x",
      "proc.name != x and evt.type = setuid or evt.type = execve and proc.name = a", "evt.type = execve and user.uid = 0",
      "evt.type = execve and proc.is_exe_from_memfd = true", "evt.type = connect and fd.sip = 10.0.0.0/8",
      "evt.type = execve and (proc.name = a or proc.cmdline contains x)",
    ] { #expect(try !isCostly(condition), "\(condition)") }
    for condition in [
      "evt.type = execve", "evt.type = execve and proc.name != a", "evt.type = execve and not proc.name = a",
      "evt.type = execve and (proc.name = a or proc.args != x)", "evt.type = execve and tolower(proc.name) != a",
      "evt.type in (execve, setuid) and proc.name exists",
    ] { #expect(try isCostly(condition), "\(condition)") }
  }

  /// On a reload, what was good stays in force.
  @Test func lastGoodFilesMayStay() throws {
    let site = try site()
    try site.write("tenants/a/own.yaml", falco("Old"))
    let first = site.load(["rules.yaml"])
    let good = Dictionary(uniqueKeysWithValues: first.tenants.map { ($0.name, $0.sources) }.filter { !$0.1.isEmpty })
    #expect(good.keys.sorted() == ["a"])
    try site.write("tenants/a/own.yaml", falco("New", "proc.nmae = x"))
    let second = site.load(["rules.yaml"], lastGood: good)
    #expect(second.policy?.names(ofTenant: "a") == ["Old"])
    #expect(second.tenants.map(\.state) == [.lastGood, .none, .none, .none])
    #expect(second.errors.last?.message == "the rules of the tenant 'a' stay as they were: its files have an error")
    #expect(second.tenants[0].sources.map(\.bytes) == good["a"]?.map(\.bytes))
    // A tenant that takes its rules away has none.
    unlink("\(site.root)/tenants/a/own.yaml")
    #expect(site.load(["rules.yaml"], lastGood: good).policy?.names(ofTenant: "a") == [])
    // What was good may be so no longer.
    try site.write("tenants/a/own.yaml", "- [")
    try site.write("rules.yaml", Self.siteRules + falco("Old", "evt.type = execve and proc.name = c"))
    #expect(site.load(["rules.yaml"], lastGood: good).tenants[0].state == .leftOut)
  }

  private static let sigma = """
    title: Base
    name: base
    logsource: {product: linux, category: process_creation}
    detection: {a: {Image: /bin/x}, condition: a}

    """
  private static let counting = """
    title: Many
    correlation: {type: event_count, rules: [base], group-by: [User], timespan: 1m, condition: {gte: 3}}

    """

  @Test func correlationsOfATenantTakeItsOwnRulesAlone() throws {
    let site = try site()
    try site.write("base.yml", Self.sigma)
    try site.write("count.yml", Self.sigma.replacing("base", with: "sitebase") + "---\n" + Self.counting.replacing("base", with: "sitebase"))
    try site.write("tenants/a/count.yml", Self.counting)
    let refused = site.load(["rules.yaml", "base.yml"])
    #expect(site.said(refused).first == "tenants/a/count.yml:2:42 error: unknown rule 'base'; a rule's 'name' or 'id' is expected")
    #expect(refused.policy?.rules.map(\.alerts) == [true, true])

    try site.write("tenants/a/base.yml", Self.sigma)
    try site.write("tenants/b/all.yml", Self.sigma + "---\n" + Self.counting)
    let loaded = site.load(["rules.yaml", "base.yml", "count.yml"])
    let policy = try #require(loaded.policy, "\(loaded.report)")
    #expect(policy.rules.map(\.name) == ["Site", "Base", "Base (2)", "Base (3)", "Base (3)"])
    #expect(policy.rules.map(\.alerts) == [true, true, false, false, false])
    #expect(policy.correlations.map(\.scope) == [.site, .tenant(0), .tenant(1)])
    #expect(policy.correlations.map { policy.rules(of: $0) } == [[2], [3], [4]])
  }

  /// Members that are correlations are found by their index in the whole policy.
  @Test func correlationsOfCorrelationsKeepTheirPlaces() throws {
    let site = try site()
    let chain = Self.sigma + "---\nname: many\n" + Self.counting
      + "---\ntitle: Twice\ncorrelation: {type: event_count, rules: [many], timespan: 1h, condition: {gte: 2}}\n"
    for tenant in ["a", "b"] { try site.write("tenants/\(tenant)/c.yml", chain) }
    let loaded = site.load(["rules.yaml"])
    let policy = try #require(loaded.policy, "\(loaded.report)")
    #expect(policy.correlations.map(\.name) == ["Many", "Twice", "Many", "Twice"])
    #expect(policy.correlations.map { $0.members[0].source } == [.rule(1), .correlation(0), .rule(2), .correlation(2)])
  }

  /// A correlation that holds for some workloads only leaves the rule's own alerts of all others.
  @Test func aRulesetsCorrelationSilencesNothingBeyondIt() throws {
    let site = try Site("rulesets: [{ruleset: r, when: evt.hostname = a, files: [r/*.yml]}]")
    try site.write("rules.yml", Self.sigma)
    try site.write("r/c.yml", Self.counting)
    let loaded = site.load(["rules.yml"])
    #expect(loaded.policy?.rules.map(\.alerts) == [true])
    #expect(loaded.warnings.map(\.message) == ["the rule 'base' sees workloads that this correlation doesn't, and alerts by itself as well"])
    try site.write("r/c.yml", Self.sigma.replacing("base", with: "own") + "---\n" + Self.counting.replacing("base", with: "own"))
    let own = site.load()
    #expect(own.policy?.rules.map(\.alerts) == [false] && own.warnings.isEmpty, "\(own.report)")
  }

  @Test func twoAlertsForAnEventAreWarnedOfWhereBothHold() throws {
    let site = try Site(
      """
      rulesets:
        - {ruleset: r, when: evt.hostname = a, files: [r.yaml]}
        - {ruleset: s, when: evt.hostname = b, files: [s.yaml]}
      """)
    try site.write("r.yaml", falco("R"))
    try site.write("s.yaml", falco("S"))
    #expect(site.load().diagnostics.isEmpty)
    try site.write("all.yaml", falco("All"))
    #expect(
      Set(site.load(["all.yaml"]).warnings.map(\.message)) == [
        "the rule 'R' has the condition of 'All': two alerts for each event",
        "the rule 'S' has the condition of 'All': two alerts for each event",
      ])
  }

  /// Each tenant's rules are compiled apart, over one pool of tests.
  @Test func aThousandTenantsCompileInTime() throws {
    let count = 1_000
    let site = try site(
      "tenants:\n" + (0..<count).map { "  - {tenant: t\($0), match: evt.hostname = h\($0)}\n" }.joined())
    for tenant in 0..<count {
      let rules = (0..<20).map { falco("R\($0)", "shell and proc.pname = p\($0) and proc.args contains t\(tenant % 50)") }
      try site.write("tenants/t\(tenant)/r.yaml", rules.joined())
    }
    var loaded: LoadResult?
    let took = cost { loaded = site.load(["rules.yaml"]) }
    let policy = try #require(loaded?.policy)
    #expect(loaded?.diagnostics.isEmpty == true)
    #expect(policy.rules.count == 1 + count * 20 && policy.rulesByTenant.allSatisfy { $0.count == 20 || $0.isEmpty })
    #expect(policy.predicates.count == 2 + 20 + 50 + count)
    print("1,000 tenants of 20 rules took \(took)")
    #expect(took < .seconds(60))
  }
}
