import Testing
import TestSupport

@testable import Rules

/// Tenants whose matches hold for the same workload.
struct OverlapTests {
  /// What is warned of, of tenants `a`, `b`, `c`...
  private func warnings(_ matches: [String], _ rules: String = "") throws -> [String] {
    let names = "abcdefgh".map(String.init)
    let entries = zip(names, matches).map { "  - tenant: \($0)\n    match: |\n      \($1)\n" }
    let site = try Site("tenants:\n" + entries.joined())
    let loaded = site.load()
    #expect(loaded.errors.isEmpty, "\(loaded.report)")
    return loaded.warnings.map(\.message)
  }

  @Test(arguments: [
    ("slurm.account = m1", "slurm.account in (m1, m2)", "slurm.account = m1, workload.kind = slurm-step"),
    ("k8s.ns.name = x", "k8s.pod.label[app] = y", "k8s.ns.name = x, k8s.pod.label[app] = y, workload.kind = container"),
    ("k8s.ns.name startswith web-", "k8s.ns.name endswith -prod", "k8s.ns.name = web--prod, workload.kind = container"),
    ("container.image contains nginx", "container.image.repository = r", "container.image = nginx, container.image.repository = r, workload.kind = container"),
    ("container.privileged = true", "k8s.ns.name = x and not container.name = y", "container.privileged = true, k8s.ns.name = x, workload.kind = container"),
    ("k8s.ns.name glob 'a*'", "k8s.ns.name regex 'ab.*'", nil),
    ("slurm.job > 10", "slurm.account = m1", "slurm.account = m1, slurm.job = 10z, workload.kind = slurm-step"),
    ("workload.mount.fstype intersects (gpfs, lustre)", "workload.mount.fstype intersects (nfs4)", "workload.kind = container, workload.mount.fstype of gpfs and nfs4"),
    ("evt.hostname = n1", "workload.kind = systemd-unit and workload.name startswith web", "evt.hostname = n1, workload.kind = systemd-unit, workload.name = web"),
    ("slurm.user = u or k8s.ns.name = x", "slurm.account = m1", "slurm.account = m1, slurm.user = u, workload.kind = slurm-step"),
    ("not slurm.account = m1", "slurm.user = u", "slurm.user = u, workload.kind = slurm-step"),
  ] as [(String, String, String?)])
  func overlaps(one: String, other: String, example: String?) throws {
    let told = try warnings([one, other])
    #expect(told == (example.map { ["the matches of 'a' and 'b' both hold for a workload with \($0): 'a' has it"] } ?? []))
  }

  @Test(arguments: [
    ("slurm.account = m1", "slurm.account = m2"),
    // No workload is of two kinds.
    ("slurm.account = m1", "k8s.ns.name = x"), ("workload.kind = session", "container.name = x"),
    ("slurm.account = m1 and slurm.partition = p", "slurm.account in (m1, m2) and slurm.partition != p"),
    ("k8s.ns.name = x and not k8s.pod.label[app] = y", "k8s.ns.name = x and k8s.pod.label[app] = y"),
    ("k8s.ns.name startswith a", "k8s.ns.name startswith b"), ("slurm.job < 10", "slurm.job > 10"),
    ("container.privileged = true", "container.privileged = false"),
    ("workload.mount.fstype in (ext4)", "workload.mount.fstype intersects (gpfs)"),
    // No workload is like that at all; those of kind host belong to the tenant host.
    ("slurm.account = m1 and k8s.ns.name = x", "slurm.account = m1"), ("workload.kind = host", "evt.hostname = a and workload.kind = host"),
  ])
  func apart(one: String, other: String) throws { #expect(try warnings([one, other]).isEmpty) }

  @Test(arguments: [
    ("slurm.account in (m1, m2)", "slurm.account = m1"), ("k8s.ns.name exists", "k8s.ns.name = x and container.name = y"),
    ("workload.mount.fstype intersects (gpfs, nfs4)", "workload.mount.fstype intersects (nfs4)"),
    ("k8s.ns.name startswith web", "k8s.ns.name = web-1"), ("slurm.account = m1", "slurm.account = m1"),
  ])
  func whatAnEarlierTakesAllOf(one: String, other: String) throws {
    #expect(try warnings([one, other]) == ["the tenant 'b' never has a workload: wherever its match holds, that of 'a' does, which is tried before"])
    #expect(try warnings(["k8s.ns.name = unrelated", one, "slurm.user = u and k8s.ns.name = u", other]).contains { $0.hasPrefix("the tenant 'd' never") })
  }

  @Test func ofEachTenantOneIsTold() throws {
    let told = try warnings(["slurm.account = m1", "slurm.user = u", "slurm.partition = p", "slurm.account = m2"])
    #expect(told.count == 3)
    #expect(told[2].hasPrefix("the matches of 'b' and 'd'"))
  }

  @Test func theSearchIsBounded() throws {
    // A thousand by account; each of the next thousand overlaps with the first, and is told up to twenty.
    let names = (0..<500).map { "  - {tenant: a\($0), match: slurm.account = m\($0)}\n" }
      + (0..<500).map { "  - {tenant: b\($0), match: 'slurm.user = u\($0) or k8s.ns.name in (n\($0), x\($0))'}\n" }
    let site = try Site("tenants:\n" + names.joined())
    var loaded: LoadResult?
    let took = cost { loaded = site.load() }
    let told = loaded?.warnings.map(\.message) ?? []
    #expect(told.count == 21)
    #expect(told.first == "the matches of 'a0' and 'b0' both hold for a workload with slurm.account = m0, slurm.user = u0, workload.kind = slurm-step: 'a0' has it")
    #expect(told.last == "480 more tenants have matches that hold for workloads of an earlier one")
    #expect(took < .seconds(30), "\(took)")

    // Such as take all the comparing there is.
    let tenants = (0..<200).map { Tenant(name: "t\($0)", match: nil, location: .whole("t")) }
    #expect(OverlapFinder(Tenancy(tenants: tenants, rulesets: [], file: "t"), []).isWhole)
    let alike = (0..<300).map { "  - {tenant: a\($0), match: 'k8s.ns.name startswith a\($0)x'}\n" }
    let many = try Site("tenants:\n" + alike.joined())
    var result: LoadResult?
    let long = cost { result = many.load() }
    #expect(result?.policy != nil && long < .seconds(30), "\(long)")
  }
}
