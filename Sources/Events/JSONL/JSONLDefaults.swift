internal import CEvents
internal import Glibc

/// What a line leaves out: a person writes only what matters. `docs/traces.md` lists it.
struct JSONLDefaults {
  private struct Process {
    var startNanoseconds: UInt64 = 0
    var comm: (UInt64, UInt64) = (0, 0)
    var cgroup: UInt64 = 0
  }

  private let remembersProcesses: Bool
  /// As the lines so far told them, by process id.
  private var processes: [UInt32: Process] = [:]
  private(set) var nextNumber: UInt64 = 1
  private var nextTime: UInt64 = 1_000_000_000
  /// Of the line before.
  private var lastPID: UInt32 = 0
  private var nextPID = firstMadeUpPID

  /// Above every process id that the kernel gives.
  static let firstMadeUpPID: UInt32 = 4_194_305
  /// More are not remembered: a file of that many is a recording, whose lines leave nothing out.
  static let maximumProcesses = 1 << 18
  private static let stepNanoseconds: UInt64 = 1_000_000

  init(remembersProcesses: Bool) { self.remembersProcesses = remembersProcesses }

  // MARK: - After each line

  mutating func note(number: UInt64, _ record: [UInt8]) {
    nextNumber = number == .max ? .max : number + 1
    guard remembersProcesses, let header = record.withUnsafeBytes({ $0.count >= 40 ? $0.loadUnaligned(as: sv_header.self) : nil })
    else { return }
    nextTime = header.time_ns &+ Self.stepNanoseconds
    lastPID = header.pid
    guard header.pid != 0, processes.count < Self.maximumProcesses || processes[header.pid] != nil else { return }
    let comm: Int?
    switch EventKind(rawValue: header.kind) {
    case .exec, .task: comm = MemoryLayout<sv_process>.offset(of: \.comm)
    case .fork: comm = MemoryLayout<sv_fork>.offset(of: \.comm)
    default: return
    }
    var process = Process(startNanoseconds: header.start_ns, cgroup: header.cgroup_id)
    if let comm, Int(header.fixed) >= comm + 16, record.count >= comm + 16 {
      process.comm = record.withUnsafeBytes { $0.loadUnaligned(fromByteOffset: comm, as: (UInt64, UInt64).self) }
    }
    processes[header.pid] = process
  }

  // MARK: - Filling in

  mutating func fill(_ draft: inout JSONLDraft, _ kind: EventKind) {
    fillHeader(&draft, kind)
    switch kind {
    case .exec, .task: fillProcess(&draft)
    case .fork: fillFork(&draft)
    case .exit:
      guard !draft.isGiven(at: MemoryLayout<sv_exit>.offset(of: \.comm)) else { return }
      draft.change(sv_exit.self) { Self.copy(processes[$0.header.pid]?.comm, to: &$0.comm) }
    case .stream:
      guard !draft.isGiven(at: MemoryLayout<sv_stream>.offset(of: \.realtime_ns)) else { return }
      draft.change(sv_stream.self) { $0.realtime_ns = $0.header.time_ns }
    case .counters:
      guard !draft.isGiven(at: MemoryLayout<sv_counters>.offset(of: \.kinds)) else { return }
      draft.change(sv_counters.self) { $0.kinds = UInt32(SV_KIND_STREAM.rawValue) }
    case .facts:
      let (hasSource, hasIdentity) = (
        draft.isGiven(at: MemoryLayout<sv_facts>.offset(of: \.source)), draft.isGiven(at: MemoryLayout<sv_facts>.offset(of: \.identity))
      )
      // Who writes facts knows them.
      draft.change(sv_facts.self) { facts in
        if !hasSource { facts.source = FactSource.pushed.rawValue }
        if !hasIdentity { facts.identity = Identity.known.rawValue }
      }
    case .known, .cgroup, .cgroupEnd, .mounts: break
    default: fillSocket(&draft, kind)
    }
  }

  private mutating func fillHeader(_ draft: inout JSONLDraft, _ kind: EventKind) {
    let isNewProcess = kind == .exec || kind == .task || kind == .fork
    let hasPID = draft.isGiven(at: MemoryLayout<sv_header>.offset(of: \.pid))
    let hasTID = draft.isGiven(at: MemoryLayout<sv_header>.offset(of: \.tid))
    let hasStart = draft.isGiven(at: MemoryLayout<sv_header>.offset(of: \.start_ns))
    let hasCgroup = draft.isGiven(at: MemoryLayout<sv_header>.offset(of: \.cgroup_id))
    let parent = parent(draft, kind)
    let hasTime = draft.isGiven(at: MemoryLayout<sv_header>.offset(of: \.time_ns))
    draft.change(sv_header.self) { header in
      if !hasTime { header.time_ns = nextTime }
      if !hasPID, !Self.isContext(kind) {
        header.pid = isNewProcess ? nextPID : lastPID
        if isNewProcess { nextPID &+= 1 }
      }
      if !hasTID { header.tid = header.pid }
      guard header.pid != 0, !Self.isContext(kind) else { return }
      // A process is where it was, or where it comes from.
      if !hasCgroup { header.cgroup_id = (kind == .fork ? nil : processes[header.pid]?.cgroup) ?? processes[parent]?.cgroup ?? 0 }
      guard !hasStart else { return }
      let known = kind == .fork ? nil : processes[header.pid]?.startNanoseconds
      header.start_ns = known ?? (isNewProcess ? header.time_ns : 0)
    }
  }

  /// No process is behind it.
  private static func isContext(_ kind: EventKind) -> Bool {
    switch kind {
    case .stream, .counters, .cgroup, .cgroupEnd, .facts, .mounts: true
    default: false
    }
  }

