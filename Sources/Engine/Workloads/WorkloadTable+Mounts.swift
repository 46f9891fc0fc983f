import CEvents
import Events

extension WorkloadTable {
  /// The mounts of a namespace.
  mutating func take(_ record: borrowing MountsRecord) {
    let namespace = record.fixed.ns_mnt
    guard namespace != 0 else { return }
    if record.isGone {
      if let table = byNamespace[namespace] { forgetTable(table) }
      return
    }
    guard let table = table(namespace) else { return }
    if !record.isSeen {
      if !record.isMore {
        mountBytes -= tables[table].bytes.count
        tables[table].clear()
        tables[table].isNode = record.isNode
        tables[table].isCut = false
      }
      if record.isCut { tables[table].isCut = true }
      tables[table].isTold = true
      if let entries = record.entries {
        let room = min(limits.mountsOfTable - tables[table].bytes.count, limits.mounts - mountBytes)
        let before = tables[table].bytes.count
        let left = tables[table].add(entries, room: room)
        if left > 0 { tables[table].isCut = true }
        refused &+= UInt64(left)
        mountBytes += tables[table].bytes.count - before
      }
    }
    let workload = workload(ofCgroup: record.fixed.header.cgroup_id)
    if workload >= 0 { note(table, in: workload) }
    noteChanges(of: table)
    forgetIfUnused(table)
  }

  /// A process of a workload is in that mount namespace.
  mutating func saw(namespace: UInt32, in workload: Int32) {
    guard workload >= 0, namespace != 0, !isSeen(namespace, in: workload), let table = table(namespace) else { return }
    note(table, in: workload)
    forgetIfUnused(table)
  }

  /// Gives that part of each mount of a workload until `body` returns true: of all namespaces that were seen in it, the
  /// node's own only if it is in no other.
  ///
  /// - Returns: whether it did.
  func anyMount(_ part: MountTable.Part, of workload: Int32, _ body: (RawSpan) -> Bool) -> Bool {
    guard workload >= 0 else { return false }
    let hasOwn = hasOwnMounts(workload)
    var sighting = workloads[workload].firstSighting
    while sighting >= 0 {
      let table = sightings[sighting].table
      if !hasOwn || !tables[table].isNode, tables[table].any(part, body) { return true }
      sighting = sightings[sighting].nextOfWorkload
    }
    return false
  }

  private func hasOwnMounts(_ workload: Int32) -> Bool {
    var sighting = workloads[workload].firstSighting
    while sighting >= 0 {
      if !tables[sightings[sighting].table].isNode { return true }
      sighting = sightings[sighting].nextOfWorkload
    }
    return false
  }

  /// False: the table of a namespace that was seen in it has not come yet, or there may be mounts that are not in it.
  func hasAllMounts(_ workload: Int32) -> Bool {
    guard workload >= 0 else { return false }
    var sighting = workloads[workload].firstSighting
    while sighting >= 0 {
      let table = sightings[sighting].table
      if !tables[table].isTold || tables[table].isCut { return false }
      sighting = sightings[sighting].nextOfWorkload
    }
    return true
  }

  // MARK: - Keeping

  private mutating func table(_ namespace: UInt32) -> Int32? {
    if let table = byNamespace[namespace] { return table }
    guard tables.used < limits.tables else {
      refused &+= 1
      return nil
    }
    let table = tables.take(MountTable())
    tables[table].reset(namespace: namespace)
    byNamespace[namespace] = table
    return table
  }

  private func isSeen(_ namespace: UInt32, in workload: Int32) -> Bool {
    var sighting = workloads[workload].firstSighting
    while sighting >= 0 {
      if tables[sightings[sighting].table].namespace == namespace { return true }
      sighting = sightings[sighting].nextOfWorkload
    }
    return false
  }

  private mutating func note(_ table: Int32, in workload: Int32) {
    guard !isSeen(tables[table].namespace, in: workload) else { return }
    if workloads[workload].sightings >= limits.sightings { forgetOldest(of: workload) }
    let sighting = sightings.take(MountSighting())
    let next = tables[table].firstSighting
    sightings[sighting] = MountSighting(
      workload: workload, table: table, nextOfWorkload: workloads[workload].firstSighting, nextOfTable: next)
    if next >= 0 { sightings[next].previousOfTable = sighting }
    tables[table].firstSighting = sighting
    workloads[workload].firstSighting = sighting
    workloads[workload].sightings += 1
    workloads[workload].changed = noteChange()
  }

  private mutating func noteChanges(of table: Int32) {
    let change = noteChange()
    var sighting = tables[table].firstSighting
    while sighting >= 0 {
      workloads[sightings[sighting].workload].changed = change
      sighting = sightings[sighting].nextOfTable
    }
  }

  private mutating func forgetOldest(of workload: Int32) {
    var previous: Int32 = -1
    var last = workloads[workload].firstSighting
    while last >= 0, sightings[last].nextOfWorkload >= 0 {
      previous = last
      last = sightings[last].nextOfWorkload
    }
    if last >= 0 { forget(last, after: previous) }
  }

  mutating func forgetSightings(of workload: Int32) {
    while case let first = workloads[workload].firstSighting, first >= 0 { forget(first, after: -1) }
  }

  private mutating func forgetTable(_ table: Int32) {
    while case let sighting = tables[table].firstSighting, sighting >= 0 {
      let workload = sightings[sighting].workload
      var previous: Int32 = -1
      var next = workloads[workload].firstSighting
      while next >= 0, next != sighting {
        previous = next
        next = sightings[next].nextOfWorkload
      }
      tables[table].isTold = true  // goes at the end, not with its last sighting
      forget(sighting, after: previous)
    }
    drop(table)
  }

  /// - Parameter previous: in the workload's list; -1: it is the first.
  private mutating func forget(_ sighting: Int32, after previous: Int32) {
    let entry = sightings[sighting]
    if previous >= 0 {
      sightings[previous].nextOfWorkload = entry.nextOfWorkload
    } else {
      workloads[entry.workload].firstSighting = entry.nextOfWorkload
    }
    if entry.nextOfTable >= 0 { sightings[entry.nextOfTable].previousOfTable = entry.previousOfTable }
    if entry.previousOfTable >= 0 {
      sightings[entry.previousOfTable].nextOfTable = entry.nextOfTable
    } else {
      tables[entry.table].firstSighting = entry.nextOfTable
    }
    workloads[entry.workload].sightings -= 1
    workloads[entry.workload].changed = noteChange()
    sightings.give(sighting)
    forgetIfUnused(entry.table)
  }

  /// Nobody told of it, and nobody is in it.
  private mutating func forgetIfUnused(_ table: Int32) {
    if !tables[table].isTold, tables[table].firstSighting < 0 { drop(table) }
  }

  private mutating func drop(_ table: Int32) {
    mountBytes -= tables[table].bytes.count
    byNamespace[tables[table].namespace] = nil
    tables[table].clear()
    tables.give(table)
  }
}
