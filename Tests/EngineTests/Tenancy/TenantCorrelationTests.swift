import CEvents
import Events
import Glibc
import Rules
import TestSupport
import Testing

@testable import Engine

/// Correlations of the site's count what they may see of all, a tenant's own that tenant's alone.
@Suite struct TenantCorrelationTests {
  private let policy: Policy

  init() throws {
    let folder = try TemporaryFolder()
    try folder.write(
      "tenants:\n- {tenant: a, match: container.name = a}\n- {tenant: b, match: container.name = b}\n", "tenants.yaml")
    let count = "type: event_count\ntimespan: 1h\ncondition: {gte: 2}"
    try folder.write(
      [
        CorrelationFile.rule(1), CorrelationFile.correlation("rules: [r1]\n\(count)", name: "all"),
        CorrelationFile.correlation("rules: [r1]\ngroup-by: [tenant.name]\n\(count)", name: "each"),
        CorrelationFile.correlation("rules: [all]\n\(count)\ngenerate: true", name: "twice"),
      ].joined(separator: "\n---\n"), "site.yml")
    for path in ["tenants", "tenants/a"] { mkdir("\(folder.path)/\(path)", 0o755) }
    try folder.write(
      [CorrelationFile.rule(2), CorrelationFile.correlation("rules: [r2]\n\(count)", name: "own")].joined(separator: "\n---\n"),
      "tenants/a/own.yml")
    let loaded = PolicyLoader().load(paths: ["\(folder.path)/site.yml"], tenants: "\(folder.path)/tenants.yaml")
    policy = try #require(loaded.policy, "\(loaded.report)")
  }

  /// `correlation of tenant at record`.
  private func fired(_ events: [(rule: Int, cgroup: UInt64)]) -> [String] {
    var stream = TestStream()
    for (cgroup, name) in [(10, "a"), (11, "b")] as [(UInt64, String)] {
      stream.cgroup(cgroup, CgroupPaths.podman(Int(cgroup)))
      stream.facts(cgroup, .known, [("container.name", name)])
    }
    let first = UInt64(stream.records.count)
    for (rule, cgroup) in events {
      stream.exec(100, ["x", "-r\(rule)-"], comm: "x", exe: "/bin/x") { $0.header.cgroup_id = cgroup }
    }
    return stream.alerts(policy).map {
      "\($0.rule.dropFirst("Correlation ".count)) of \($0.tenant ?? "?") at \($0.recordNumber - first)"
    }
  }

  @Test func theSitesCountAllTogetherUnlessTheyAreToldApart() {
    #expect(fired([(1, 10), (1, 11), (1, 10)]) == ["all of ? at 2", "each of a at 3"])
    #expect(fired([(1, 10), (1, 10)]) == ["all of a at 2", "each of a at 2"])
  }

  @Test func whatCountsWindowsOfSeveralIsNobodysAlone() {
    let mixed = [(1, 10), (1, 11), (1, 10), (1, 10)].map { (rule: $0.0, cgroup: UInt64($0.1)) }
    #expect(fired(mixed).filter { $0.hasPrefix("twice") } == ["twice of ? at 4"])
    let pure = [(1, 11), (1, 11), (1, 11), (1, 11)].map { (rule: $0.0, cgroup: UInt64($0.1)) }
    #expect(fired(pure).filter { $0.hasPrefix("twice") } == ["twice of b at 4"])
  }

  @Test func aTenantsOwnCountItsOwn() {
    #expect(fired([(2, 11), (2, 11), (2, 10), (2, 11), (2, 10)]) == ["own of a at 5"])
  }
}
