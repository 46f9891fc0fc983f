import Events
import Rules
import Testing

@testable import Engine

/// Whose a workload is, which rules see it, and what is said while that is not known.
@Suite struct MembershipTests {
  private static let execs = "evt.type = execve"

  /// `web` by its container's name, `jobs` by account; a ruleset that both list, one that only `web` does, one for whoever
  /// has a shared file system.
  private static func site() -> TenantPolicy {
    var policy = TenantPolicy()
    policy.add(tenant: "web", match: "container.name startswith web", rulesets: [0, 1])
    policy.add(tenant: "jobs", match: "slurm.account = m1234", rulesets: [0])
    policy.add(tenant: "host", rulesets: [])
    policy.add(ruleset: "base")
    policy.add(ruleset: "service")
    policy.add(ruleset: "shared", when: "workload.mount.fstype intersects (nfs4, lustre)")
    policy.add(rule: "Site", execs)
    policy.add(rule: "Base", execs, .rulesets([0]))
    policy.add(rule: "Service", execs, .rulesets([1]))
    policy.add(rule: "Shared", execs, .rulesets([2]))
    policy.add(rule: "Either", execs, .rulesets([1, 2]))
    policy.add(rule: "Own", execs, .tenant(0))
    policy.add(rule: "Own", execs, .tenant(1))
    return policy
  }

  /// `record tenant/identity: rules` for each record that fired.
  private static func fired(_ stream: TestStream, _ policy: Policy) -> [String] {
    var fired: [(record: UInt64, whose: String, rules: [String])] = []
    for alert in stream.alerts(policy) {
      let whose = (alert.tenant ?? "?") + (alert.identity.map { "/\($0.name)" } ?? "")
      if fired.last?.record == alert.recordNumber, fired.last?.whose == whose {
        fired[fired.count - 1].rules.append(alert.rule)
      } else {
        fired.append((alert.recordNumber, whose, [alert.rule]))
      }
    }
    return fired.map { "\($0.record) \($0.whose): \($0.rules.joined(separator: " "))" }
  }

