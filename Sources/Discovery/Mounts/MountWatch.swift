internal import CEvents
package import Events
internal import Glibc
package import SystemPackage

/// The mount tables of the namespaces that programs run in, told as records among those of the kernel: a table before
/// the first program in its namespace, and again when it changed.
///
/// What a table holds is told before any record of what happened with it, and is told until all records of what
/// happened before it went away were handed on: the caller takes a place in the ring, has it ``look(place:now:tell:)``,
/// hands on records up to that place, and says so by ``passed(place:now:tell:)``. Between, old and new are told
/// together. Two changes within one such round may go unseen when the second undoes the first.
///
/// A table that could not be read, as no process was there any more or the time for it was used up, is told as cut:
/// there may be mounts that are not told. An open table keeps its namespace, and so its mounts, from going away: it is
/// closed when the last known process of the namespace ended.
///
/// The thread that reads the ring.
package final class MountWatch {
  private let settings: MountSettings
  private let poll: MountPoll
  private var namespaces: [UInt32: MountNamespace] = [:]
  /// Namespaces of processes that are not in the node's own.
  private var processes: [UInt32: UInt32] = [:]
  /// The node's own namespace, and a process in it.
  package let node: UInt32
  private let nodeProcess: UInt32
  private let watchLimit: Int
  private var nodeReadAt: UInt64 = 0
  /// Changed, or not read yet; and told with more than they hold; and without known processes.
  private var unread: Set<UInt32> = []
  private var unions: Set<UInt32> = []
  private var emptied: Set<UInt32> = []
  private var budget: TimeBudget
  private var buffer = [UInt8](repeating: 0, count: 64 << 10)
  private var watched = 0
  private var textBytes = 0
  private var checks = MountChecks()

  /// Namespaces of which the table could not be had when it was needed, since the start.
  package private(set) var failures: UInt64 = 0
  /// Of these, as the time for it was used up.
  package private(set) var postponed: UInt64 = 0

  /// - Throws: there is no /proc, or no file can be opened.
  package init(settings: MountSettings = MountSettings()) throws(DiscoveryError) {
    self.settings = settings
    watchLimit = min(settings.watched, Self.roomForFiles())
    budget = TimeBudget(nanosecondsPerSecond: settings.budgetNanoseconds)
    // The node's first process, where it may be looked at; else the agent itself stands for the node.
    guard let found = [1, UInt32(getpid())].lazy.compactMap({ pid in MountFile.namespace(of: pid).map { (pid, $0) } }).first
    else { throw .operation("looking at /proc/1/ns/mnt", Errno(rawValue: errno)) }
    (nodeProcess, node) = found
    do { poll = try MountPoll() } catch { throw .operation("waiting for mounts", error) }
  }

  /// Files that may be open for this: a half of what the process may have open.
  private static func roomForFiles() -> Int {
    var limit = rlimit()
    guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return 256 }
    return Int(clamping: limit.rlim_cur / 2)
  }

  /// Readable when a table changed.
  package var descriptor: FileDescriptor { poll.descriptor }

  /// When ``look(place:now:tell:)`` has something to do that was put off, CLOCK_BOOTTIME; nil: nothing.
  package func due(now: UInt64) -> UInt64? {
    guard !unread.isEmpty else { return nil }
    return unread == [node] ? nodeReadAt + settings.nodeIntervalNanoseconds : now + 20_000_000
  }

  /// Namespaces that are known, and watched.
  package var counts: (known: Int, watched: Int) { (namespaces.count, watched) }

  /// Tells the node's own table.
  package func open(now: UInt64, tell: (RawSpan) -> Void) {
    namespaces[node] = MountNamespace(pid: nodeProcess, cgroup: 0)
    read(node, place: 0, now: now, isForced: true, tell: tell)
  }

  // MARK: - What happens

  /// To be called with each record before it is handed on.
  ///
  /// - Parameter isForced: the table is read whatever time that takes: before the ring is read.
  package func before(_ record: borrowing Record, isForced: Bool = false, tell: (RawSpan) -> Void) {
    switch record.kind {
    case .exec, .task:
      guard let namespace = try? ProcessRecord(copy record).fixed.ns_mnt, namespace != 0 else { return }
      entered(record.header, namespace, isForced: isForced, tell: tell)
    case .fork:
      guard !processes.isEmpty, let creator = try? record.fork().creator_pid, let namespace = processes[creator] else {
        return
      }
      move(record.header.pid, to: namespace)
    case .exit:
      if !processes.isEmpty { move(record.header.pid, to: nil) }
    default: break
    }
  }

  private func entered(_ header: sv_header, _ namespace: UInt32, isForced: Bool, tell: (RawSpan) -> Void) {
    guard namespace != node else {
      if !processes.isEmpty { move(header.pid, to: nil) }
      return
    }
    if namespaces[namespace] == nil {
      guard namespaces.count < settings.namespaces else {
        failures &+= 1
        move(header.pid, to: nil)
        var unknown = MountTable()
        unknown.isCut = true
        let nobody = MountNamespace(pid: header.pid, cgroup: header.cgroup_id)
        return tellTable(unknown, of: namespace, nobody, now: header.time_ns, tell)
      }
      namespaces[namespace] = MountNamespace(pid: header.pid, cgroup: header.cgroup_id)
    }
    move(header.pid, to: namespace)
    // Also where the process that it was known by was gone too soon, or saw a part of it.
    guard let known = namespaces[namespace], !known.isRead || known.file?.isPartial == true else { return }
    namespaces[namespace]?.pid = header.pid
    namespaces[namespace]?.cgroup = header.cgroup_id
    read(namespace, place: 0, now: header.time_ns, isForced: isForced, tell: tell)
  }

  /// - Parameter namespace: nil: none that is known, or the node's own.
  private func move(_ pid: UInt32, to namespace: UInt32?) {
    let before = namespace.map { processes.updateValue($0, forKey: pid) } ?? processes.removeValue(forKey: pid)
    guard before != namespace else { return }
    if let namespace { namespaces[namespace]?.processes += 1 }
    guard let before, let count = namespaces[before]?.processes else { return }
    namespaces[before]?.processes = max(0, count - 1)
    if count <= 1 { emptied.insert(before) }
  }

  // MARK: - What changed

  /// Looks which tables changed, and tells each with what it held before.
  ///
  /// - Parameters:
  ///   - place: of the ring, taken before the call; it may hold records that were made before the change.
  ///   - now: CLOCK_BOOTTIME.
  package func look(place: UInt, now: UInt64, tell: (RawSpan) -> Void) {
    for namespace in poll.takeChanged() where namespaces[namespace] != nil { unread.insert(namespace) }
    guard !unread.isEmpty else { return }
    for namespace in unread where namespace != node || now >= nodeReadAt + settings.nodeIntervalNanoseconds {
      read(namespace, place: place, now: now, isForced: false, tell: tell)
    }
  }

  /// All records up to that place were handed on: what went away before is told no more.
  package func passed(place: UInt, now: UInt64, tell: (RawSpan) -> Void) {
    for namespace in unions {
      guard let known = namespaces[namespace], known.union != nil, known.place <= place else { continue }
      unions.remove(namespace)
      namespaces[namespace]?.union = nil
      tellTable(table(namespace, known), of: namespace, known, now: now, tell)
    }
    guard !emptied.isEmpty else { return }
    for namespace in emptied where namespaces[namespace]?.processes == 0 { forget(namespace, now: now, tell: tell) }
    emptied.removeAll(keepingCapacity: true)
  }

  /// About every second: namespaces whose processes left it in ways that no record tells are let go, and tables that are
  /// not watched are read.
  package func tick(now: UInt64, tell: (RawSpan) -> Void) {
    let (left, seen) = checks.run(namespaces, processes, except: node)
    for pid in left { move(pid, to: nil) }
    for (namespace, pid) in seen { namespaces[namespace]?.pid = pid }
    for (namespace, known) in namespaces where known.file == nil { unread.insert(namespace) }
    passed(place: 0, now: now, tell: tell)
  }

  private func forget(_ namespace: UInt32, now: UInt64, tell: (RawSpan) -> Void) {
    guard let known = namespaces.removeValue(forKey: namespace) else { return }
    if known.file != nil { watched -= 1 }
    textBytes -= known.text?.count ?? 0
    unread.remove(namespace)
    unions.remove(namespace)
    tellTable(MountTable(), of: namespace, known, isGone: true, now: now, tell)
  }

  // MARK: - Reading and telling

  /// Reads a table, and tells it if it is not what was told; later, if the time for it is used up.
  private func read(_ namespace: UInt32, place: UInt, now: UInt64, isForced: Bool, tell: (RawSpan) -> Void) {
    let start = KernelClock.monotonic
    guard isForced || budget.hasSome(at: start) else {
      unread.insert(namespace)
      postponed &+= 1
      return doubt(namespace, now: now, tell)
    }
    unread.remove(namespace)
    defer { if !isForced { budget.spend(KernelClock.monotonic &- start) } }
    if namespace == node { nodeReadAt = now }
    do throws(Errno) {
      try readTable(namespace, place: place, now: now, tell)
    } catch {
      // The process ended, or went elsewhere. Another will tell of it, or nobody needs it.
      failures &+= 1
      doubt(namespace, now: now, tell)
    }
  }

  private func readTable(_ namespace: UInt32, place: UInt, now: UInt64, _ tell: (RawSpan) -> Void) throws(Errno) {
    let file = try file(of: namespace)
    guard let before = namespaces[namespace] else { return }
    let limits = namespace == node ? settings.nodeLimits : settings.limits
    let (text, isCut) = try file.read(limit: limits.bytes * 2, into: &buffer)
    let size = text.count - (before.text?.count ?? 0)
    let isKept = before.file != nil && textBytes + size <= settings.memoryBytes

    var after = before
    after.isRead = true
    after.isDoubtful = false
    after.textHash = text.hashValue
    after.isCut = isCut || file.isPartial || !isKept
    guard !before.isRead || before.isDoubtful || before.textHash != after.textHash || before.isCut != after.isCut else {
      return
    }
    after.text = text
    let table = table(namespace, after)
    if !isKept { after.text = nil }
    textBytes += (after.text?.count ?? 0) - (before.text?.count ?? 0)
    var told = table
    if before.isRead {
      let toldBefore = before.union ?? self.table(namespace, before)
      told = toldBefore.union(table)
      told.isCut = table.isCut
      after.union = told.isSame(as: table) ? nil : told
      after.place = place
      if after.union == nil { unions.remove(namespace) } else { unions.insert(namespace) }
      namespaces[namespace] = after
      if !before.isDoubtful, told.isSame(as: toldBefore) { return }
    }
    namespaces[namespace] = after
    tellTable(told, of: namespace, after, now: now, tell)
  }

  /// The open file of a namespace. It stays open, and watched, as long as there are not too many.
  private func file(of namespace: UInt32) throws(Errno) -> MountFile {
    guard let known = namespaces[namespace] else { throw .noSuchProcess }
    if let file = known.file, !file.isPartial || file.pid == known.pid { return file }
    let file = try MountFile(pid: known.pid, namespace: namespace)
    if known.file != nil { watched -= 1 }
    namespaces[namespace]?.file = nil
    guard watched < watchLimit else { return file }
    do throws(Errno) { try poll.add(file, as: namespace) } catch { return file }
    watched += 1
    namespaces[namespace]?.file = file
    return file
  }

  private func table(_ namespace: UInt32, _ known: MountNamespace) -> MountTable {
    MountTable(
      mountInfo: known.text ?? [], isCut: known.isCut, omitting: namespace == node ? MountSettings.omittedOnNode : [],
      limits: namespace == node ? settings.nodeLimits : settings.limits)
  }

  /// Tells that there may be more than was told.
  private func doubt(_ namespace: UInt32, now: UInt64, _ tell: (RawSpan) -> Void) {
    guard namespace != node, let known = namespaces[namespace], !known.isDoubtful else { return }
    namespaces[namespace]?.isDoubtful = true
    let records = MountsRecord.encoded(
      namespace: namespace, pid: known.pid, cgroup: known.cgroup, mounts: [], isMore: known.isRead, isCut: true,
      timeNanoseconds: now)
    for record in records { tell(record.span.bytes) }
  }

  private func tellTable(
    _ table: MountTable, of namespace: UInt32, _ known: MountNamespace, isGone: Bool = false, now: UInt64,
    _ tell: (RawSpan) -> Void
  ) {
    let records = MountsRecord.encoded(
      namespace: namespace, pid: known.pid, cgroup: known.cgroup, mounts: table.mounts, isNode: namespace == node,
      isGone: isGone, isCut: table.isCut, timeNanoseconds: now)
    for record in records { tell(record.span.bytes) }
  }
}
