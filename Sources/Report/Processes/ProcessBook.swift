import CEvents
import Events

/// The processes of a trace as far as alerts may need them: those that run, their ancestors, those that ended a moment
/// ago, and for good those that are on the page. Of bounded size.
struct ProcessBook {
  private let limits: ReportLimits
  private var entries: [BookedProcess] = []
  private var free: [Int32] = []
  private var slots: [ProcessKey: Int32] = [:]
  /// The youngest process of a pid.
  private var youngest: [UInt32: Int32] = [:]
  private var ended: EndedQueue

  /// Slots of the processes on the page, by their numbers.
  private(set) var kept: [Int32] = []
  /// The page has room for no more.
  var isFull: Bool { kept.count >= limits.keptProcesses }
  /// Processes that were not known, as the book was full.
  private(set) var refused: UInt64 = 0

  init(_ limits: ReportLimits) {
    self.limits = limits
    ended = EndedQueue(capacity: limits.endedProcesses)
  }

  subscript(slot: Int32) -> BookedProcess {
    _read { yield entries[Int(slot)] }
    _modify { yield &entries[Int(slot)] }
  }

  // MARK: - What records tell

  /// Takes what a record tells.
  ///
  /// - Parameter time: wall clock of the record, nanoseconds.
  /// - Returns: the record's process; -1: it has none, or it is not known.
  mutating func take(_ record: borrowing Record, _ kind: EventKind, time: Int64) -> Int32 {
    let key = ProcessKey(pid: record.header.pid, startNanoseconds: record.header.start_ns)
    switch kind {
    case .exec, .task: return started(copy record, key, kind, time: time)
    case .fork: return forked(copy record, key, time: time)
    case .exit:
      guard let slot = slots[key], let exit = try? record.exit() else { return -1 }
      self[slot].comm = Self.text(exit.comm)
      end(
        slot,
        BookedProcess.Ending(
          timeNanoseconds: time, code: exit.code, signal: exit.signal, hasDumped: exit.core_dumped != 0))
      return slot
    case .connect, .connected, .accept, .close, .listen, .bind, .send, .socket:
      guard let socket = try? record.socket() else { return -1 }
      let slot = findOrInsert(key, Self.start(record, time: time))
      guard slot >= 0 else { return -1 }
      if self[slot].comm.isEmpty { self[slot].comm = Self.text(socket.comm) }
      self[slot].endpoints.take(socket, kind, time: time)
      return slot
    case .known:
      if let known = try? record.known() { take(known, key, Self.start(record, time: time)) }
      return -1
    case .stream, .counters, .cgroup, .cgroupEnd, .facts, .mounts: return -1
    }
  }

  /// What the writer of a stream that starts in the middle knew of a process.
  private mutating func take(_ known: sv_known, _ key: ProcessKey, _ start: Int64?) {
    let slot = findOrInsert(key, start)
    guard slot >= 0 else { return }
    self[slot].comm = Self.text(known.comm)
    self[slot].uid = known.uid
    let owner = slots[ProcessKey(pid: known.image_pid, startNanoseconds: known.image_start_ns)]
    if let owner, owner != slot { self[slot].inherited = self[owner].program }
    link(slot, to: ProcessKey(pid: known.parent_pid, startNanoseconds: known.parent_start_ns))
    if known.flags & SV_KNOWN_ENDED != 0 { end(slot, nil) }
  }

  private mutating func started(
    _ record: borrowing Record, _ key: ProcessKey, _ kind: EventKind, time: Int64
  ) -> Int32 {
    guard let process = try? ProcessRecord(copy record) else { return -1 }
    let slot = findOrInsert(key, Self.start(record, time: time))
    guard slot >= 0 else { return -1 }
    self[slot].comm = Self.text(process.fixed.comm)
    self[slot].start(Program(process, timeNanoseconds: kind == .exec ? time : nil), uid: process.fixed.uid)
    // A process whose parent ended has another by now; who made it tells more.
    if self[slot].parentKey.pid == 0 {
      link(slot, to: ProcessKey(pid: process.fixed.parent_pid, startNanoseconds: process.fixed.parent_start_ns))
    }
    return slot
  }

  private mutating func forked(_ record: borrowing Record, _ key: ProcessKey, time: Int64) -> Int32 {
    guard let fork = try? record.fork() else { return -1 }
    let isKnown = slots[key] != nil
    let slot = findOrInsert(key, Self.start(record, time: time))
    guard slot >= 0 else { return -1 }
    link(slot, to: ProcessKey(pid: fork.parent_pid, startNanoseconds: fork.parent_start_ns))
    // The snapshot had it already, and what that told is newer.
    if isKnown { return slot }
    self[slot].comm = Self.text(fork.comm)
    self[slot].uid = fork.uid
    let creator = slots[ProcessKey(pid: fork.creator_pid, startNanoseconds: fork.creator_start_ns)]
    self[slot].inherited = creator.flatMap { self[$0].program }
    return slot
  }