  /// Process id of the parent that the line names; 0: none.
  private func parent(_ draft: JSONLDraft, _ kind: EventKind) -> UInt32 {
    var draft = draft
    var parent: UInt32 = 0
    switch kind {
    case .exec, .task: draft.change(sv_process.self) { parent = $0.parent_pid }
    case .fork: draft.change(sv_fork.self) { parent = $0.parent_pid }
    default: break
    }
    return parent
  }

  private func fillProcess(_ draft: inout JSONLDraft) {
    fillProgram(&draft)
    let parts = draft
    func isGiven<Value>(_ path: KeyPath<sv_process, Value>) -> Bool {
      parts.isGiven(at: MemoryLayout<sv_process>.offset(of: path))
    }
    let argv = parts.part(at: MemoryLayout<sv_process>.offset(of: \.args))
    draft.change(sv_process.self) { process in
      if !isGiven(\.parent_start_ns) { process.parent_start_ns = processes[process.parent_pid]?.startNanoseconds ?? 0 }
      if !isGiven(\.inner_pid) { process.inner_pid = process.header.pid }
      if !isGiven(\.euid) { process.euid = process.uid }
      if !isGiven(\.egid) { process.egid = process.gid }
      if !isGiven(\.loginuid) { process.loginuid = .max }
      if !isGiven(\.audit_session) { process.audit_session = .max }
      if !isGiven(\.mode) { process.mode = S_IFREG | 0o755 }
      if !isGiven(\.args_count) { process.args_count = UInt32(argv.count { $0 == 0 }) }
      if !isGiven(\.args_total) { process.args_total = UInt32(truncatingIfNeeded: argv.count) }
    }
  }

  /// From one of `exe`, `args` and `comm` what is left out of the others.
  private func fillProgram(_ draft: inout JSONLDraft) {
    let exeAt = MemoryLayout<sv_process>.offset(of: \.exe)
    let argsAt = MemoryLayout<sv_process>.offset(of: \.args)
    let first = draft.part(at: argsAt).prefix { $0 != 0 }
    if !draft.isGiven(at: exeAt), first.first == UInt8(ascii: "/"), let exe = draft.layout.field("exe") {
      draft.appendPart(exe, Array(first))
    }
    let path = draft.part(at: exeAt)
    if !draft.isGiven(at: argsAt), !path.isEmpty, !path.contains(0), let args = draft.layout.field("args") {
      draft.appendPart(args, path + [0])
    }
    guard !draft.isGiven(at: MemoryLayout<sv_process>.offset(of: \.comm)) else { return }
    let program = path.isEmpty ? Array(first) : path
    let name = (program.split(separator: UInt8(ascii: "/")).last ?? []).prefix { $0 != 0 }.prefix(Int(SV_COMM_SIZE) - 1)
    guard let comm = draft.layout.field("comm") else { return }
    draft.store(Array(name), comm)
  }

  private func fillFork(_ draft: inout JSONLDraft) {
    let given = draft
    func isGiven<Value>(_ path: KeyPath<sv_fork, Value>) -> Bool { given.isGiven(at: MemoryLayout<sv_fork>.offset(of: path)) }
    draft.change(sv_fork.self) { fork in
      if !isGiven(\.parent_start_ns) { fork.parent_start_ns = processes[fork.parent_pid]?.startNanoseconds ?? 0 }
      if !isGiven(\.creator_pid) { fork.creator_pid = fork.parent_pid }
      if !isGiven(\.creator_start_ns) { fork.creator_start_ns = processes[fork.creator_pid]?.startNanoseconds ?? 0 }
      if !isGiven(\.euid) { fork.euid = fork.uid }
      if !isGiven(\.egid) { fork.egid = fork.gid }
      if !isGiven(\.inner_pid) { fork.inner_pid = fork.header.pid }
      if !isGiven(\.comm) { Self.copy(processes[fork.creator_pid]?.comm, to: &fork.comm) }
    }
  }

  private func fillSocket(_ draft: inout JSONLDraft, _ kind: EventKind) {
    let given = draft
    func isGiven<Value>(_ path: KeyPath<sv_socket, Value>) -> Bool {
      given.isGiven(at: MemoryLayout<sv_socket>.offset(of: path))
    }
    draft.change(sv_socket.self) { socket in
      if !isGiven(\.result), kind == .connect { socket.result = -EINPROGRESS }
      if !isGiven(\.family), socket.family == 0, kind != .socket { socket.family = UInt16(AF_INET) }
      let isDatagram =
        isGiven(\.protocol) ? socket.protocol == UInt16(IPPROTO_UDP) : isGiven(\.type) ? socket.type == 2 : kind == .send
      if kind != .socket {
        if !isGiven(\.type) { socket.type = isDatagram ? 2 : 1 }
        if !isGiven(\.protocol) { socket.protocol = UInt16(isDatagram ? IPPROTO_UDP : IPPROTO_TCP) }
      }
      if !isGiven(\.flags), kind == .accept { socket.flags = UInt16(SV_SOCKET_INCOMING) }
      if !isGiven(\.euid) { socket.euid = socket.uid }
      if !isGiven(\.comm) { Self.copy(processes[socket.header.pid]?.comm, to: &socket.comm) }
    }
  }

  private static func copy<Field: BitwiseCopyable>(_ comm: (UInt64, UInt64)?, to field: inout Field) {
    guard let comm else { return }
    withUnsafeBytes(of: comm) { source in
      withUnsafeMutableBytes(of: &field) { $0.copyMemory(from: UnsafeRawBufferPointer(rebasing: source.prefix($0.count))) }
    }
  }
}
