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
  private let ring: RingBuffer
  private let counts: OpaquePointer
  private var links: [Hook: BPFLink] = [:]
  private var programs: [OpaquePointer] = []

  /// Loads and attaches.
  ///
  /// - Parameter hierarchy: the socket sensors attach to its root.
  /// - Throws: ``CaptureError`` when a hook that is ``Hook/Need/required`` can't be had.
  package init(settings: CaptureSettings, hierarchy: CgroupHierarchy) throws(CaptureError) {
    try Self.requireBTF()
    let process = try Loaded(try ProcessObject(settings), hooks: Hook.process)
    let ringMap = try process.object.map("sv_ring")
    let wanted = try process.object.map("sv_wanted")
    counts = try process.object.map("sv_counts")
    let shared = [("sv_ring", ringMap), ("sv_wanted", wanted), ("sv_counts", counts)]
    let socket = try Loaded(SocketObject(shared: shared), hooks: Hook.socket)
    ring = try RingBuffer(map: ringMap)
    let refused = process.refused.merging(socket.refused) { first, _ in first }
    self.process = process.object
    self.socket = socket.object

    var kinds = settings.kinds.rawValue
    var zero: UInt32 = 0
    guard bpf_map_update_elem(bpf_map__fd(wanted), &zero, &kinds, 0) == 0 else {
      throw .operation("telling the programs what is wanted", Errno.current)
    }
    try attach(refused: refused, root: hierarchy.path)
  }

  /// Kinds of event that the attached hooks tell.
  package var kinds: EventKinds {
    hooks.reduce(into: []) { if $1.state == .attached { $0.formUnion($1.hook.kinds) } }
  }

  /// Readable when records wait.
  package var descriptor: FileDescriptor { ring.descriptor }

  /// Hands over the records that wait, in the kernel's order, at most `limit`; a record's bytes are lent for the
  /// call alone. Returns whether more wait.
  package func drain(limit: Int, _ body: (RawSpan) -> Void) throws(CaptureError) -> Bool {
    try ring.drain(limit: limit, body)
  }

  /// Hands over a ``EventKind/task`` record for each process that runs now.
  package func snapshot(_ body: (RawSpan) -> Void) throws(CaptureError) {
    for hook in Hook.process where hook.isIterator {
      guard let link = links[hook] else { continue }
      try Iterator.run(link, body)
    }
  }

  /// What the programs counted since they were loaded. `received` and `malformed` are the reader's to fill in.
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
    record.missed = programs.reduce(0) { $0 &+ Self.recursionMisses($1) }
    return record
  }

  /// Takes the programs off their hooks; what they told waits in the ring, and the counters stay. A program that runs
  /// on another CPU at that moment may still write its record.
  package func detach() { links.removeAll() }

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
    let program = try Hook.process.contains(hook) ? process.program(hook.program) : socket.program(hook.program)
    do {
      let link =
        hook.isCgroup
        ? try BPFLink(attaching: program, toCgroup: root) : try BPFLink(attaching: program)
      if hook == Hook.openSockets {
        try Iterator.run(link) { _ in }
      } else {
        links[hook] = link
      }
      programs.append(program)
      return .attached
    } catch {
      if hook.need == .required { throw error }
      return .refused("\(error)")
    }
  }

  /// Runs that the kernel skipped because the program ran on that CPU already.
  private static func recursionMisses(_ program: OpaquePointer) -> UInt64 {
    var info = bpf_prog_info()
    var size = UInt32(MemoryLayout<bpf_prog_info>.size)
    guard bpf_obj_get_info_by_fd(bpf_program__fd(program), &info, &size) == 0 else { return 0 }
    return info.recursion_misses
  }
}
