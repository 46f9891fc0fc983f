import Engine
import Events
import Glibc
import Rules
import TestSupport
import Testing

@testable import Trials

/// Tests and differences of rules that see some tenants' workloads only.
struct TenantTests {
  private let folder: TemporaryFolder
  private static let rule = "desc: d, output: o, priority: Error, condition: evt.type = execve and proc.name = sh"

  init() throws {
    folder = try TemporaryFolder()
    try folder.write("- {rule: Site, \(Self.rule)}\n", "rules.yaml")
    try folder.write("- {rule: Service, \(Self.rule)}\n", "service.yaml")
    try folder.write(
      """
      tenants:
      - {tenant: web, match: container.name startswith web, rulesets: [service]}
      - {tenant: db, match: container.name = db}
      rulesets:
      - {ruleset: service, files: [service.yaml]}
      """, "tenants.yaml")
    try folder.write("tenants: [{tenant: nobody, match: container.name = nobody}]\n", "all.yaml")
    mkdir("\(folder.path)/tenants", 0o755)
    mkdir("\(folder.path)/tenants/db", 0o755)
    try folder.write("- {rule: Own, \(Self.rule)}\n", "tenants/db/own.yaml")
  }

  private static func container(_ cgroup: Int, _ name: String) -> String {
    let id = String(repeating: "\(cgroup % 10)", count: 64)
    return """
      {kind: cgroup, cgroup_id: \(cgroup), name: machine.slice/libpod-\(id).scope},
      {kind: facts, cgroup_id: \(cgroup), source: podman, identity: known, pairs: [container.name, \(name)]},
      {kind: exec, cgroup_id: \(cgroup), pid: \(cgroup), exe: /bin/sh}
      """
  }

  private func run(_ tests: String) throws -> [TestResult] {
    let loaded = TestLoader.load(paths: [try folder.write(tests, "a.test.yaml")], policies: PolicyLoader())
    let plan = try #require(loaded.plan, "\(loaded.diagnostics) \(loaded.brokenRules.map(\.report))")
    return TestRunner.run(plan, threads: 1, wantsCoverage: true).results
  }

  @Test func testsNameTenants() throws {
    let records = "[\(Self.container(11, "web-1")), \(Self.container(12, "db")), \(Self.container(13, "x"))]"
    let results = try run(
      """
      rules: rules.yaml
      tenants: tenants.yaml
      tests:
      - test: each its own
        records: \(records)
        alerts:
        - {rule: Site, tenant: web, count: 1}
        - {rule: Service, tenant: web, count: 1, container.name: web-1}
        - {rule: Site, tenant: db, count: 1}
        - {rule: Own, tenant: db, count: 1}
        - {rule: Site, tenant: unassigned, count: 1}
        quiet: all others
      - test: another's
        records: \(records)
        alerts: [{rule: Service, tenant: db}]
      - test: by other tenants
        tenants: all.yaml
        records: \(records)
        alerts: [{rule: Site, count: 3, tenant: unassigned}]
      """)
    #expect(results.map(\.hasPassed) == [true, false, true], "\(results.first.map { "\($0.outcome)" } ?? "")")
    guard case .failed(let problems) = results[1].outcome else { return }
    #expect(problems.map(\.expected) == ["an alert or more of 'Service' with tenant = \"db\""])
    #expect(problems.first?.lines.last == "  not tenant = \"db\", but \"web\"")
  }

  @Test func tenantsThatAreNotThereAreTold() throws {
    let tests = "rules: rules.yaml\ntenants: none.yaml\ntests: [{test: a, records: [{kind: exec}], quiet: all}]\n"
    let loaded = TestLoader.load(paths: [try folder.write(tests, "a.test.yaml")], policies: PolicyLoader())
    #expect(loaded.plan == nil)
    #expect(loaded.diagnostics.first?.message.hasPrefix("its 'tenants' is not there") == true)
  }

  @Test func aChangeOfTenantsIsToldByTenant() throws {
    let after = try folder.write(
      """
      tenants:
      - {tenant: web, match: container.name = nobody}
      - {tenant: db, match: "container.name in (db, web-1)"}
      rulesets:
      - {ruleset: service, files: [service.yaml]}
      """, "after.yaml")
    func policy(_ tenants: String) throws -> Policy {
      let loaded = PolicyLoader().load(paths: ["\(folder.path)/rules.yaml"], tenants: tenants)
      return try #require(loaded.policy, "\(loaded.report)")
    }
    let old = try policy("\(folder.path)/tenants.yaml")
    var difference = AlertDifference(old: old, new: try policy(after), limit: 1)
    difference.start()
    let lines = try #require(
      TestLoader.load(
        paths: [
          try folder.write(
            "rules: rules.yaml\ntests: [{test: a, records: [\(Self.container(11, "web-1"))], quiet: all}]", "b.test.yaml")
        ], policies: PolicyLoader()
      ).plan?.entries.first?.test.recording)
    guard case .records(let bytes) = lines else { return }
    var reader = try TraceReader(bytes: bytes, name: "t")
    _ = reader.forEach { difference.process($0) }
    let rows = difference.rows.map { "\($0.key.rule) of \($0.key.tenant ?? "?"): -\($0.value.removed.count) +\($0.value.added.count)" }
    #expect(rows.sorted() == ["Own of db: -0 +1", "Service of web: -1 +0", "Site of db: -0 +1", "Site of web: -1 +0"])
    #expect(difference.same == 0)
  }
}
