import CEvents
import Events

/// All that the engine knows when it tries its rules: the stream, the processes, the workloads and whose they are, and the
/// event at hand.
struct State: ~Copyable {
  var stream = StreamRecord(node: "", bootID: "", kernel: "", version: "", clockOffsetNanoseconds: 0)
  var tree: ProcessTree
  var workloads: WorkloadTable
  var memberships: Memberships
  var event = Event()
  /// Where values are put together that no record has in one piece.
  let scratch = Scratch()
  let globs = GlobCache()

  /// - Parameters:
  ///   - processes: that are remembered at most.
  ///   - tenancy: of the policy.
  init(processes: Int, limits: WorkloadTable.Limits = .init(), tenancy: CompiledTenancy? = nil) {
    workloads = WorkloadTable(limits: limits)
    memberships = Memberships(tenancy)
    tree = ProcessTree(capacity: max(2, processes), exitedCapacity: max(1, min(8192, processes / 2)))
  }

  deinit { scratch.free() }

  /// Takes what a record tells about processes and workloads, before rules see it.
  ///
  /// - Returns: whether rules may ask about it.
  mutating func take(_ record: borrowing Record, _ kind: EventKind) throws(RecordError) -> Bool {
    event.start(record, kind)
    event.workload = workloads.workload(ofCgroup: event.header.cgroup_id)
    switch kind {
    case .exec, .task:
      let process = try ProcessRecord(copy record)
      event.slot = tree.started(process)
      workloads.saw(namespace: process.fixed.ns_mnt, in: event.workload)
      if kind == .task { return false }
    case .fork: event.slot = tree.forked(try record.fork())
    case .exit:
      event.fill(try record.exit())
      event.slot = tree.find(pid: event.header.pid, startNanoseconds: event.header.start_ns)
      // Of threads that end at the same moment, more than one may look like the last to the kernel's tracepoint.
      if event.slot >= 0, tree[event.slot].hasExited { return false }
    case .connect, .connected, .accept, .close, .listen, .bind, .send, .socket:
      event.fill(try record.socket())
      event.slot = tree.find(pid: event.header.pid, startNanoseconds: event.header.start_ns)
    case .stream:
      stream = try StreamRecord(record)
      return false
    case .known:
      tree.known(try record.known())
      return false
    case .cgroup:
      workloads.take(try CgroupRecord(copy record))
      return false
    case .cgroupEnd:
      workloads.end(try CgroupRecord(copy record))
      return false
    case .facts:
      workloads.take(try FactsRecord(copy record))
      return false
    case .mounts:
      workloads.take(try MountsRecord(copy record))
      return false
    case .counters: return false
    }
    settleMembership()
    return true
  }

  /// After rules saw it: a process that ended goes.
  mutating func finish() {
    if event.kind == .exit { _ = tree.exited(event.exit) }
  }

  /// Wall-clock time of the event, nanoseconds since 1970.
  var wallNanoseconds: Int64 { Int64(bitPattern: event.header.time_ns) &+ stream.clockOffsetNanoseconds }

  /// The n-th ancestor; 0 is the process itself. -1: not known.
  func ancestor(_ distance: Int) -> Int32 {
    var slot = event.slot
    var left = distance
    while left > 0, slot >= 0 {
      slot = tree.parent(of: slot)
      left -= 1
    }
    return slot
  }

  /// The leader of the process's session; -1: not known.
  var sessionLeader: Int32 {
    guard event.slot >= 0 else { return -1 }
    let entry = tree[event.slot]
    return tree.find(pid: entry.session, notAfterNanoseconds: entry.startNanoseconds)
  }
}
