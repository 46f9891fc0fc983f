import CEvents
import Events

extension WorkloadTable {
  /// What a source says of a cgroup.
  mutating func take(_ record: borrowing FactsRecord) {
    guard let source = record.source, let slot = findOrName(record.fixed.header.cgroup_id) else { return }
    if record.identity != .unsaid { cgroups[slot].identity = record.identity }
    let set = place(of: source, slot)
    sets[set].timeNanoseconds = record.fixed.header.time_ns
    if !record.isMore {
      factBytes -= sets[set].size
      sets[set].clear()
    }
    if let pairs = record.pairs {
      let room = min(limits.factsOfCgroup - size(slot), limits.facts - factBytes)
      let before = sets[set].size
      refused &+= UInt64(sets[set].add(pairs, room: room))
      factBytes += sets[set].size - before
    }
    cgroups[slot].changed = noteChange()
  }

  private func size(_ slot: Int32) -> Int {
    var size = 0
    var set = cgroups[slot].facts
    while set >= 0 {
      size += sets[set].size
      set = sets[set].next
    }
    return size
  }

  /// The source's set of a cgroup, made if there is none.
  private mutating func place(of source: FactSource, _ slot: Int32) -> Int32 {
    var previous: Int32 = -1
    var next = cgroups[slot].facts
    while next >= 0, sets[next].source.rawValue < source.rawValue {
      previous = next
      next = sets[next].next
    }
    if next >= 0, sets[next].source == source { return next }
    let set = sets.take(FactSet())
    sets[set].clear()
    sets[set].source = source
    sets[set].next = next
    if previous >= 0 { sets[previous].next = set } else { cgroups[slot].facts = set }
    return set
  }

  mutating func forgetFacts(of slot: Int32) {
    var set = cgroups[slot].facts
    while set >= 0 {
      let next = sets[set].next
      factBytes -= sets[set].size
      sets[set].clear()
      sets.give(set)
      set = next
    }
    cgroups[slot].facts = -1
  }
}
