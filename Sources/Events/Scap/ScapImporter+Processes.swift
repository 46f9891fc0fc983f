internal import CEvents

// Programs, processes and threads.
extension ScapImporter {
  /// A program, from an event or the list of processes.
  struct Image {
    var exe: [UInt8] = []
    var arguments: [UInt8] = []
    var path: [UInt8] = []
    var cwd: [UInt8] = []
    var environment: [UInt8] = []
    var facts = ScapImageFacts()
  }

  /// An entry of the list of processes.
  mutating func take(listed entry: ScapProcessEntry) {
    guard let thread = UInt32(exactly: entry.thread), let pid = UInt32(exactly: entry.process), pid != 0 else {
      counts.refused &+= 1
      return
    }
    guard thread == pid else { return state.insertThread(thread, of: pid) }
    guard state.processes[pid] == nil else { return }  // told twice
    var process = ScapProcess(pid: pid, startNanoseconds: 0)
    // Where the capture doesn't tell it (all ones), it is in no namespace of its own.
    process.innerPID = entry.innerProcess.flatMap(UInt32.init(exactly:)) ?? pid
    process.parent = ScapProcessID(pid: UInt32(truncatingIfNeeded: entry.parent), startNanoseconds: 0)
    process.comm = entry.comm
    process.uid = entry.uid
    process.gid = entry.gid
    process.session = UInt32(exactly: entry.session) ?? 0
    process.loginUID = entry.loginUID
    process.tty = entry.tty
    guard state.insert(process) else { return }
    let image = Image(
      exe: entry.exe, arguments: entry.arguments, path: entry.exePath, cwd: entry.cwd, environment: entry.environment,
      facts: entry.image)
    appendImage(image, process, Owner(pid: pid, tid: pid, start: 0, time: 0), .task)
  }

  mutating func exec(_ event: ScapEvent, _ layout: ScapEventKind.ExecLayout, _ call: ScapCall?, _ owner: Owner) -> Outcome {
    guard let result = event.signed(0) else { return .malformed }
    guard result >= 0 else { return .failed }
    guard event.count > 6, let pid = event.signed(4).flatMap(UInt32.init(exactly:)), pid != 0 else { return .malformed }
    let isKnown = state.processes[pid] != nil
    if !isKnown {
      var process = ScapProcess(pid: pid, startNanoseconds: owner.time)
      process.innerPID = pid
      guard state.insert(process) else { return .used }
    }
    state.becameSingle(pid)
    let image = image(event, layout, call)
    state.update(pid) { process in
      process.comm = layout.comm.map(event.text) ?? Self.name(image.exe)
      process.awaits = nil
      if let tty = layout.tty.flatMap({ event.number(UInt32.self, $0) }) { process.tty = tty }
      if layout.isFull {
        process.loginUID = event.number(UInt32.self, 18) ?? process.loginUID
        process.uid = event.number(UInt32.self, 26) ?? process.uid
      }
    }
    if !isKnown, let parent = event.signed(5).flatMap(UInt32.init(exactly:)) {
      let id = identity(ofThread: parent)
      state.update(pid) { $0.parent = id }
    }
    guard let process = state.processes[pid] else { return .used }
    if image.path.isEmpty { counts.unknownPaths &+= 1 }
    appendImage(image, process, Owner(pid: pid, tid: pid, start: process.startNanoseconds, time: owner.time), .exec)
    return .used
  }

  private func image(_ event: ScapEvent, _ layout: ScapEventKind.ExecLayout, _ call: ScapCall?) -> Image {
    var image = Image(exe: event.text(1), arguments: Array(event[2]), cwd: event.text(6))
    if let environment = layout.environment { image.environment = Array(event[environment]) }
    if layout.isFull {
      image.path = event.text(27)
      let flags = event.number(UInt32.self, 19) ?? 0
      image.facts.isWritable = flags & 1 != 0
      image.facts.isUpperLayer = flags & 2 != 0
      image.facts.isMemfd = flags & 4 != 0
      image.facts.isLowerLayer = flags & 8 != 0
      image.facts.permitted = event.number(UInt64.self, 21) ?? 0
      image.facts.effective = event.number(UInt64.self, 22) ?? 0
      image.facts.inode = event.number(UInt64.self, 23) ?? 0
    }
    if image.path.isEmpty, let call { image.path = Self.path(call, cwd: image.cwd) }
    return image
  }

  private static let slash = UInt8(ascii: "/")

  /// What exec was given, as a whole path; empty: it can't be told.
  private static func path(_ call: ScapCall, cwd: [UInt8]) -> [UInt8] {
    let given = call.bytes
    guard let first = given.first, given != Array("<NA>".utf8) else { return [] }
    if first == slash { return given }
    // -100: the working folder. Another descriptor's folder isn't known.
    guard call.descriptor == nil || call.descriptor == -100, cwd.first == slash else { return [] }
    let name = given.starts(with: "./".utf8) ? given.dropFirst(2) : given[...]
    return cwd + (cwd.last == slash ? [] : [slash]) + name
  }

  /// What comes after the last slash.
  private static func name(_ path: [UInt8]) -> [UInt8] {
    path.lastIndex(of: slash).map { Array(path[($0 + 1)...]) } ?? path
  }

  private func identity(ofThread thread: UInt32) -> ScapProcessID {
    let pid = state.process(ofThread: thread) ?? thread
    return state.processes[pid]?.id ?? ScapProcessID(pid: pid)
  }

  // MARK: - Processes begin and end