  @Test func eachWorkloadHasItsRules() throws {
    var stream = TestStream()
    stream.cgroup(10, CgroupPaths.podman(1))
    stream.facts(10, .known, [("container.name", "web-1")])
    stream.cgroup(11, CgroupPaths.step(42))
    stream.facts(11, .known, [("slurm.account", "m1234")], source: .slurm)
    stream.cgroup(12, CgroupPaths.podman(2))
    stream.facts(12, .known, [("container.name", "db")])
    stream.cgroup(13, CgroupPaths.unit)
    stream.cgroup(14, "system.slice")
    for (pid, cgroup) in zip(100..., 10...14 as ClosedRange<UInt64>) { stream.exec(UInt32(pid), in: cgroup) }
    #expect(
      Self.fired(stream, try Self.site().policy()) == [
        "10 web: Site Base Service Either Own", "11 jobs: Site Base Own", "12 unassigned: Site", "13 unassigned: Site",
        "14 host: Site",
      ])
  }

  @Test func theFirstThatMatchesHasIt() throws {
    var policy = TenantPolicy()
    policy.add(tenant: "a", match: "workload.kind = container and container.image exists")
    policy.add(tenant: "b", match: "workload.kind in (container, slurm-step)")
    policy.add(tenant: "c", match: "workload.kind exists")
    policy.add(rule: "R", Self.execs)
    var stream = TestStream()
    stream.cgroup(10, CgroupPaths.podman(1))
    stream.facts(10, .known, [("container.image", "docker.io/nginx")])
    stream.cgroup(11, CgroupPaths.podman(2))
    stream.facts(11)
    stream.cgroup(12, CgroupPaths.unit)
    for cgroup in 10...12 as ClosedRange<UInt64> { stream.exec(100, in: cgroup) }
    #expect(Self.fired(stream, try policy.policy()) == ["7 a: R", "8 b: R", "9 c: R"])
  }

  @Test func whoIsNotKnownGetsTheStrictestRulesAndNoTenantsOwn() throws {
    var stream = TestStream()
    stream.cgroup(10, CgroupPaths.podman(1))
    stream.exec(100, in: 10)
    stream.facts(10, .pending, [("container.name", "db")])
    stream.exec(101, in: 10)
    stream.facts(10, .unknown, [("container.name", "db")])
    stream.exec(102, in: 10)
    stream.facts(10, .known, [("container.name", "db")])
    stream.exec(103, in: 10)
    #expect(
      Self.fired(stream, try Self.site().policy()) == [
        "3 ?/pending: Site Base Service Shared Either",
        // It is surely not web's, but might have an account.
        "5 ?/pending: Site Base Shared Either", "7 ?/unknown: Site Base Shared Either",
        "8 unassigned: Alert completed", "9 unassigned: Site",
      ])
  }

  @Test func aProcessInNoKnownCgroupMayBeAnybodys() throws {
    var policy = Self.site()
    policy.tenants[2] = Tenant(name: "host", rulesets: [1], location: .whole("t"))
    var stream = TestStream()
    stream.exec(100, in: 0)
    #expect(Self.fired(stream, try policy.policy()) == ["2 ?/unknown: Site Base Service Shared Either"])
  }

  @Test func aRulesetFollowsTheMounts() throws {
    var stream = TestStream()
    stream.mounts(1, ["ext4", "nfs4"], isNode: true)
    stream.cgroup(10, CgroupPaths.podman(1))
    stream.facts(10, .known, [("container.name", "db")])
    stream.exec(100, in: 10, namespace: 7)
    stream.mounts(7, ["overlay"])
    stream.exec(101, in: 10, namespace: 7)
    stream.mounts(7, ["overlay", "lustre"])
    stream.exec(102, in: 10, namespace: 7)
    stream.mounts(7, ["overlay"])
    stream.exec(103, in: 10, namespace: 7)
    stream.mounts(7, ["overlay"], isCut: true)
    stream.exec(104, in: 10, namespace: 7)
    #expect(
      Self.fired(stream, try Self.site().policy()) == [
        // The table of the namespace has not come yet.
        "5 unassigned: Site Shared Either", "7 unassigned: Site", "9 unassigned: Site Shared Either", "11 unassigned: Site",
        "13 unassigned: Site Shared Either",
      ])
  }

  @Test func aRulesetMayAskForTheTenant() throws {
    var policy = TenantPolicy()
    policy.add(tenant: "a", match: "container.name = a")
    policy.add(ruleset: "r", when: "tenant.name = a or tenant.desc = \"the b\"")
    policy.add(tenant: "b", match: "container.name = b")
    policy.add(rule: "R", Self.execs, .rulesets([0]))
    policy.add(rule: "Of a", "evt.type = execve and tenant.name = a")
    var stream = TestStream()
    for (cgroup, name) in zip(10..., ["a", "b", "c"]) {
      stream.cgroup(UInt64(cgroup), CgroupPaths.podman(cgroup))
      stream.facts(UInt64(cgroup), .known, [("container.name", name)])
      stream.exec(100, in: UInt64(cgroup))
    }
    stream.cgroup(20, CgroupPaths.podman(20))
    stream.exec(100, in: 20)
    #expect(Self.fired(stream, try policy.policy()) == ["4 a: R Of a", "7 b: R", "12 ?/pending: R"])
  }

  @Test func aTenantsRuleAndTheSitesOfOneNameHaveAlertsOfTheirOwn() throws {
    var policy = TenantPolicy()
    policy.add(tenant: "a", match: "workload.kind = systemd-unit")
    policy.add(rule: "R", Self.execs)
    policy.add(rule: "R", Self.execs, .tenant(0))
    var stream = TestStream()
    stream.cgroup(10, CgroupPaths.unit)
    stream.exec(100, in: 10)
    let alerts = stream.alerts(try policy.policy(output: "%tenant.name %tenant.desc %workload.name"))
    #expect(alerts.map(\.rule) == ["R", "R"] && Set(alerts.map(\.id)).count == 2)
    #expect(alerts.map(\.message) == Array(repeating: "a the a nginx.service", count: 2))
    #expect(alerts.allSatisfy { $0.fields.contains(AlertField(name: "workload.kind", value: .text("systemd-unit"))) })
    #expect(alerts.allSatisfy { $0.tenant == "a" && $0.identity == nil })
  }

  @Test func withoutTenantsNothingIsSaidOfThem() throws {
    var stream = TestStream()
    stream.exec(100)
    stream.cgroup(10, CgroupPaths.podman(1))
    stream.exec(101, in: 10)
    stream.facts(10, .known, [("container.name", "db")])
    let alerts = stream.alerts(try policy(Self.execs))
    #expect(alerts.map(\.tenant) == [nil, nil])
    #expect(alerts.map(\.identity) == [nil, .pending])
  }

  @Test func anotherPolicyDecidesAnewAndKeepsTheWorkloads() throws {
    var stream = TestStream()
    stream.cgroup(10, CgroupPaths.podman(1))
    stream.facts(10, .known, [("container.name", "web-1")])
    stream.exec(100, in: 10)
    var after = TestStream(opened: false)
    after.exec(101, in: 10)

    var engine = Engine(policy: try Self.site().policy())
    var alerts: [Alert] = []
    func feed(_ records: [[UInt8]], from first: UInt64) throws {
      for (index, bytes) in records.enumerated() {
        engine.process(try Record(number: first + UInt64(index), bytes: bytes.span.bytes)) { alerts.append($0) }
      }
    }
    try feed(stream.records, from: 1)
    #expect(Set(alerts.map(\.tenant)) == ["web"])
    let before = engine.tenantSummaries().first
    #expect(before == TenantSummary(name: "web", workloads: 1, events: 1, alerts: 5, held: 0))
    var other = TenantPolicy()
    other.add(tenant: "all", match: "container.id exists")
    other.add(tenant: "web", match: "container.name = nobody")
    other.add(rule: "New", Self.execs, .tenant(0))
    engine.replace(with: PreparedPolicy(try other.policy()))
    alerts = []
    try feed(after.records, from: 10)
    #expect(alerts.map { "\($0.rule) of \($0.tenant ?? "?")" } == ["New of all"])
    #expect(
      engine.tenantSummaries().prefix(2) == [
        TenantSummary(name: "all", workloads: 1, events: 1, alerts: 1, held: 0), TenantSummary(name: "web", workloads: 0, events: 1, alerts: 5, held: 0),
      ])
  }
}
