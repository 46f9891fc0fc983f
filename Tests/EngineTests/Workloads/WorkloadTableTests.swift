import CEvents
import Events
import Testing

@testable import Engine

/// How much is kept of cgroups, facts and mounts, and for how long.
struct WorkloadTableTests {
  struct Table: ~Copyable {
    var state: State
    private var number: UInt64 = 1

    init(_ limits: WorkloadTable.Limits = .init()) { state = State(processes: 100, limits: limits) }

    mutating func take(_ fill: (inout TestStream) -> Void) throws {
      var stream = TestStream(opened: false)
      stream.time = number * 1_000_000
      fill(&stream)
      for bytes in stream.records {
        number += 1
        let record = try Record(number: number, bytes: bytes.span.bytes)
        guard let kind = record.kind else { continue }
        _ = try state.take(record, kind)
      }
    }

    func id(_ cgroup: UInt64) -> String? {
      let workload = state.workloads.workload(ofCgroup: cgroup)
      guard workload >= 0 else { return nil }
      return state.workloads.workloads[workload].withText(.id) { text in text.withUnsafeBytes { String(decoding: $0, as: UTF8.self) } }
    }
  }

  private static func containerID(_ number: Int) -> String {
    let digits = String(number, radix: 16)
    return String(repeating: "0", count: 64 - digits.count) + digits
  }

  @Test func theTopmostIsTheWorkload() throws {
    var table = Table()
    try table.take { stream in
      stream.cgroup(1)
      stream.cgroup(2, in: 1, "docker")
      stream.cgroup(3, in: 2, Self.containerID(7))
      stream.cgroup(4, in: 3, "system.slice")
      stream.cgroup(5, in: 4, "docker-\(Self.containerID(8)).scope")
      stream.cgroup(6, in: 3, "job_7")
    }
    #expect(table.id(1) == "host" && table.id(2) == "host" && table.id(9) == nil)
    #expect([3, 4, 5, 6].allSatisfy { table.id($0) == Self.containerID(7) })
  }

  /// A step's cgroup tells more than its job's, a container's more than its pod's.
  @Test func whatIsToldMoreCloselyBelow() throws {
    var table = Table()
    try table.take { stream in
      stream.cgroup(1)
      stream.cgroup(2, in: 1, "system.slice")
      stream.cgroup(3, in: 2, "n1_slurmstepd.scope")
      stream.cgroup(4, in: 3, "job_7")
      stream.cgroup(5, in: 4, "step_0")
      stream.cgroup(6, in: 5, "user")
      stream.cgroup(7, in: 4, "other")
    }
    #expect(table.id(3) == "n1_slurmstepd.scope" && table.id(4) == "7" && table.id(5) == "7.0" && table.id(6) == "7.0" && table.id(7) == "7")
  }

  @Test func anEndedOneStaysAWhile() throws {
    var limits = WorkloadTable.Limits()
    limits.leaving = 2
    var table = Table(limits)
    try table.take { stream in
      stream.cgroup(1)
      stream.cgroup(2, in: 1, "docker")
      for number: UInt64 in 10..<14 { stream.cgroup(number, in: 2, Self.containerID(Int(number))) }
      for number: UInt64 in 10..<13 { stream.endCgroup(number) }
      stream.endCgroup(10)
      stream.endCgroup(99)
    }
    #expect(table.id(10) == nil && table.id(11) == Self.containerID(11) && table.id(12) != nil && table.id(13) != nil)
    // What comes of it late still counts.
    let workload = table.state.workloads.workload(ofCgroup: 12)
    #expect(table.state.workloads.identity(of: workload) == .pending)
    try table.take { $0.facts(12, .docker, .known) }
    #expect(table.state.workloads.identity(of: workload) == .known)
  }