  /// Both the parent and the child come back from the call, in either order; the first of them tells it.
  mutating func clone(_ event: ScapEvent, _ layout: ScapEventKind.CloneLayout, _ owner: Owner) -> Outcome {
    guard let result = event.signed(0) else { return .malformed }
    guard result >= 0 else { return .failed }
    guard let flags = event.number(UInt32.self, layout.flags) else { return .malformed }
    let isThread = flags & 1 << 13 != 0
    let keepsParent = flags & 1 << 8 != 0
    guard let thread = event.signed(3).flatMap(UInt32.init(exactly:)),
      let process = event.signed(4).flatMap(UInt32.init(exactly:)), thread != 0, process != 0
    else { return .malformed }
    if result > 0 {
      // The parent is told the child's id in the namespace that the parent is in.
      let inner = layout.inner.flatMap { event.signed($0) } ?? Int64(thread)
      guard inner == Int64(thread), flags & 1 << 29 == 0, let child = UInt32(exactly: result) else { return .used }
      if isThread {
        state.insertThread(child, of: owner.pid)
        return .used
      }
      let creator = identity(ofThread: thread)
      if let known = state.processes[child], known.awaits == .parents, known.parent == creator || keepsParent {
        state.update(child) { $0.awaits = nil }
        return .used
      }
      let parent = keepsParent ? state.processes[creator.pid]?.parent ?? creator : creator
      fork(child, inner: child, event, layout, creator: creator, parent: parent, awaits: .childs, owner)
      return .used
    }
    if isThread || thread != process {
      state.insertThread(thread, of: process)
      return .used
    }
    if state.processes[process]?.awaits == .childs {
      state.update(process) { $0.awaits = nil }
      return .used
    }
    let parent = identity(ofThread: event.signed(5).flatMap(UInt32.init(exactly:)) ?? 0)
    let inner = layout.inner.flatMap { event.signed($0 + 1) }.flatMap(UInt32.init(exactly:)) ?? process
    fork(process, inner: inner, event, layout, creator: parent, parent: parent, awaits: .parents, owner)
    return .used
  }

  private mutating func fork(
    _ child: UInt32, inner: UInt32, _ event: ScapEvent, _ layout: ScapEventKind.CloneLayout, creator: ScapProcessID,
    parent: ScapProcessID, awaits: ScapProcess.Half, _ owner: Owner
  ) {
    let now = Owner(pid: child, tid: child, start: max(owner.time, 1), time: owner.time)
    // Its exit is not in the capture, but its id is used again.
    if state.processes[child] != nil { closeAll(of: child, now) }
    let before = state.processes[creator.pid]
    var process = ScapProcess(pid: child, startNanoseconds: now.start)
    process.parent = parent
    process.comm = layout.comm.map(event.text) ?? before?.comm ?? Self.name(event.text(1))
    process.uid = event.number(UInt32.self, layout.flags + 1) ?? before?.uid ?? 0
    process.gid = event.number(UInt32.self, layout.flags + 2) ?? before?.gid ?? 0
    process.session = before?.session ?? 0
    process.loginUID = before?.loginUID ?? .max
    process.tty = before?.tty ?? 0
    process.innerPID = inner
    process.awaits = awaits
    guard state.insert(process) else { return }
    state.inherit(child, from: creator.pid)
    var fixed = sv_fork()
    fixed.header = header(now)
    fixed.parent_pid = parent.pid
    fixed.parent_start_ns = parent.startNanoseconds
    fixed.creator_pid = creator.pid
    fixed.creator_start_ns = creator.startNanoseconds
    (fixed.uid, fixed.euid, fixed.gid, fixed.egid) = (process.uid, process.uid, process.gid, process.gid)
    fixed.inner_pid = inner
    fixed.session = process.session
    Self.copy(process.comm, to: &fixed.comm)
    append(RecordBuilder(fixed), .fork)
  }

  mutating func exit(_ event: ScapEvent, _ owner: Owner) -> Outcome {
    guard state.process(ofThread: owner.tid) != nil else {
      counts.unknownThreads &+= 1
      return .used
    }
    guard let pid = state.removeThread(owner.tid), let process = state.processes[pid] else { return .used }
    closeAll(of: pid, owner)
    var fixed = sv_exit()
    fixed.header = header(owner)
    if let status = event.signed(0) {
      fixed.code = UInt32(truncatingIfNeeded: status >> 8 & 0xFF)
      fixed.signal = UInt32(truncatingIfNeeded: status & 0x7F)
      fixed.core_dumped = status & 0x80 != 0 ? 1 : 0
    } else {
      counts.unknownStatus &+= 1
    }
    fixed.uid = process.uid
    Self.copy(process.comm, to: &fixed.comm)
    append(RecordBuilder(fixed), .exit)
    state.remove(pid)
    return .used
  }

  private mutating func closeAll(of pid: UInt32, _ owner: Owner) {
    for socket in state.releaseAll(of: pid) { ended(socket, owner) }
  }

  mutating func identity(_ event: ScapEvent, _ kind: ScapEventKind, _ call: ScapCall?, _ owner: Owner) -> Outcome {
    guard let result = event.signed(0) else { return .malformed }
    guard result >= 0 else { return .failed }
    // The effective one; all ones: as it was.
    switch kind {
    case .user(let isReal):
      let user = call.map { isReal ? $0.numbers.1 : $0.numbers.0 } ?? event.number(UInt32.self, isReal ? 2 : 1) ?? .max
      if user != .max { state.update(owner.pid) { $0.uid = user } }
    case .group(let isReal):
      let group = call.map { isReal ? $0.numbers.1 : $0.numbers.0 } ?? event.number(UInt32.self, isReal ? 2 : 1) ?? .max
      if group != .max { state.update(owner.pid) { $0.gid = group } }
    default: break
    }
    return .used
  }
}
