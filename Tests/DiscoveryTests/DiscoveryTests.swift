import CEvents
@testable import Discovery
import Events
import Glibc
import TestSupport
import Testing

/// The whole of it, with what the kernel would tell given by hand.
struct DiscoveryTests {
  private static let id = String(repeating: "0123456789abcdef", count: 4)

  private func settings() -> DiscoverySettings {
    var settings = DiscoverySettings()
    settings.mounts = nil
    settings.docker = false
    settings.podman = false
    settings.runtimeSockets = []
    settings.slurmFolder = "/nonexistent"
    settings.squeue = "/nonexistent/squeue"
    return settings
  }

  private func cgroup(_ id: UInt64, in parent: UInt64, _ name: String) -> [UInt8] {
    CgroupRecord.found(id: id, parent: parent, level: 1, name: name.utf8, timeNanoseconds: 1)
  }

  private func end(_ id: UInt64) -> [UInt8] {
    var fixed = sv_cgroup()
    fixed.header.cgroup_id = id
    return RecordBuilder(fixed).finish(kind: .cgroupEnd) ?? []
  }

  /// What was told of facts: cgroup, source and identity.
  private final class Told {
    var facts: [String] = []

    func take(_ bytes: RawSpan) {
      guard let record = try? Record(number: 1, bytes: bytes), let facts = try? FactsRecord(record) else { return }
      self.facts.append("\(facts.fixed.header.cgroup_id) \(facts.source?.name ?? "-") \(facts.identity.name)")
    }
  }

  private func tell(_ discovery: Discovery, _ bytes: [UInt8], _ told: Told) throws {
    discovery.before(try Record(number: 1, bytes: bytes.span.bytes), tell: told.take)
  }

  /// A node's own tree: every cgroup is told, each after its parent.
  @Test(.enabled(if: access("/sys/fs/cgroup", R_OK) == 0, "needs cgroups"))
  func whatIsThereIsTold() {
    let path = access("/sys/fs/cgroup/cgroup.procs", F_OK) == 0 ? "/sys/fs/cgroup" : "/sys/fs/cgroup/unified"
    let discovery = Discovery(settings: settings(), hierarchy: path)
    var seen: Set<UInt64> = [0]
    discovery.open(now: 1) { bytes in
      guard let record = try? Record(number: 1, bytes: bytes), let cgroup = try? CgroupRecord(record) else { return }
      #expect(cgroup.fixed.flags == SV_CGROUP_FOUND)
      #expect(seen.contains(cgroup.fixed.parent_id))
      seen.insert(cgroup.fixed.header.cgroup_id)
    }
    #expect(seen.count > 1)
    discovery.stop()
  }

  @Test func whoIsNotAnsweredForIsUnknownAfterAWhile() throws {
    let discovery = Discovery(settings: settings(), hierarchy: "/nonexistent")
    let told = Told()
    for bytes in [cgroup(1, in: 0, ""), cgroup(2, in: 1, "libpod-\(Self.id)"), cgroup(3, in: 1, "x.service")] {
      try tell(discovery, bytes, told)
    }
    discovery.tick(now: 30_000_000_000, tell: told.take)
    #expect(told.facts.isEmpty)
    discovery.tick(now: 31_000_000_000, tell: told.take)
    discovery.tick(now: 99_000_000_000, tell: told.take)
    #expect(told.facts == ["2 podman unknown"])
    #expect(discovery.takeComplaints().count == 0)
    discovery.stop()
  }

  /// Its controller never answers: whoever tells of jobs does not wait, and memory is bounded.
  @Test func aStormOfJobsStallsNobody() throws {
    let folder = try TemporaryFolder()
    let program = try folder.write("#!/bin/sh\nexec sleep 1000\n", "squeue")
    chmod(program, 0o755)
    var settings = settings()
    settings.squeue = program
    let discovery = Discovery(settings: settings, hierarchy: "/nonexistent")
    let told = Told()
    for bytes in [cgroup(1, in: 0, ""), cgroup(2, in: 1, "system.slice"), cgroup(3, in: 2, "slurmstepd.scope")] {
      try tell(discovery, bytes, told)
    }
    // Ten seconds of it.
    let clock = ContinuousClock()
    let time = try clock.measure {
      for number in 10...100_010 as ClosedRange<UInt64> {
        try tell(discovery, cgroup(number, in: 3, "job_\(number)"), told)
        discovery.look(place: UInt(number), now: number * 100_000, tell: told.take)
        try tell(discovery, end(number), told)
      }
    }
    #expect(time < .seconds(10), "100,000 cgroups took \(time)")
    let slurm = try #require(discovery.sources.first { $0.source == .slurm })
    #expect(slurm.waiting <= 16384)
    #expect(told.facts.isEmpty)
    discovery.stop()
  }
}