  @Test func anIdThatIsUsedAgainIsAnother() throws {
    var table = Table()
    try table.take { stream in
      stream.cgroup(1)
      stream.cgroup(2, in: 1, "docker")
      stream.cgroup(3, in: 2, Self.containerID(3))
      stream.cgroup(4, in: 3, "inner")
      stream.facts(3, .docker, .known, ["container.name": "old"])
    }
    let old = table.state.workloads.workload(ofCgroup: 3)
    let version = table.state.workloads.version(of: old)
    // Told again as it is, nothing changes.
    try table.take { $0.cgroup(3, in: 2, Self.containerID(3)) }
    #expect(table.state.workloads.version(of: old) == version)
    try table.take { $0.cgroup(3, in: 2, Self.containerID(5)) }
    #expect(table.id(3) == Self.containerID(5) && table.id(4) == nil)
    let new = table.state.workloads.workload(ofCgroup: 3)
    #expect(table.state.workloads.version(of: new) > version)
    #expect(table.state.workloads.withFact(.containerName, of: new) { _ in true } == nil)
    // One that ended and was made once more by the kernel is new, even by the same name.
    try table.take { stream in
      stream.facts(3, .docker, .known, ["container.name": "x"])
      stream.endCgroup(3)
      stream.cgroup(3, in: 2, Self.containerID(5), isFound: false)
    }
    #expect(table.state.workloads.withFact(.containerName, of: table.state.workloads.workload(ofCgroup: 3)) { _ in true } == nil)
  }

