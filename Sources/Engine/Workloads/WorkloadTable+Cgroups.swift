import CEvents
import Events

extension WorkloadTable {
  /// A cgroup that was made, or was there before.
  mutating func take(_ record: borrowing CgroupRecord) {
    let fixed = record.fixed
    let id = fixed.header.cgroup_id
    guard id != 0 else { return }
    let isFound = fixed.flags & SV_CGROUP_FOUND != 0
    if let known = byID[id], cgroups[known].isTold {
      let isSame = cgroups[known].parentID == fixed.parent_id && hasName(known, record)
      // What the agent found may be a cgroup that the kernel told of as well.
      if isSame, isFound || !cgroups[known].isLeaving { return cgroups[known].isLeaving = false }
      remove(known)
    }
    guard let slot = byID[id] ?? added(id) else { return }
    cgroups[slot].isTold = true
    cgroups[slot].isLeaving = false
    cgroups[slot].parentID = fixed.parent_id
    cgroups[slot].madeNanoseconds = isFound ? fixed.made_ns : fixed.header.time_ns
    cgroups[slot].changed = noteChange()
    if let name = record.name { name.withUnsafeBytes { cgroups[slot].name.append(contentsOf: $0.prefix(Self.nameLimit)) } }
    guard fixed.parent_id != 0 else { return resolve(from: slot) }
    // Forged, or there is no room for the one above: it can't be placed, so nothing is known of it.
    guard let parent = findOrName(fixed.parent_id), link(slot, below: parent) else { return remove(slot) }
    if cgroups[parent].workload >= 0 { resolve(from: slot) }
  }

  /// Of a root; the kernel's own names are shorter.
  private static var nameLimit: Int { 4096 }

  private func hasName(_ slot: Int32, _ record: borrowing CgroupRecord) -> Bool {
    guard let name = record.name else { return cgroups[slot].name.isEmpty }
    return name.withUnsafeBytes { $0.prefix(Self.nameLimit).elementsEqual(cgroups[slot].name) }
  }

  /// A cgroup that was removed. It stays a while.
  mutating func end(_ record: borrowing CgroupRecord) {
    guard let slot = byID[record.fixed.header.cgroup_id], cgroups[slot].isTold, !cgroups[slot].isLeaving else { return }
    leave(slot)
  }

  /// Makes one of which only the id is known, if there is none. It is there for a while, unless a record tells of it.
  ///
  /// - Returns: nil: there is no room for it.
  mutating func findOrName(_ id: UInt64) -> Int32? {
    if let slot = byID[id] { return slot }
    guard id != 0, let slot = added(id) else { return nil }
    leave(slot)
    return slot
  }

  private mutating func added(_ id: UInt64) -> Int32? {
    while cgroups.used >= limits.cgroups, let oldest = leaving.pop() { removeIfLeft(oldest) }
    guard cgroups.used < limits.cgroups else {
      refused &+= 1
      return nil
    }
    let slot = cgroups.take(CgroupEntry())
    cgroups[slot].reset(id: id)
    byID[id] = slot
    return slot
  }

  private mutating func leave(_ slot: Int32) {
    while leaving.isFull, let oldest = leaving.pop() {
      if oldest.slot != slot { removeIfLeft(oldest) }
    }
    // It went with one above it that had ended before.
    guard byID[cgroups[slot].id] == slot else { return }
    cgroups[slot].isLeaving = true
    ends &+= 1
    cgroups[slot].leaving = ends
    _ = leaving.push((slot, ends))
  }

  private mutating func removeIfLeft(_ place: (slot: Int32, number: UInt64)) {
    let entry = cgroups[place.slot]
    if entry.isLeaving, entry.leaving == place.number { remove(place.slot) }
  }

  // MARK: - Places

