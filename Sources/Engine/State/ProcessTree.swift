import CEvents
import Events

/// The processes of a node by (pid, start time), as the records tell them. Those that ended stay as long as a child
/// does, and the latest few thousand a while longer: sockets outlive their owners.
struct ProcessTree: ~Copyable {
  private(set) var images = ImageStore()
  private var entries: [ProcessEntry] = []
  private var free: [Int32] = []
  /// The youngest process of a pid; older ones hang on its `older`.
  private var byPID: [UInt32: Int32] = [:]
  private(set) var exited: EndedQueue<Int32>
  private let capacity: Int
  /// Processes that found no room.
  private(set) var refused: UInt64 = 0

  /// - Parameters:
  ///   - capacity: processes at most. Full: the longest dead go first; if all live, new ones are not kept.
  ///   - exitedCapacity: ended processes that are kept though no child holds them.
  init(capacity: Int, exitedCapacity: Int) {
    self.capacity = capacity
    exited = EndedQueue(capacity: exitedCapacity)
    byPID.reserveCapacity(4096)
  }

  subscript(slot: Int32) -> ProcessEntry { _read { yield entries[Int(slot)] } }

  /// Where processes may be: those without references are free.
  var slots: Range<Int32> { 0..<Int32(entries.count) }

  /// Processes known, those that ended included.
  var count: Int { entries.count - free.count }

  // MARK: - What records tell

  /// An exec or task record: the process runs this image from now on.
  /// - Returns: its slot; -1 if there was no room.
  mutating func started(_ process: borrowing ProcessRecord) -> Int32 {
    let fixed = process.fixed
    let slot = findOrInsert(pid: fixed.header.pid, startNanoseconds: fixed.header.start_ns)
    guard slot >= 0 else { return -1 }
    let image = images.insert(process)
    images.release(entries[Int(slot)].image)
    entries[Int(slot)].image = image
    entries[Int(slot)].comm = Comm(fixed.comm)
    entries[Int(slot)].uid = fixed.uid
    entries[Int(slot)].gid = fixed.gid
    entries[Int(slot)].euid = fixed.euid
    entries[Int(slot)].egid = fixed.egid
    entries[Int(slot)].session = fixed.session
    entries[Int(slot)].innerPID = fixed.inner_pid
    // A process whose parent ended has another by now; who made it tells more.
    if entries[Int(slot)].parentPID == 0 {
      link(slot, toParent: fixed.parent_pid, startNanoseconds: fixed.parent_start_ns)
    }
    return slot
  }

  mutating func forked(_ fork: sv_fork) -> Int32 {
    let isKnown = find(pid: fork.header.pid, startNanoseconds: fork.header.start_ns) >= 0
    let slot = findOrInsert(pid: fork.header.pid, startNanoseconds: fork.header.start_ns)
    guard slot >= 0 else { return -1 }
    link(slot, toParent: fork.parent_pid, startNanoseconds: fork.parent_start_ns)
    // The snapshot had it already, and what that told is newer.
    if isKnown { return slot }
    let creator = find(pid: fork.creator_pid, startNanoseconds: fork.creator_start_ns)
    if creator >= 0 {
      let image = entries[Int(creator)].image
      images.retain(image)
      entries[Int(slot)].image = image
    }
    entries[Int(slot)].comm = Comm(fork.comm)
    entries[Int(slot)].uid = fork.uid
    entries[Int(slot)].gid = fork.gid
    entries[Int(slot)].euid = fork.euid
    entries[Int(slot)].egid = fork.egid
    entries[Int(slot)].session = fork.session
    entries[Int(slot)].innerPID = fork.inner_pid
    return slot
  }

  mutating func exited(_ exit: sv_exit) -> Int32 {
    let slot = find(pid: exit.header.pid, startNanoseconds: exit.header.start_ns)
    guard slot >= 0 else { return -1 }
    entries[Int(slot)].comm = Comm(exit.comm)
    markExited(slot)
    return slot
  }

  /// A process as the writer of a stream knew it: told first, it is new; told again, it is as it is told now.
  mutating func known(_ known: sv_known) {
    let found = find(pid: known.header.pid, startNanoseconds: known.header.start_ns)
    let slot = found >= 0 ? found : inserted(pid: known.header.pid, startNanoseconds: known.header.start_ns)
    guard slot >= 0 else { return }
    let imageOwner = find(pid: known.image_pid, startNanoseconds: known.image_start_ns)
    if entries[Int(slot)].image < 0, imageOwner >= 0 {
      let image = entries[Int(imageOwner)].image
      images.retain(image)
      entries[Int(slot)].image = image
    }
    entries[Int(slot)].comm = Comm(known.comm)
    entries[Int(slot)].uid = known.uid
    entries[Int(slot)].gid = known.gid
    entries[Int(slot)].euid = known.euid
    entries[Int(slot)].egid = known.egid
    entries[Int(slot)].session = known.session
    entries[Int(slot)].innerPID = known.inner_pid
    link(
      slot, toParent: known.parent_pid, startNanoseconds: known.parent_start_ns,
      holdsIt: known.flags & SV_KNOWN_LINKED != 0)
    guard known.flags & SV_KNOWN_ENDED != 0, !entries[Int(slot)].hasExited else { return }
    if known.flags & SV_KNOWN_FORGOTTEN == 0 { return markExited(slot) }
    entries[Int(slot)].hasExited = true
    release(slot)
  }