  @Test func aVersionTellsOfEachChange() throws {
    var table = Table()
    try table.take { stream in
      stream.cgroup(1)
      stream.cgroup(2, in: 1, "kubepods")
      stream.cgroup(3, in: 2, "pod0a")
      stream.cgroup(4, in: 3, Self.containerID(4))
      stream.cgroup(5, in: 3, Self.containerID(5))
      stream.cgroup(6, in: 2, "pod0b")
      stream.cgroup(7, in: 6, Self.containerID(7))
    }
    var versions: [UInt64] = []
    func changed(_ fill: (inout TestStream) -> Void) throws -> [Bool] {
      try table.take(fill)
      let now = [4, 5, 7].map { table.state.workloads.version(of: table.state.workloads.workload(ofCgroup: $0)) }
      defer { versions = now }
      return zip(now, versions).map { $0 != $1 }
    }
    _ = try changed { _ in }
    #expect(try changed { _ in } == [false, false, false])
    #expect(try changed { $0.facts(4, .cri, .known) } == [true, false, false])
    #expect(try changed { $0.facts(3, .kubernetes, .unsaid, ["k8s.ns.name": "a"]) } == [true, true, false])
    #expect(try changed { $0.facts(2, .pushed, .known) } == [true, true, true])
    #expect(try changed { $0.facts(99, .pushed, .known) } == [false, false, false])
    #expect(try changed { $0.mounts(9, cgroup: 5, [["a", "b", "c", "d"]]) } == [false, true, false])
    #expect(try changed { $0.mounts(9, [["a", "b", "c", "e"]]) } == [false, true, false])
    #expect(try changed { $0.mounts(9, [], isGone: true) } == [false, true, false])
    #expect(try changed { stream in
      stream.cgroupID = 7
      stream.exec(5) { $0.ns_mnt = 11 }
    } == [false, false, true])
    #expect(try changed { stream in
      stream.cgroupID = 7
      stream.exec(5) { $0.ns_mnt = 11 }
    } == [false, false, false])
    #expect(table.state.workloads.version(of: -1) == 0 && table.state.workloads.identity(of: -1) == .unknown)
  }

  @Test func whetherAllMountsAreKnown() throws {
    var table = Table()
    try table.take { stream in
      stream.cgroup(1)
      stream.cgroup(2, in: 1, "docker")
      stream.cgroup(3, in: 2, Self.containerID(3))
    }
    let workload = table.state.workloads.workload(ofCgroup: 3)
    func isWhole(_ fill: (inout TestStream) -> Void) throws -> Bool {
      try table.take(fill)
      return table.state.workloads.hasAllMounts(workload)
    }
    #expect(try isWhole { _ in })
    #expect(try !isWhole { stream in
      stream.cgroupID = 3
      stream.exec(5) { $0.ns_mnt = 11 }
    })
    #expect(try isWhole { $0.mounts(11, [["a", "b", "c", "d"]]) })
    #expect(try !isWhole { $0.mounts(11, [["a", "b", "c", "d"]], isCut: true) })
    #expect(try isWhole { $0.mounts(11, [["a", "b", "c", "d"]]) })
    #expect(table.state.workloads.hasAllMounts(-1) == false)
  }

  // MARK: - Bounds

  @Test func aMillionContainersTakeNoMoreThanAThousand() throws {
    var limits = WorkloadTable.Limits()
    limits.cgroups = 4096
    limits.leaving = 1024
    var table = Table(limits)
    try table.take { stream in
      stream.cgroup(1)
      stream.cgroup(2, in: 1, "docker")
    }
    for batch in 0..<100 {
      try table.take { stream in
        for number in 0..<200 {
          let id = UInt64(1000 + batch * 200 + number)
          stream.cgroup(id, in: 2, Self.containerID(Int(id)), isFound: false)
          stream.cgroup(1_000_000 + id, in: id, "inner")
          stream.facts(id, .docker, .known, ["container.name": "c", "container.label[a]": "b"])
          stream.mounts(UInt32(id), cgroup: id, [["a", "b", "c", "d"]])
          stream.mounts(UInt32(id), [], isGone: true)
          stream.endCgroup(1_000_000 + id)
          stream.endCgroup(id)
        }
      }
    }
    #expect(table.state.workloads.refused == 0)
    #expect(table.state.workloads.cgroups.count <= 1100 && table.state.workloads.workloads.count <= 600)
    #expect(table.state.workloads.sets.count <= 600 && table.state.workloads.tables.used == 0 && table.state.workloads.sightings.used == 0)
    #expect(table.state.workloads.mountBytes == 0 && table.state.workloads.factBytes < 600 * 200)
  }

  @Test func whatFindsNoRoomIsCounted() throws {
    var limits = WorkloadTable.Limits()
    (limits.cgroups, limits.cgroupsOfWorkload, limits.leaving) = (20, 4, 8)
    (limits.factsOfCgroup, limits.facts, limits.mountsOfTable, limits.mounts) = (400, 1000, 100, 150)
    (limits.tables, limits.sightings) = (4, 2)
    var table = Table(limits)
    try table.take { stream in
      stream.cgroup(1)
      stream.cgroup(2, in: 1, "docker")
      stream.cgroup(3, in: 2, Self.containerID(3))
      for number: UInt64 in 4..<9 { stream.cgroup(number, in: 3, "inner\(number)") }
    }
    // One workload doesn't take all; what it has too much belongs to nobody.
    #expect(table.state.workloads.refused == 2 && table.id(6) != nil && table.id(7) == nil && table.id(8) == nil)
    try table.take { stream in
      stream.facts(3, .docker, .known, ["container.name": "a", "container.image": String(repeating: "x", count: 1000), "container.ip": "1"])
    }
    #expect(table.state.workloads.refused == 4)
    try table.take { stream in
      stream.mounts(5, cgroup: 3, [["a", "b", "c", "d"], ["a", String(repeating: "x", count: 200), "c", "d"], ["e", "f", "g", "h"]])
    }
    #expect(table.state.workloads.refused == 6 && table.state.workloads.hasAllMounts(table.state.workloads.workload(ofCgroup: 3)) == false)
    try table.take { stream in
      stream.cgroupID = 3
      for namespace: UInt32 in 20..<30 { stream.exec(5) { $0.ns_mnt = namespace } }
    }
    #expect(table.state.workloads.sightings.used == 2 && table.state.workloads.refused == 6)
    try table.take { stream in
      for number: UInt64 in 50..<90 { stream.cgroup(number, in: 1, "n\(number)") }
    }
    #expect(table.state.workloads.cgroups.used == 20 && table.state.workloads.refused > 20)
  }

  /// The loss is an alert with the next report.
  @Test func whatFoundNoRoomIsAnAlert() throws {
    var stream = TestStream.inContainer()
    let large = String(repeating: "x", count: 20_000)
    for number in 0..<5 { stream.facts(2, .docker, .known, isMore: number > 0, ["container.label[\(number)]": large]) }
    stream.add(CountersRecord().encoded(timeNanoseconds: 1, pid: 1))
    let alerts = stream.alerts(try policy("evt.num < 0"))
    #expect(alerts.map(\.rule) == [LossWatch.rule])
    #expect(alerts.first?.fields == [AlertField(name: "lost.facts", value: .integer(2))])
  }

  @Test func forgedRecordsDoNoHarm() throws {
    var limits = WorkloadTable.Limits()
    (limits.cgroups, limits.cgroupsOfWorkload, limits.leaving) = (12, 5, 4)
    (limits.factsOfCgroup, limits.facts, limits.mountsOfTable, limits.mounts) = (300, 600, 60, 100)
    (limits.tables, limits.sightings) = (4, 2)
    for seed in 1...20 {
      var random = Generator(seed: UInt64(seed))
      var table = Table(limits)
      for _ in 0..<100 {
        try table.take { stream in
          for _ in 0..<20 { Self.forge(&stream, &random) }
        }
        table.check(limits)
      }
    }
  }

  static func forge(_ stream: inout TestStream, _ random: inout Generator) {
    let id = UInt64(random.below(16))
    let names = ["", "docker", containerID(1), containerID(2), "system.slice", "n_slurmstepd.scope", "job_1", "step_0", "a/b", "..", "/docker/x", "\u{0}"]
    switch random.below(9) {
    case 0, 1, 2, 3: stream.cgroup(id, in: UInt64(random.below(16)), random.element(names), isFound: random.below(2) == 0)
    case 4: stream.endCgroup(id)
    case 5:
      let value = String(repeating: "v", count: random.below(200))
      stream.facts(id, random.element(FactSource.allCases), random.element(Identity.allCases), isMore: random.below(2) == 0, [
        "container.name": value, "k8s.pod.label[\(random.below(3))]": value, "": "", "k8s.ns.name": "n",
      ])
    case 6:
      let part = String(repeating: "m", count: random.below(20))
      stream.mounts(
        UInt32(random.below(6)), cgroup: id, [[part, part, "t", ""]], isNode: random.below(4) == 0, isGone: random.below(4) == 0,
        isCut: random.below(4) == 0)
    case 7:
      stream.cgroupID = id
      stream.exec(UInt32(random.below(8))) { $0.ns_mnt = UInt32(random.below(8)) }
    default: stream.add(MountsRecord.seen(namespace: UInt32(random.below(6)), cgroup: id, timeNanoseconds: stream.time))
    }
  }
}

