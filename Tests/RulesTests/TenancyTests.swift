import Glibc
import Testing
import TestSupport

@testable import Rules

/// `tenants.yaml` and what comes of it.
struct TenancyTests {
  private static let file = """
    tenants:
      - tenant: m1234
        desc: Materials portal
        match: evt.hostname = a
        rulesets: [baseline, web]
        owners: [group:m1234-admins, user:1001]
        limits: {rules: 20, events_per_second: 5000, alerts_per_minute: 9}
        syslog: {facility: local4}
      - tenant: host
        rulesets: [baseline]
      - tenant: m2
        match: evt.hostname in (nodes)
    rulesets:
      - ruleset: baseline
        desc: For all
        files: [rules/base/*.yaml]
      - ruleset: web
        files: [rules/web.yaml, rules/base/b.yaml]
      - ruleset: storage
        when: evt.hostname startswith gpu
        files: [extra]
    """

  private func site() throws -> Site {
    let site = try Site(Self.file)
    try site.write("rules/00.yaml", "- {list: nodes, items: [x, y]}\n" + falco("Everywhere"))
    try site.write("rules/base/a.yaml", falco("A", "evt.type = execve and proc.name = a"))
    try site.write("rules/base/b.yaml", falco("B", "evt.type = execve and proc.name = b"))
    try site.write("rules/web.yaml", falco("Web", "evt.type = execve and proc.name = w"))
    try site.write("extra/x/s.yaml", falco("S", "evt.type = execve and proc.name = s"))
    return site
  }

  @Test func tenantsAndRulesetsCompile() throws {
    let loaded = try site().load(["rules"])
    let policy = try #require(loaded.policy, "\(loaded.report)")
    #expect(loaded.diagnostics.isEmpty, "\(loaded.report)")
    let tenancy = try #require(policy.tenancy)
    #expect(tenancy.tenants.map(\.name) == ["m1234", "m2", "host", "unassigned"])
    #expect(tenancy.tenants[tenancy.host].name == "host" && tenancy.tenants[tenancy.unassigned].name == "unassigned")
    #expect(tenancy.tenants.map(\.rulesets) == [[0, 1], [], [0], []])
    let first = tenancy.tenants[0]
    #expect(first.description == "Materials portal")
    #expect(first.owners == [.group(.name("m1234-admins")), .user(.id(1001))])
    #expect(first.limits.rules == 20 && first.limits.eventsPerSecond == 5000 && first.limits.alertsPerMinute == 9)
    #expect(first.limits.bytes == TenantLimits().bytes)
    #expect(first.syslog.facility == .local4)
    #expect(first.match.flatMap { policy.text(of: $0) } == "evt.hostname = a")
    #expect(tenancy.tenants[1].match.flatMap { policy.text(of: $0) } == "evt.hostname in (x, y)")
    #expect(tenancy.tenants[2].match == nil && tenancy.tenants[3].match == nil)
    #expect(tenancy.rulesets.map { $0.when.flatMap { policy.text(of: $0) } } == [nil, nil, "evt.hostname startswith gpu"])
    #expect(loaded.rulesetFiles == [2, 2, 1])
  }

  @Test func rulesHaveTheScopeOfTheirFile() throws {
    let loaded = try site().load(["rules"])
    let policy = try #require(loaded.policy, "\(loaded.report)")
    #expect(policy.rules.map(\.name) == ["Everywhere", "A", "B", "Web", "S"])
    #expect(policy.rules.map(\.scope) == [.site, .rulesets([0]), .rulesets([0, 1]), .rulesets([1]), .rulesets([2])])
    #expect(loaded.rules.map(\.scope) == policy.rules.map(\.scope))
    #expect(policy.scope(of: "B") == "ruleset baseline, web")
    // The same without `rules`: what rulesets name is read all the same.
    let alone = try site()
    try alone.write("tenants.yaml", Self.file.replacing("in (nodes)", with: "= z"))
    #expect(alone.load().policy?.rules.map(\.name) == ["A", "B", "Web", "S"])
  }

