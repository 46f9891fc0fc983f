import Events
import TestSupport
import Testing

@testable import Rules

/// Whatever `tenants.yaml` and tenants' files hold, loading ends, says what is wrong where an editor can go, and lets no
/// tenant touch the site's rules.
struct TenancyFuzzTests {
  private static let tenants = Array(
    """
    tenants:
      - tenant: m1234
        desc: Materials portal
        match: slurm.account = m1234 or k8s.ns.project = "c-m-x1:p-abc" and not apps
        rulesets: [baseline, web]
        owners: [group:m1234-admins, user:1001]
        limits: {rules: 20, bytes: 4000, operations: 100, costly_rules: 1, events_per_second: 5000}
        syslog: {facility: local4}
      - {tenant: host, rulesets: [baseline]}
      - {tenant: b, match: 'workload.mount.fstype intersects (shared) and k8s.pod.label[app] glob "x*?"'}
      - {tenant: c, match: "k8s.ns.name startswith web and container.privileged = true or slurm.job > 7"}
      - {tenant: d, match: "k8s.ns.name regex 'web-.*' and workload.kind in (container, session)"}
    rulesets:
      - {ruleset: baseline, desc: d, files: [a.yaml]}
      - ruleset: web
        when: tolower(evt.hostname) = n1 or apps
        files: [web/*.yaml, "[a-z]**"]
    """.utf8)

  private static let site = Array(
    """
    - {list: shared, items: [gpfs, nfs4]}
    - {macro: apps, condition: "k8s.pod.label[app] in (shared, web)"}
    - {macro: shell, condition: "evt.type = execve and proc.name in (bash, shared)"}
    - {rule: Site, desc: d, condition: shell, output: o, priority: Error}
    """.utf8)

  private static let own = Array(
    """
    - {list: mine, items: [shared, x]}
    - {macro: my_shell, condition: shell and proc.args in (mine)}
    - {rule: Own, desc: d, condition: my_shell or shell and proc.pname = y, output: "%proc.name", priority: Error}
    - {rule: Own, condition: and not proc.pid = 1, append: true}
    """.utf8)

  private static let forbidden = Array("\n- {rule: Site, enabled: false}".utf8)

  @Test func mutatedTenantsLoadOrFail() {
    let expected = load(String(decoding: Self.site, as: UTF8.self)).policy.flatMap { policy in policy.rules.first.flatMap { policy.conditionText(of: $0) } }
    var (compiled, whole) = (0, 0)
    let loads = Fuzzing.run(6) { random in
      let isOfTenants = Bool.random(using: &random)
      let text = isOfTenants ? Fuzzing.mutated(Self.tenants, &random) : Self.tenants
      var own = isOfTenants ? Self.own : Fuzzing.mutated(Self.own, &random)
      if Int.random(in: 0..<4, using: &random) == 0 { own += Self.forbidden }
      var log = DiagnosticLog(limit: 100)
      let limits = LoadLimits()
      var input = PolicyInput(sources: [SourceFile(name: "a.yaml", bytes: Self.site)])
      guard let file = SourceReader.check(name: "tenants.yaml", bytes: text, limits: limits, log: &log),
        let mine = SourceReader.check(name: "own.yaml", bytes: own, limits: limits, log: &log)
      else { return }
      input.tenantsFile = file
      input.tenancy = TenancyReader.read(file, limits: limits, log: &log)
      for tenant in input.tenancy?.tenants ?? [] {
        input.tenants[tenant.name] = TenantFiles(sources: [mine], log: DiagnosticLog(limit: 10))
      }
      let loaded = PolicyLoader().load(input, lastGood: ["m1234": [mine]], log)
      let seed = "\(text) \(own), seed \(Fuzzing.seed)"
      #expect(loaded.diagnostics.allSatisfy { isInside($0.location, loaded.sources[$0.location.file]) }, "\(seed)")
      #expect(!loaded.report.unicodeScalars.contains { $0 != "\n" && EscapedText.isHostile($0) }, "\(seed)")
      guard let policy = loaded.policy else {
        #expect(!loaded.errors.isEmpty, "\(seed)")
        return
      }
      compiled += 1
      whole += loaded.tenants.count { $0.state == .whole }
      let tenancy = policy.tenancy
      #expect(loaded.tenants.map(\.name) == tenancy?.tenants.map(\.name), "\(seed)")
      #expect(tenancy?.tenants.suffix(2).map(\.name) == ["host", "unassigned"], "\(seed)")
      // The site's rule is as it was, and the tenants' see nothing but their own.
      #expect(policy.rules.first.flatMap { policy.conditionText(of: $0) } == expected, "\(seed)")
      #expect(policy.rules.dropFirst().allSatisfy { if case .tenant = $0.scope { $0.name != "Site" } else { false } }, "\(seed)")
      let programs = policy.rules.map(\.condition) + (tenancy?.tenants.compactMap(\.match) ?? [])
      let tests = programs.flatMap(\.operations).compactMap { if case .test(let index) = $0 { index } else { nil } }
      #expect(tests.allSatisfy(policy.predicates.indices.contains), "\(seed)")
    }
    #expect(loads > 10 && compiled > 5 && whole > 5)
  }

  @Test func patternsOfPathsEnd() {
    #expect(PathGlob(["*.yaml"].map { Array($0.utf8) }).matches("a.yaml"))
    #expect(!PathGlob(["*.yaml"].map { Array($0.utf8) }).matches("b/a.yaml"))
    #expect(PathGlob(["**", "a?.yaml"].map { Array($0.utf8) }).matches("ab.yaml"))
    #expect(PathGlob(["**", "a?.yaml"].map { Array($0.utf8) }).matches("x/y/ab.yaml"))
    #expect(PathGlob(["x", "**"].map { Array($0.utf8) }).matches("x/y/z"))
    #expect(!PathGlob(["x", "*", "[ab]"].map { Array($0.utf8) }).matches("x/y/c"))
    let stars = PathGlob([[UInt8]](repeating: Array("**".utf8), count: 500) + [Array("b".utf8)])
    let took = cost { #expect(!stars.matches([String](repeating: "a", count: 500).joined(separator: "/"))) }
    #expect(took < .seconds(5), "\(took)")
  }
}
