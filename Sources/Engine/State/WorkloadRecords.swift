import Events

/// What an engine knows of cgroups and workloads, as records: the cgroups, those above first, what sources say of them, the
/// mount tables, in which workloads each was seen, at last the cgroups that ended, in the order of their ends.
struct WorkloadRecords {
  private(set) var all: [[UInt8]] = []
  private let time: UInt64
  /// A cgroup of the host's.
  private var ofHost: UInt64?

  /// - Parameter time: of the records, CLOCK_BOOTTIME.
  init(_ table: borrowing WorkloadTable, time: UInt64) {
    self.time = time
    // Those of no workload at last, as some of them may have found no room in theirs.
    addCgroups(table, areKnown: true)
    addCgroups(table, areKnown: false)
    for slot in table.cgroups.all where table.byID[table.cgroups[slot].id] == slot { addFacts(slot, table) }
    for (_, slot) in table.byNamespace.sorted(by: { $0.key < $1.key }) where table.tables[slot].isTold { addMounts(slot, table) }
    for workload in table.indices where table.isAlive(workload) { addSightings(workload, table) }
    table.leaving.forEach { slot, number in
      let entry = table.cgroups[slot]
      if entry.isTold, entry.isLeaving, entry.leaving == number { all.append(CgroupRecord.ended(id: entry.id, timeNanoseconds: time)) }
    }
  }

  private mutating func addCgroups(_ table: borrowing WorkloadTable, areKnown: Bool) {
    var waiting: [(slot: Int32, level: UInt32)] = []
    for slot in table.cgroups.all where table.cgroups[slot].parent < 0 && table.byID[table.cgroups[slot].id] == slot {
      waiting.append((slot, 0))
    }
    while let (slot, level) = waiting.popLast() {
      let entry = table.cgroups[slot]
      if entry.isTold, (entry.workload >= 0) == areKnown {
        if entry.workload == WorkloadTable.host, ofHost == nil { ofHost = entry.id }
        all.append(
          CgroupRecord.found(
            id: entry.id, parent: entry.parentID, level: level, name: entry.name, madeNanoseconds: entry.madeNanoseconds,
            timeNanoseconds: time))
      }
      var child = entry.firstChild
      while child >= 0 {
        waiting.append((child, level &+ 1))
        child = table.cgroups[child].nextSibling
      }
    }
  }

  private mutating func addFacts(_ slot: Int32, _ table: borrowing WorkloadTable) {
    let (id, identity) = (table.cgroups[slot].id, table.cgroups[slot].identity)
    var set = table.cgroups[slot].facts
    while set >= 0 {
      let texts = table.sets[set].bytes.split(separator: 0, omittingEmptySubsequences: false).dropLast()
      let pairs = stride(from: 0, to: texts.count - 1, by: 2).map { [Array(texts[$0]), Array(texts[$0 + 1])] }
      all += FactsRecord.encoded(
        cgroup: id, source: table.sets[set].source, identity: identity, texts: pairs, timeNanoseconds: time)
      set = table.sets[set].next
    }
  }

  private mutating func addMounts(_ slot: Int32, _ table: borrowing WorkloadTable) {
    let texts = table.tables[slot].bytes.split(separator: 0, omittingEmptySubsequences: false).dropLast()
    let mounts = stride(from: 0, to: texts.count - 3, by: 4).map { index in
      MountsRecord.Mount(
        source: Array(texts[index]), target: Array(texts[index + 1]), fileSystem: Array(texts[index + 2]),
        options: Array(texts[index + 3]))
    }
    all += MountsRecord.encoded(
      namespace: table.tables[slot].namespace, pid: 0, cgroup: 0, mounts: mounts, isNode: table.tables[slot].isNode,
      isCut: table.tables[slot].isCut, timeNanoseconds: time)
  }

  private mutating func addSightings(_ workload: Int32, _ table: borrowing WorkloadTable) {
    guard let cgroup = workload == WorkloadTable.host ? ofHost : table.cgroup(of: workload) else { return }
    var namespaces: [UInt32] = []
    var sighting = table.workloads[workload].firstSighting
    while sighting >= 0 {
      namespaces.append(table.tables[table.sightings[sighting].table].namespace)
      sighting = table.sightings[sighting].nextOfWorkload
    }
    for namespace in namespaces.reversed() {
      all.append(MountsRecord.seen(namespace: namespace, cgroup: cgroup, timeNanoseconds: time))
    }
  }
}