  // MARK: - Asking

  /// -1: not known.
  func find(pid: UInt32, startNanoseconds: UInt64) -> Int32 {
    guard pid != 0, var slot = byPID[pid] else { return -1 }
    while slot >= 0, entries[Int(slot)].startNanoseconds != startNanoseconds { slot = entries[Int(slot)].older }
    return slot
  }

  /// The youngest process of that pid that started no later; -1: none. For ids that come without a start time.
  func find(pid: UInt32, notAfterNanoseconds time: UInt64) -> Int32 {
    guard pid != 0, var slot = byPID[pid] else { return -1 }
    while slot >= 0, entries[Int(slot)].startNanoseconds > time { slot = entries[Int(slot)].older }
    return slot
  }

  func parent(of slot: Int32) -> Int32 {
    guard slot >= 0 else { return -1 }
    let entry = entries[Int(slot)]
    if entry.parent >= 0 { return entry.parent }
    // In the snapshot a child may come before its parent.
    return find(pid: entry.parentPID, startNanoseconds: entry.parentStartNanoseconds)
  }

  // MARK: - Keeping

  private mutating func findOrInsert(pid: UInt32, startNanoseconds: UInt64) -> Int32 {
    guard pid != 0 else { return -1 }
    let known = find(pid: pid, startNanoseconds: startNanoseconds)
    if known >= 0 { return known }
    let slot = inserted(pid: pid, startNanoseconds: startNanoseconds)
    // The exit of a process whose pid is used again was lost.
    if slot >= 0, case let older = entries[Int(slot)].older, older >= 0,
      entries[Int(older)].startNanoseconds < startNanoseconds
    {
      markExited(older)
    }
    return slot
  }

  private mutating func inserted(pid: UInt32, startNanoseconds: UInt64) -> Int32 {
    guard pid != 0 else { return -1 }
    guard makeRoom() else {
      refused &+= 1
      return -1
    }
    var entry = ProcessEntry()
    entry.pid = pid
    entry.startNanoseconds = startNanoseconds
    entry.references = 1
    let slot: Int32
    if let reused = free.popLast() {
      slot = reused
      entries[Int(slot)] = entry
    } else {
      slot = Int32(entries.count)
      entries.append(entry)
    }
    // Looked up only now: making room may have removed the pid's older process.
    entries[Int(slot)].older = byPID[pid] ?? -1
    byPID[pid] = slot
    return slot
  }

  /// - Parameter holdsIt: the parent stays as long as this one does.
  private mutating func link(
    _ slot: Int32, toParent pid: UInt32, startNanoseconds: UInt64, holdsIt: Bool = true
  ) {
    let entry = entries[Int(slot)]
    if entry.parent >= 0, entry.parentPID == pid, entry.parentStartNanoseconds == startNanoseconds { return }
    let parent = find(pid: pid, startNanoseconds: startNanoseconds)
    // Records that were forged could make a ring of parents.
    guard parent != slot, !isAncestor(slot, of: parent) else { return }
    entries[Int(slot)].parentPID = pid
    entries[Int(slot)].parentStartNanoseconds = startNanoseconds
    entries[Int(slot)].parent = holdsIt ? parent : -1
    if holdsIt, parent >= 0 { entries[Int(parent)].references += 1 }
    release(entry.parent)
  }

  private func isAncestor(_ candidate: Int32, of slot: Int32) -> Bool {
    var next = slot
    while next >= 0 {
      if next == candidate { return true }
      next = parent(of: next)
    }
    return false
  }

  private mutating func markExited(_ slot: Int32) {
    guard !entries[Int(slot)].hasExited else { return }
    entries[Int(slot)].hasExited = true
    if let forgotten = exited.push(slot) { release(forgotten) }
  }

  /// Takes a reference away, and frees what nothing refers to any more, up to the first ancestor that stays.
  private mutating func release(_ slot: Int32) {
    var next = slot
    while next >= 0 {
      entries[Int(next)].references -= 1
      guard entries[Int(next)].references == 0 else { return }
      let entry = entries[Int(next)]
      unlinkPID(next)
      images.release(entry.image)
      free.append(next)
      next = entry.parent
    }
  }

  private mutating func unlinkPID(_ slot: Int32) {
    let entry = entries[Int(slot)]
    guard var next = byPID[entry.pid] else { return }
    if next == slot {
      byPID[entry.pid] = entry.older >= 0 ? entry.older : nil
      return
    }
    while entries[Int(next)].older >= 0 {
      let older = entries[Int(next)].older
      if older == slot {
        entries[Int(next)].older = entry.older
        return
      }
      next = older
    }
  }

  private mutating func makeRoom() -> Bool {
    while free.isEmpty, entries.count >= capacity {
      guard let oldest = exited.pop() else { return false }
      release(oldest)
    }
    return true
  }
}