  /// - Returns: false: it is above the other itself, as far as is looked.
  private mutating func link(_ slot: Int32, below parent: Int32) -> Bool {
    // Only records that were forged could make a ring; what leads to the root is in none.
    if cgroups[slot].firstChild >= 0 || slot == parent {
      var next = parent
      var steps = 0
      while next >= 0, cgroups[next].workload < 0 {
        guard next != slot, steps < 256 else { return false }
        next = cgroups[next].parent
        steps += 1
      }
    }
    cgroups[slot].parent = parent
    let first = cgroups[parent].firstChild
    cgroups[slot].nextSibling = first
    cgroups[slot].previousSibling = -1
    if first >= 0 { cgroups[first].previousSibling = slot }
    cgroups[parent].firstChild = slot
    return true
  }

  private mutating func unlink(_ slot: Int32) {
    let (parent, next, previous) = (cgroups[slot].parent, cgroups[slot].nextSibling, cgroups[slot].previousSibling)
    if next >= 0 { cgroups[next].previousSibling = previous }
    if previous >= 0 { cgroups[previous].nextSibling = next } else if parent >= 0 { cgroups[parent].firstChild = next }
  }

  /// Removes a cgroup with all below it, which can't be without it.
  mutating func remove(_ slot: Int32) {
    unlink(slot)
    cgroups[slot].parent = -1
    var next = slot
    while true {
      let child = cgroups[next].firstChild
      if child >= 0 {
        next = child
        continue
      }
      let parent = cgroups[next].parent
      if parent >= 0 { unlink(next) }
      free(next)
      guard next != slot else { return }
      next = parent
    }
  }

  private mutating func free(_ slot: Int32) {
    forgetFacts(of: slot)
    let workload = cgroups[slot].workload
    if workload >= 0 { release(workload, from: slot) }
    byID[cgroups[slot].id] = nil
    cgroups[slot].isLeaving = false
    cgroups.give(slot)
  }

  // MARK: - Workloads

  /// Finds the workload of a cgroup whose path is known now, and of those below it.
  private mutating func resolve(from slot: Int32) {
    assign(slot)
    guard cgroups[slot].firstChild >= 0 else { return }
    var waiting = [slot]
    while let next = waiting.popLast() {
      var child = cgroups[next].firstChild
      while child >= 0 {
        if cgroups[child].workload < 0 {
          assign(child)
          if cgroups[child].firstChild >= 0 { waiting.append(child) }
        }
        child = cgroups[child].nextSibling
      }
    }
  }

  private mutating func assign(_ slot: Int32) {
    let parent = cgroups[slot].parent
    let above = parent < 0 ? Self.host : cgroups[parent].workload
    if above > 0, workloads[above].isWhole { return join(slot, above) }
    let names = names(of: slot)
    guard let found = CgroupWorkload(names: names) else { return join(slot, Self.host) }
    // It is told by the cgroup above, unless that has no record of its own.
    if found.depth < names.count, parent >= 0 { return join(slot, above) }
    let workload = workloads.take(Workload())
    workloads[workload].fill(found, cgroup: slot, path: names.prefix(found.depth))
    workloads[workload].made = noteChange()
    workloads[workload].changed = workloads[workload].made
    join(slot, workload)
  }

  private mutating func join(_ slot: Int32, _ workload: Int32) {
    guard workload >= 0 else { return }
    if workload > 0, workloads[workload].cgroups >= limits.cgroupsOfWorkload {
      refused &+= 1
      return
    }
    cgroups[slot].workload = workload
    workloads[workload].cgroups += 1
  }

  private mutating func release(_ workload: Int32, from slot: Int32) {
    workloads[workload].cgroups -= 1
    if workloads[workload].cgroup == slot { workloads[workload].cgroup = -1 }
    guard workloads[workload].cgroups == 0 else { return }
    forgetSightings(of: workload)
    if workload != Self.host { workloads.give(workload) }
  }

  /// From the one below the root down.
  private func names(of slot: Int32) -> [Substring] {
    var names: [Substring] = []
    var next = slot
    while next >= 0 {
      let name = String(decoding: cgroups[next].name, as: UTF8.self)
      if cgroups[next].parentID == 0 {
        names += name.split(separator: "/").reversed()
      } else {
        names.append(name[...])
      }
      next = cgroups[next].parent
    }
    return names.reversed()
  }
}