extension WorkloadTableTests.Table {
  /// That its lists, counts and bounds agree with each other.
  func check(_ limits: WorkloadTable.Limits) {
    let cgroups = state.workloads.cgroups.all.filter { state.workloads.byID[state.workloads.cgroups[$0].id] == $0 }
    #expect(cgroups.count == state.workloads.cgroups.used && cgroups.count <= limits.cgroups && state.workloads.byID.count == cgroups.count)
    var members: [Int32: Int] = [:]
    var sets = 0
    var bytes = 0
    for slot in cgroups {
      let entry = state.workloads.cgroups[slot]
      if entry.workload >= 0 { members[entry.workload, default: 0] += 1 }
      // Up to a root in as many steps as there are cgroups at most; children know their parent.
      var next = slot
      var steps = 0
      while next >= 0, steps <= cgroups.count {
        next = state.workloads.cgroups[next].parent
        steps += 1
      }
      #expect(steps <= cgroups.count)
      var child = entry.firstChild
      var previous: Int32 = -1
      while child >= 0 {
        #expect(state.workloads.cgroups[child].parent == slot && state.workloads.cgroups[child].previousSibling == previous)
        (previous, child) = (child, state.workloads.cgroups[child].nextSibling)
      }
      var set = entry.facts
      var size = 0
      while set >= 0 {
        sets += 1
        size += state.workloads.sets[set].size
        set = state.workloads.sets[set].next
      }
      #expect(size <= limits.factsOfCgroup)
      bytes += size
    }
    #expect(bytes == state.workloads.factBytes && bytes <= limits.facts && sets == state.workloads.sets.used)
    for workload in state.workloads.indices {
      #expect(state.workloads.workloads[workload].cgroups == members[workload] ?? 0)
      if workload > 0 { #expect(state.workloads.workloads[workload].cgroups <= limits.cgroupsOfWorkload) }
      #expect(state.workloads.workloads[workload].sightings <= limits.sightings)
    }
    #expect(state.workloads.workloads.used == members.count + (members[0] == nil ? 1 : 0))
    let tables = state.workloads.byNamespace.values
    #expect(tables.count == state.workloads.tables.used && tables.count <= limits.tables)
    #expect(tables.reduce(0) { $0 + state.workloads.tables[$1].bytes.count } == state.workloads.mountBytes)
    #expect(state.workloads.mountBytes <= limits.mounts)
    let sightings = state.workloads.indices.reduce(0) { $0 + state.workloads.workloads[$1].sightings }
    #expect(sightings == state.workloads.sightings.used)
  }
}