  // MARK: - Asking

  /// -1: not known.
  func parent(of slot: Int32) -> Int32 {
    let entry = self[slot]
    if entry.parent >= 0 { return entry.parent }
    // In the snapshot a child may come before its parent.
    return entry.parentKey.canBeParent(of: entry.key) ? slots[entry.parentKey] ?? -1 : -1
  }

  // MARK: - The page

  /// Puts a process on the page, with its ancestors and descendants, those to come included, as far as there is room.
  ///
  /// - Returns: its number; -1: there is no room.
  mutating func keep(_ slot: Int32) -> Int {
    guard slot >= 0, keepAlone(slot) else { return -1 }
    guard !self[slot].isSubject else { return self[slot].number }
    self[slot].isSubject = true
    self[slot].room = limits.descendants
    for child in self[slot].children { if let child = slots[child] { keep(descendant: child, of: slot) } }
    var ancestor = parent(of: slot)
    var left = limits.ancestors
    // One that is there has its ancestors there.
    while left > 0, ancestor >= 0, self[ancestor].number < 0, keepAlone(ancestor) {
      ancestor = parent(of: ancestor)
      left -= 1
    }
    return self[slot].number
  }

  private mutating func keepAlone(_ slot: Int32) -> Bool {
    if self[slot].number >= 0 { return true }
    guard !isFull else { return false }
    self[slot].number = kept.count
    self[slot].references += 1
    kept.append(slot)
    return true
  }

  private mutating func keep(descendant: Int32, of anchor: Int32) {
    var waiting = [descendant]
    while let next = waiting.popLast() {
      guard self[next].number < 0 else { continue }
      guard self[anchor].room > 0, keepAlone(next) else { return }
      self[anchor].room -= 1
      self[next].anchor = anchor
      for child in self[next].children { if let child = slots[child] { waiting.append(child) } }
    }
  }

  // MARK: - Keeping book

  /// Wall clock of a process's start; nil: it is not known.
  private static func start(_ record: borrowing Record, time: Int64) -> Int64? {
    guard record.header.start_ns != 0 else { return nil }
    return time &- Int64(bitPattern: record.header.time_ns &- record.header.start_ns)
  }

  /// - Parameter start: wall clock, nanoseconds.
  private mutating func findOrInsert(_ key: ProcessKey, _ start: Int64?) -> Int32 {
    guard key.pid != 0 else { return -1 }
    if let known = slots[key] { return known }
    // The exit of a process whose pid is used again was lost.
    if let older = youngest[key.pid], self[older].key.startNanoseconds < key.startNanoseconds { end(older, nil) }
    var entry = BookedProcess()
    entry.key = key
    entry.startNanoseconds = start
    let slot: Int32
    if let reused = free.popLast() {
      slot = reused
      self[slot] = entry
    } else if entries.count < limits.processes {
      slot = Int32(entries.count)
      entries.append(entry)
    } else {
      refused &+= 1
      return -1
    }
    slots[key] = slot
    youngest[key.pid] = slot
    return slot
  }

  private mutating func link(_ slot: Int32, to key: ProcessKey) {
    guard key.pid != 0, key != self[slot].parentKey, key.canBeParent(of: self[slot].key) else { return }
    let before = self[slot].parent
    self[slot].parentKey = key
    self[slot].parent = -1
    if let parent = slots[key] {
      self[slot].parent = parent
      self[parent].references += 1
      self[parent].add(child: self[slot].key)
      let anchor = self[parent].isSubject ? parent : self[parent].anchor
      if anchor >= 0 { keep(descendant: slot, of: anchor) }
    }
    release(before)
  }

  /// - Parameter ending: nil: it is not known when and how.
  private mutating func end(_ slot: Int32, _ ending: BookedProcess.Ending?) {
    if self[slot].ending == nil { self[slot].ending = ending }
    guard !self[slot].isQueued else { return }
    self[slot].isQueued = true
    if let forgotten = ended.push(slot) { release(forgotten) }
  }

  /// Takes a reference away, and frees what nothing refers to any more, up to the first ancestor that stays.
  private mutating func release(_ slot: Int32) {
    var next = slot
    while next >= 0 {
      self[next].references -= 1
      guard self[next].references == 0 else { return }
      let key = self[next].key
      let parent = self[next].parent
      slots[key] = nil
      if youngest[key.pid] == next { youngest[key.pid] = nil }
      self[next] = BookedProcess()
      free.append(next)
      next = parent
    }
  }

  private static func text<Bytes: BitwiseCopyable>(_ field: Bytes) -> [UInt8] {
    withUnsafeBytes(of: field) { Array($0.prefix { $0 != 0 }) }
  }
}
