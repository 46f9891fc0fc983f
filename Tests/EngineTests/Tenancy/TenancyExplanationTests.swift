import Events
import Rules
import Testing

@testable import Engine

/// What people are told of whose a workload is, and of rules that don't see it.
@Suite struct TenancyExplanationTests {
  private static func policy() throws -> Policy {
    var policy = TenantPolicy()
    policy.add(tenant: "web", match: "container.name startswith web and not container.image = bad", rulesets: [0])
    policy.add(tenant: "jobs", match: "slurm.account = m1")
    policy.add(ruleset: "service")
    policy.add(ruleset: "shared", when: "workload.mount.fstype intersects (nfs4)")
    policy.add(rule: "Site", "evt.type = execve")
    policy.add(rule: "Service", "evt.type = execve and proc.name = sh", .rulesets([0]))
    policy.add(rule: "Own", "evt.type = execve and proc.name = sh", .tenant(0))
    return try policy.policy()
  }

  private static func engine(_ stream: TestStream) throws -> Engine {
    var engine = Engine(policy: try policy())
    for (index, bytes) in stream.records.enumerated() {
      engine.process(try Record(number: UInt64(index + 1), bytes: bytes.span.bytes)) { _ in }
    }
    return engine
  }

  private static func text(_ parts: [TenancyExplanation.Part]) -> [String] {
    parts.map { "\($0.depth) \($0.text): \($0.truth) \($0.contents.joined(separator: " "))" }
  }

  @Test func whoIsKnown() throws {
    var stream = TestStream()
    stream.cgroup(10, CgroupPaths.podman(1))
    stream.cgroup(11, "inner", parent: 10)
    stream.facts(10, .known, [("container.name", "web-1"), ("container.image", "nginx\u{1B}")])
    let told = stream.time
    stream.exec(100, in: 11, namespace: 7)
    stream.mounts(7, ["nfs4"])
    var engine = try Self.engine(stream)
    let explanation = engine.explainTenancy(ofCgroup: 11)
    let explained = try #require(explanation)
    let unknown = engine.explainTenancy(ofCgroup: 99)
    #expect(unknown == nil)
    let workload = explained.workload
    #expect(workload.cgroup == 10 && workload.kind == .container && workload.id == CgroupPaths.containerID(1))
    #expect(workload.name == "web-1" && workload.path == "/\(CgroupPaths.podman(1))" && workload.identity == .known)
    #expect(workload.tenant == "web" && workload.candidates == ["web"] && workload.rulesets == ["service", "shared"])
    #expect(workload.events == 1 && workload.alerts == 3)
    #expect(explained.candidates.map(\.tenant) == ["web"] && explained.candidates.map(\.truth) == [.yes])
    #expect(
      Self.text(explained.candidates[0].match) == [
        "0 and: yes ", "1 container.name startswith web: yes \"web-1\"", "1 not: yes ",
        "2 container.image = bad: no \"nginx\\x1b\"",
      ])
    #expect(explained.rulesets.map(\.ruleset) == ["service", "shared"] && explained.rulesets.map(\.isActive) == [true, true])
    #expect(explained.rulesets.map(\.listedBy) == [["web"], []])
    #expect(Self.text(explained.rulesets[1].when) == ["0 workload.mount.fstype intersects (nfs4): yes \"nfs4\""])
    #expect(explained.facts.map(\.name) == ["container.name", "container.image", "workload.mount"])
    #expect(explained.facts[0].source == .podman && explained.facts[0].timeNanoseconds == told)
    #expect(explained.timeNanoseconds == stream.time)
  }

  @Test func whoIsNotKnown() throws {
    var stream = TestStream()
    stream.cgroup(10, CgroupPaths.podman(1))
    var engine = try Self.engine(stream)
    let explanation = engine.explainTenancy(ofCgroup: 10)
    let explained = try #require(explanation)
    #expect(explained.workload.tenant == nil && explained.workload.identity == .pending)
    #expect(explained.workload.candidates == ["web", "jobs", "unassigned"])
    #expect(explained.candidates.map(\.truth) == [.maybe, .maybe, .maybe])
    #expect(Self.text(explained.candidates[0].match).first == "0 and: maybe ")
    #expect(explained.rulesets.map(\.isActive) == [true, true] && explained.rulesets[1].truth == .maybe)
    let tenants = engine.tenantSummaries().map { "\($0.name ?? "?") \($0.workloads)" }
    #expect(tenants == ["web 0", "jobs 0", "host 1", "unassigned 0", "? 1"])
    let names = engine.workloadSummaries().map(\.name)
    #expect(names == ["host", CgroupPaths.containerID(1)])
  }

  @Test func containersAreFoundByNameAndId() throws {
    var stream = TestStream()
    for number in [1, 2] {
      stream.cgroup(UInt64(number), CgroupPaths.podman(number))
      stream.facts(UInt64(number), .known, [("container.name", "c\(number)")])
    }
    var engine = try Self.engine(stream)
    let found = ["c2", CgroupPaths.containerID(1), "aaaaaaaaaaaa", "", "c"].map { text in
      engine.workloads(ofContainer: text).map(\.cgroup)
    }
    #expect(found == [[2], [1], [1, 2], [], []])
  }

  @Test func rulesThatDoNotSeeTheWorkload() throws {
    let policy = try Self.policy()
    var stream = TestStream()
    stream.cgroup(10, CgroupPaths.step(1))
    stream.facts(10, .known, [("slurm.account", "m1")], source: .slurm)
    stream.exec(100, in: 10)
    var coverage = CoverageRecorder(policy)
    for (name, sees) in [("Site", true), ("Service", false), ("Own", false)] {
      let rule = try #require(policy.rules.first { $0.name == name })
      guard var explainer = Explainer(rule, of: policy) else {
        Issue.record("no tree")
        return
      }
      var explanation: Explanation?
      for (index, bytes) in stream.records.enumerated() {
        let record = try Record(number: UInt64(index + 1), bytes: bytes.span.bytes)
        explanation = explainer.process(record) { _ in true } ?? explanation
        if name == "Site" { coverage.process(record) }
      }
      let scope = try #require(explanation?.scope)
      #expect(scope.containsWorkload == sees && scope.tenants == ["jobs"] && explanation?.fires == sees)
      #expect(explanation?.parts.first?.value == true, "its condition holds")
    }
    let asked = coverage.rules.map { $0.comparisons.contains { $0.values.wasTrue } }
    #expect(asked == [false, false, false], "the site's has no comparison but of the kind, others don't see it")
  }
}
