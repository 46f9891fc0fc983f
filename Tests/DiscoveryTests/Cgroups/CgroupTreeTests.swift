import CEvents
import Discovery
import Events
import Testing

struct CgroupTreeTests {
  private func add(_ id: UInt64, in parent: UInt64, _ name: String, to tree: inout CgroupTree) throws -> Inquiry? {
    let bytes = CgroupRecord.found(id: id, parent: parent, level: 1, name: name.utf8, timeNanoseconds: 1)
    return tree.add(try CgroupRecord(try Record(number: 1, bytes: bytes.span.bytes)))
  }

  private static let id = String(repeating: "0123456789abcdef", count: 4)

  @Test func containersPodsAndJobsAreAskedFor() throws {
    var tree = CgroupTree()
    #expect(try add(1, in: 0, "", to: &tree) == nil)
    #expect(try add(2, in: 1, "kubepods", to: &tree) == nil)
    let pod = try #require(try add(3, in: 2, "podabc-1", to: &tree))
    #expect(pod.part == .pod && pod.workload.podUID == "abc-1" && pod.path == "/kubepods/podabc-1")
    let container = try #require(try add(4, in: 3, Self.id, to: &tree))
    #expect(container.part == .container && container.cgroup == 4 && container.workload.containerID == Self.id)
    // Whatever it is called: it is the container's.
    #expect(try add(5, in: 4, "libpod-\(Self.id)", to: &tree) == nil)
    #expect(try add(6, in: 5, "x", to: &tree) == nil)

    #expect(try add(10, in: 1, "system.slice", to: &tree) == nil)
    #expect(try add(11, in: 10, "n1_slurmstepd.scope", to: &tree) == nil)
    let job = try #require(try add(12, in: 11, "job_7", to: &tree))
    #expect(job.part == .job && job.workload.job == "7")
    #expect(try add(13, in: 12, "step_0", to: &tree) == nil)
  }

  @Test func itIsAskedOnce() throws {
    var tree = CgroupTree()
    _ = try add(1, in: 0, "", to: &tree)
    #expect(try add(2, in: 1, "libpod-\(Self.id)", to: &tree) != nil)
    #expect(try add(2, in: 1, "libpod-\(Self.id)", to: &tree) == nil)
    tree.remove(2)
    #expect(try add(2, in: 1, "libpod-\(Self.id)", to: &tree) != nil)
  }

  @Test func orphansAndLoopsAreNothing() throws {
    var tree = CgroupTree()
    #expect(try add(5, in: 4, "libpod-\(Self.id)", to: &tree) == nil)
    #expect(try add(6, in: 6, "libpod-\(Self.id)", to: &tree) == nil)
    #expect(tree.count == 0)
  }

  @Test func aMillionCgroupsTakeBoundedMemory() throws {
    var tree = CgroupTree(limit: 1000)
    _ = try add(1, in: 0, "", to: &tree)
    for id in 2...20_000 as ClosedRange<UInt64> { _ = try add(id, in: 1, "c\(id)", to: &tree) }
    #expect(tree.count == 1000)
    #expect(tree.refused == 19_000)
    for id in 2...20_000 as ClosedRange<UInt64> { tree.remove(id) }
    #expect(tree.count == 1)
  }

  @Test func theUnansweredAreOverdueOnce() {
    var unanswered = UnansweredCgroups(patienceSeconds: 30, limit: 100)
    for cgroup in 1...3 as ClosedRange<UInt64> { unanswered.add(cgroup, .podman, now: cgroup * 1_000_000_000) }
    unanswered.remove(2)
    var overdue: [UInt64] = []
    unanswered.overdue(now: 30_999_999_999) { cgroup, _ in overdue.append(cgroup) }
    #expect(overdue.isEmpty)
    unanswered.overdue(now: 100_000_000_000) { cgroup, _ in overdue.append(cgroup) }
    #expect(overdue == [1, 3])
    for cgroup in 10...100_000 as ClosedRange<UInt64> { unanswered.add(cgroup, .podman, now: 1) }
    #expect(unanswered.count == 100)
  }
}
