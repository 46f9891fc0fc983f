import FoundationEssentials
import Glibc
import TestSupport
import Testing

/// `--tenants`, and `tenants:` of the configuration.
struct TenantsTests {
  private let folder: TemporaryFolder
  private var tenants: String { "\(folder.path)/tenants.yaml" }
  private var rules: String { "\(folder.path)/site.yaml" }

  init() throws {
    folder = try TemporaryFolder()
    try folder.write(
      """
      tenants:
        - {tenant: a, match: slurm.account = a, rulesets: [web]}
        - {tenant: b, match: slurm.account = b}
      rulesets:
        - {ruleset: web, when: evt.hostname = n1, files: [web.yaml]}

      """, "tenants.yaml")
    try folder.write(Selvage.rule("Site", "evt.type = execve and proc.name = site"), "site.yaml")
    try folder.write(Selvage.rule("Web", "evt.type = execve and proc.name = web"), "web.yaml")
    for tenant in ["a", "b"] {
      mkdir("\(folder.path)/tenants", 0o755)
      mkdir("\(folder.path)/tenants/\(tenant)", 0o755)
      try folder.write(Selvage.rule("Own", "evt.type = execve and proc.name = \(tenant)"), "tenants/\(tenant)/own.yaml")
    }
    try folder.write("tenants: tenants.yaml\nrules: [site.yaml]\n", "selvage.yaml")
  }

  private func breakB() throws { try folder.write("- {rule: Site, enabled: false}\n", "tenants/b/own.yaml") }

