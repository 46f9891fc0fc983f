internal import CEvents
internal import CLibbpf
package import Events
internal import Glibc
package import SystemPackage

/// The programs, loaded and attached. They are taken away when this is released.
///
/// Everything is loaded before anything is attached, so that a failure leaves nothing behind. One thread.
package final class Sensors {
  /// Every hook in the order of ``Hook/all``, and what became of it.
  package private(set) var hooks: [HookState] = []

  private let process: BPFObject
  private let socket: BPFObject
  private let cgroup: BPFObject
  private let ring: RingBuffer
  private let counts: OpaquePointer
  private let wanted: OpaquePointer
  private var links: [Hook: BPFLink] = [:]
  /// Sockets remember their owners.
  private var haveOwners = false
  private var programs: [(hook: Hook, program: OpaquePointer)] = []

  /// Loads and attaches.
  ///
  /// - Parameter hierarchy: the socket sensors attach to its root.
  /// - Throws: ``CaptureError`` when a hook that is ``Hook/Need/required`` can't be had.
  package init(settings: CaptureSettings, hierarchy: CgroupHierarchy) throws(CaptureError) {
    try Self.requireBTF()
    let process = try Loaded(try ProcessObject(settings), hooks: Hook.process)
    let ringMap = try process.object.map("sv_ring")
    wanted = try process.object.map("sv_wanted")
    counts = try process.object.map("sv_counts")
    let shared = [("sv_ring", ringMap), ("sv_wanted", wanted), ("sv_counts", counts)]
    let socket = try Loaded(SharingObject.socket(shared), hooks: Hook.socket)
    let cgroup = try Loaded(SharingObject.cgroup(shared), hooks: Hook.cgroup)
    ring = try RingBuffer(map: ringMap)
    let refused = process.refused.merging(socket.refused) { first, _ in first }
      .merging(cgroup.refused) { first, _ in first }
    self.process = process.object
    self.socket = socket.object
    self.cgroup = cgroup.object

    try tellWanted(settings.kinds)
    try attach(refused: refused, root: hierarchy.path)
    try findOwners(for: settings.kinds)
  }

  /// Kinds of event that the attached hooks tell.
  package var kinds: EventKinds {
    hooks.reduce(into: []) { if $1.state == .attached { $0.formUnion($1.hook.kinds) } }
  }

  /// From now on only these kinds of socket record come up; process records always do.
  package func want(_ kinds: EventKinds) throws(CaptureError) {
    try tellWanted(kinds)
    try findOwners(for: kinds)
  }

  /// The kinds for which sockets remember their owners.
  private static let connectionKinds = EventKinds([.connected, .accept, .close])

  /// Sockets that were made while nobody asked for what becomes of them have no owner: looks for one.
  private func findOwners(for kinds: EventKinds) throws(CaptureError) {
    let areAsked = !kinds.isDisjoint(with: Self.connectionKinds)
    defer { haveOwners = areAsked }
    guard areAsked, !haveOwners, let link = links[Hook.openSockets] else { return }
    try Iterator.run(link) { _ in }
  }

  private func tellWanted(_ kinds: EventKinds) throws(CaptureError) {
    var bits = kinds.rawValue
    var zero: UInt32 = 0
    guard bpf_map_update_elem(bpf_map__fd(wanted), &zero, &bits, 0) == 0 else {
      throw .operation("telling the programs what is wanted", Errno.current)
    }
  }

  /// Readable when records wait.
  package var descriptor: FileDescriptor { ring.descriptor }

  /// Places in the stream of bytes that the ring is: where records end whose writing has begun, and where those end that
  /// were handed over. They only grow. What happened before a place was taken tells its records before it.
  package var written: UInt { ring.written }
  package var read: UInt { ring.read }

  /// Hands over the records that wait, in the kernel's order, at most `limit`; a record's bytes are lent for the
  /// call alone. Returns whether more wait.
  ///
  /// - Parameter end: a place after which none is handed over; nil: what comes meanwhile is not.
  package func drain(limit: Int, upTo end: UInt? = nil, _ body: (RawSpan) -> Void) -> Bool {
    ring.drain(limit: limit, upTo: end ?? ring.written, body)
  }

  /// Hands over a ``EventKind/task`` record for each process that runs now.
  package func snapshot(_ body: (RawSpan) -> Void) throws(CaptureError) {
    for hook in Hook.process where hook.isIterator {
      guard let link = links[hook] else { continue }
      try Iterator.run(link, body)
    }
  }

  /// What the programs counted since they were loaded, `missed` being runs that the kernel skipped because the program
  /// ran on that CPU already. `received` and `malformed` are the reader's to fill in.
  package func counters() throws(CaptureError) -> CountersRecord {
    let cpus = Int(libbpf_num_possible_cpus())
    guard cpus > 0 else { throw .operation("counting CPUs", Errno(rawValue: CInt(-cpus))) }
    var record = CountersRecord()
    var perCPU = [sv_counter](repeating: sv_counter(), count: cpus)
    for kind in EventKind.allCases where kind.rawValue < UInt16(SV_KIND_STREAM.rawValue) {
      var key = UInt32(kind.rawValue)
      guard bpf_map_lookup_elem(bpf_map__fd(counts), &key, &perCPU) == 0 else {
        throw .operation("reading the counters", Errno.current)
      }
      let sum = perCPU.reduce(into: CountersRecord.Counter()) {
        $0.produced &+= $1.produced
        $0.lostRing &+= $1.lost_ring
        $0.lostScratch &+= $1.lost_scratch
      }
      if sum.produced > 0 { record.kinds[kind] = sum }
    }
    record.missed = programs.reduce(0) { $0 &+ (Self.information($1.program)?.recursion_misses ?? 0) }
    return record
  }

  /// How often each attached program ran and how long that took in all, since it was loaded; both are zero unless
  /// `kernel.bpf_stats_enabled` is 1, and count only what ran meanwhile.
  package func programStatistics() -> [(hook: Hook, runs: UInt64, nanoseconds: UInt64)] {
    programs.compactMap { hook, program in
      Self.information(program).map { (hook, $0.run_cnt, $0.run_time_ns) }
    }
  }

  /// Takes the programs off their hooks. A moment later nothing is counted or written any more; what waits in the ring
  /// can still be drained, and then the counters reconcile exactly.
  package func detach() { links = [:] }

  // MARK: - Loading

  private static func requireBTF() throws(CaptureError) {
    guard access("/sys/kernel/btf/vmlinux", R_OK) == 0 else {
      throw .missing(
        what: "the kernel has no BTF (/sys/kernel/btf/vmlinux)",
        why: "the programs find their way through the kernel's structures by it",
        remedy: "Run a kernel with CONFIG_DEBUG_INFO_BTF=y: every current distribution's is.")
    }
  }

  // MARK: - Attaching

  private func attach(refused: [Hook: String], root: String) throws(CaptureError) {
    let directory: FileDescriptor
    do {
      directory = try FileDescriptor.open(FilePath(root), .readOnly, options: [.closeOnExec, .directory])
    } catch {
      throw .operation("opening the cgroup2 hierarchy \(root)", error as? Errno ?? .ioError)
    }
    defer { try? directory.close() }

    var kindsAttached: EventKinds = []
    for hook in Hook.all {
      let state: HookState.State
      if hook.isIterator, !hook.kinds.isEmpty, kindsAttached.isSuperset(of: hook.kinds) {
        state = .notNeeded
      } else if let reason = refused[hook] {
        state = .refused(reason)
      } else {
        state = try attach(hook, root: directory.rawValue)
      }
      if state == .attached { kindsAttached.formUnion(hook.kinds) }
      hooks.append(HookState(hook: hook, state: state))
    }
  }

  private func attach(_ hook: Hook, root: CInt) throws(CaptureError) -> HookState.State {
    let program =
      if Hook.process.contains(hook) {
        try process.program(hook.program)
      } else if Hook.socket.contains(hook) {
        try socket.program(hook.program)
      } else {
        try cgroup.program(hook.program)
      }
    do {
      let link =
        hook.isCgroup
        ? try BPFLink(attaching: program, toCgroup: root) : try BPFLink(attaching: program)
      links[hook] = link
      programs.append((hook, program))
      return .attached
    } catch {
      if hook.need == .required { throw error }
      return .refused("\(error)")
    }
  }

  private static func information(_ program: OpaquePointer) -> bpf_prog_info? {
    var info = bpf_prog_info()
    var size = UInt32(MemoryLayout<bpf_prog_info>.size)
    guard bpf_obj_get_info_by_fd(bpf_program__fd(program), &info, &size) == 0 else { return nil }
    return info
  }
}