  @Test func withoutTenantsEverythingIsAsBefore() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write(falco("A"), "a.yaml")
    let policy = try #require(PolicyLoader().load(paths: [path]).policy)
    #expect(policy.tenancy == nil && policy.rulesByTenant.isEmpty && policy.rules[0].scope == .site)
  }

  @Test(arguments: [
    ("tenants: [{tenant: A1, match: evt.hostname = a}]", "1:20 'A1' can't name a tenant; expected lower-case letters, digits, '.', '_' and '-', the first a letter or digit, 64 at most"),
    ("tenants: [{tenant: ../x, match: evt.hostname = a}]", "1:20 '../x' can't name a tenant; expected lower-case letters, digits, '.', '_' and '-', the first a letter or digit, 64 at most"),
    ("tenants: [{tenant: .x, match: evt.hostname = a}]", "1:20 '.x' can't name a tenant; expected lower-case letters, digits, '.', '_' and '-', the first a letter or digit, 64 at most"),
    ("tenants: [{tenant: a, match: evt.hostname = a}, {tenant: a, match: evt.hostname = b}]", "1:58 there are two tenants 'a'; the other is at line 1"),
    ("tenants: [{tenant: a, math: evt.hostname = a}]", "1:23 unknown key 'math'; did you mean 'match'?\n1:12 the tenant has no 'match'; is 'math' a slip of the pen?"),
    ("tenants: [{match: evt.hostname = a}]", "1:11 the tenant has no name; it begins with `- tenant: NAME`"),
    ("tenants: [{tenant: host, match: evt.hostname = a}]", "1:26 'host' has no 'match': the processes in no workload belong to it"),
    ("tenants: [{tenant: unassigned, match: evt.hostname = a}]", "1:32 'unassigned' has no 'match': the workloads that no tenant's match holds for belong to it"),
    ("tenants: [{tenant: a, match: evt.hostname = a, rulesets: [bse]}]\nrulesets: [{ruleset: base, when: evt.hostname = a, files: []}]", "1:59 unknown ruleset 'bse'; did you mean 'base'?"),
    ("tenants: [{tenant: a, match: evt.hostname = a, owners: [alice]}]", "1:57 'alice' is no owner; expected user:NAME, user:UID, group:NAME or group:GID"),
    ("tenants: [{tenant: a, match: evt.hostname = a, owners: ['user:4294967295']}]", "1:57 'user:4294967295' is no owner; expected user:NAME, user:UID, group:NAME or group:GID"),
    ("tenants: [{tenant: a, match: evt.hostname = a, limits: {rule: 1}}]", "1:57 unknown key 'rule'; did you mean 'rules'?"),
    ("tenants: [{tenant: a, match: evt.hostname = a, limits: {rules: many}}]", "1:64 'rules' must be a whole number from 0 to 20000"),
    ("tenants: [{tenant: a, match: evt.hostname = a, syslog: {facility: locl4}}]", "1:67 unknown facility 'locl4'; did you mean 'local4'?"),
    ("tenants: [{tenant: a, match: evt.hostname = }]", "1:44 expected a value after '='"),
    ("tenants: [{tenant: a, match: proc.name = x}]", "1:30 'proc.name' tells of an event, not of a workload; expected evt.hostname, or a field of workload, container, k8s or slurm"),
    ("tenants: [{tenant: a, match: evt.hostname = x and tolower(fd.name) = y}]", "1:59 'fd.name' tells of an event, not of a workload; expected evt.hostname, or a field of workload, container, k8s or slurm"),
    ("tenants: [{tenant: a, match: evt.hostname = val(user.uid)}]", "1:49 'user.uid' tells of an event, not of a workload; expected evt.hostname, or a field of workload, container, k8s or slurm"),
    ("tenants: [{tenant: a, match: slurm.acount = x}]", "1:30 unknown field 'slurm.acount'"),
    ("rulesets: [{ruleset: a, when: tenant.name = b, files: []}]", "1:31 'tenant.name' is decided only by 'match'; a tenant lists its rulesets by name"),
    ("tenants: [{tenant: a, match: m}]", "1:30 unknown macro 'm'; fields have a dot in their name"),
    ("rulesets: [{ruleset: a}]", "1:13 the ruleset has no 'files'"),
    ("rules: []", "1:1 unknown key 'rules'"),
    ("tenants: {a: b}", "1:10 'tenants' must be a list, found a mapping; write each after a '-'"),
    ("- a", "1:1 expected keys with their values, found a list; a line looks like `key: value`"),
    ("tenants: [", "1:11 while parsing a flow node: did not find expected node content"),
  ])
  func errorsHaveTheirPlace(text: String, expected: String) throws {
    let site = try Site(text)
    let loaded = site.load()
    #expect(loaded.policy == nil)
    let said = loaded.errors.map { "\($0.location.line):\($0.location.column) \($0.message)\($0.hint.map { "; \($0)" } ?? "")" }
    #expect(said.joined(separator: "\n").hasPrefix(expected), "\(loaded.report)")
    #expect(loaded.errors.allSatisfy { isInside($0.location, loaded.sources[$0.location.file]) })
  }

  @Test func macrosMayAskForFactsAlone() throws {
    let site = try Site("tenants: [{tenant: a, match: evt.hostname = x and outer}]")
    try site.write("r.yaml", "- {macro: inner, condition: proc.name = x}\n- {macro: outer, condition: inner}\n" + falco("R"))
    #expect(
      site.said(site.load(["r.yaml"])) == [
        "tenants.yaml:1:51 error: by the macro 'outer' it asks for 'proc.name', which tells of an event, not of a workload; "
          + "expected evt.hostname, or a field of workload, container, k8s or slurm"
      ])
    try site.write("r.yaml", "- {macro: inner, condition: evt.hostname = y}\n- {macro: outer, condition: not inner}\n" + falco("R"))
    let policy = try #require(site.load(["r.yaml"]).policy)
    #expect(policy.tenancy?.tenants[0].match.flatMap { policy.text(of: $0) } == "evt.hostname = x and not evt.hostname = y")
  }

  @Test func whatIsSurelyNotMeantIsWarnedOf() throws {
    let site = try Site(
      """
      tenants: [{tenant: a, match: evt.hostname = a}]
      rulesets:
        - {ruleset: idle, files: [none/*.yaml]}
        - {ruleset: used, when: evt.hostname = a, files: [rules/**/r.yaml]}
      """)
    try site.write("rules/r.yaml", falco("R"))
    try site.write("rules/deep/er/r.yaml", falco("S", "evt.type = execve and proc.name = s"))
    try site.write("tenants/b/r.yaml", falco("T"))
    let loaded = site.load()
    #expect(
      site.said(loaded) == [
        "tenants.yaml:3:29 warning: the ruleset 'idle' names no file by 'none/*.yaml'; it is relative to the folder of 'tenants.yaml'",
        "tenants/b:1:1 warning: there is no tenant 'b': the rules here hold for nobody; did you mean 'a'?",
        "tenants.yaml:3:6 warning: no tenant lists the ruleset 'idle', and it has no 'when': its rules never hold",
      ])
    #expect(loaded.policy?.rules.map(\.name) == ["S", "R"])
    #expect(loaded.rulesetFiles == [0, 2])
  }
}