  @Test func checkTellsOfTenantsAndRulesets() throws {
    let end = try Selvage.run("check", "--report", "--tenants", tenants, rules)
    #expect(end.status == 0 && end.errors.isEmpty, "\(end)")
    let own = "\(folder.path)/tenants"
    #expect(
      end.output == """
        full\tSite\t\(rules):1\tsite
        full\tWeb\t\(folder.path)/web.yaml:1\truleset web
        full\tOwn\t\(own)/a/own.yaml:1\ttenant a
        full\tOwn\t\(own)/b/own.yaml:1\ttenant b
        ruleset web\trules: 1, in files: 1\tlisted by tenants: 1\twhen evt.hostname = n1
        tenant a\trulesets: web\trules of its own: 1, in files: 1
        tenant b\trulesets: none\trules of its own: 1, in files: 1
        tenant host\trulesets: none\tno rules of its own
        tenant unassigned\trulesets: none\tno rules of its own
        2 files: 2 of 2 rules active; 0 macros, 0 lists; 0 errors, 0 warnings

        """)
    // The same from the configuration; without tenants nothing of them.
    let configured = try Selvage.run("check", "--report", "--config", "\(folder.path)/selvage.yaml")
    #expect(configured.output == end.output)
    #expect(try Selvage.run("check", rules).output == "1 files: 1 of 1 rules active; 0 macros, 0 lists; 0 errors, 0 warnings\n")
  }

  private struct Found: Decodable {
    struct Tenant: Decodable, Equatable {
      let name: String
      let rulesets: [String]
      let ownRules: String
      let active: Int
      let errors: Int
    }
    struct Ruleset: Decodable {
      let name: String
      let active: Int
      let when: String?
    }
    struct Rule: Decodable {
      let name: String
      let scope: String?
    }

    let ok: Bool
    let tenants: [Tenant]?
    let rulesets: [Ruleset]?
    let rules: [Rule]
  }

  @Test func aTenantsErrorIsTheStatusOfCheckAlone() throws {
    try breakB()
    let text = try Selvage.run("check", "--tenants", tenants, rules)
    #expect(text.status == 1)
    #expect(text.errors.contains("tenants/b/own.yaml:1:4: error: the rule 'Site' is the site's: a tenant's file can't switch it on or off"))
    #expect(text.errors.contains("tenants.yaml:3:6: error: the rules of the tenant 'b' are left out: its files have an error"))
    #expect(text.output.contains("tenant b\trulesets: none\tits own rules are left out: errors in its files: 1\n"))
    let end = try Selvage.run("check", "--json", "--tenants", tenants, rules)
    #expect(end.status == 1)
    let found = try JSONDecoder().decode(Found.self, from: Data(end.output.utf8))
    #expect(found.ok)
    #expect(found.tenants?.map(\.ownRules) == ["whole", "leftOut", "none", "none"])
    #expect(found.tenants?[0] == .init(name: "a", rulesets: ["web"], ownRules: "whole", active: 1, errors: 0))
    #expect(found.tenants?[1].errors == 1)
    #expect(found.rulesets?.map(\.active) == [1] && found.rulesets?[0].when == "evt.hostname = n1")
    #expect(found.rules.map(\.scope) == ["site", "ruleset web", "tenant a"])

    let trace = try folder.write(#"{"kind":"exec","exe":"/bin/x"}"# + "\n", "one.jsonl")
    let replay = try Selvage.run("replay", "--all", trace, "--rules", rules, "--tenants", tenants)
    #expect(replay.status == 0, "\(replay)")
    #expect(replay.errors.contains("the rules of the tenant 'b' are left out"))
    // The tenants themselves are the site's: with an error in them nothing holds.
    try folder.write("tenants: [{tenant: a, match: proc.name = x}]\n", "tenants.yaml")
    #expect(try Selvage.run("replay", "--all", trace, "--rules", rules, "--tenants", tenants).status == 1)
    #expect(try Selvage.run("check", "--tenants", "\(folder.path)/none.yaml", rules).status == 1)
  }

  @Test func rulesSayWhoseTheyAre() throws {
    let list = try Selvage.run("rules", "list", "--config", "\(folder.path)/selvage.yaml")
    #expect(
      list.output.split(separator: "\n").compactMap { $0.split(separator: "\t").last } == [
        "site", "ruleset web", "tenant a", "tenant b",
      ], "\(list)")
    // Other rules come without the configuration's tenants; its own with other tenants.
    let other = try Selvage.run("rules", "list", "--config", "\(folder.path)/selvage.yaml", "--rules", rules)
    #expect(other.output.split(separator: "\n").count == 1, "\(other)")
    let fewer = try folder.write("tenants: [{tenant: b, match: slurm.account = b}]\n", "fewer.yaml")
    let tenants = try Selvage.run("rules", "list", "--config", "\(folder.path)/selvage.yaml", "--tenants", fewer)
    #expect(tenants.output.split(separator: "\n").map { $0.split(separator: "\t")[1] } == ["Site", "Own"], "\(tenants)")
  }

  @Test func oneNameOfTwoTenants() throws {
    let both = try Selvage.run("rules", "show", "Own", "--rules", rules, "--tenants", self.tenants)
    #expect(both.status == 2)
    #expect(both.errors == "selvage: 2 tenants have a rule 'Own'; say whose, as 'a/Own' or 'b/Own'\n")
    let one = try Selvage.run("rules", "show", "b/Own", "--rules", rules, "--tenants", self.tenants)
    #expect(one.output.contains("  scope      tenant b\n") && one.output.contains("proc.name = b"), "\(one)")
    #expect(try Selvage.run("rules", "show", "Site", "--rules", rules, "--tenants", self.tenants).output.contains("  scope      site\n"))
  }

  private struct Told: Decodable {
    let rule: String
    let output: String
  }

  @Test(.enabled(if: Selvage.isRoot, "needs root: it loads programs into the kernel"))
  func aReloadKeepsWhatWasGood() throws {
    let alerts = "\(folder.path)/alerts.json"
    try folder.write("record_socket: r.sock\ncontrol_socket: c.sock\ntenants: tenants.yaml\nrules: [site.yaml]\n", "selvage.yaml")
    let agent = try Selvage.live("--config", "\(folder.path)/selvage.yaml", "--json", alerts)
    try breakB()
    agent.signal(SIGHUP)
    try agent.says("Reloaded: 4 rules")
    #expect(agent.errors.contains("the rules of the tenant 'b' stay as they were: its files have an error"), "\(agent.errors)")
    // What was never good has no rules.
    try folder.write("- [", "tenants/a/own.yaml")
    unlink("\(folder.path)/tenants/b/own.yaml")
    agent.signal(SIGHUP)
    #expect(eventually { agent.errors.split(separator: "Reloaded: ").count == 3 }, "\(agent.errors)")
    agent.signal(SIGTERM)
    #expect(try agent.finish().status == 0)
    let told = try lines(contents(alerts)).map { try JSONDecoder().decode(Told.self, from: Data($0.utf8)) }
    #expect(
      told.filter { $0.rule == "Rules reloaded" }.map(\.output) == [
        "4 rules hold from here on; the files of 1 tenants have errors: b",
        "3 rules hold from here on; the files of 1 tenants have errors: a",
      ])
  }
}
