/// Who runs, and which sockets they hold, at this place of a capture. Bounded: what finds no room is counted.
struct ScapState {
  private(set) var processes: [UInt32: ScapProcess] = [:]
  /// Of threads that aren't their process's first: whose they are.
  private var threads: [UInt32: UInt32] = [:]
  /// Of processes that are not known yet: a list may tell a thread before its process.
  private var early: [UInt32: Set<UInt32>] = [:]
  /// Calls that threads are in.
  private var calls: [UInt32: ScapCall] = [:]
  /// Ports on which somebody listens, or did: a connection to one came in.
  private(set) var listeningPorts: Set<UInt16> = []
  private var descriptors = 0
  private var cookies: UInt64 = 0
  /// Processes, threads, calls and sockets that found no room.
  private(set) var refused: UInt64 = 0

  static let maximumProcesses = 1 << 17
  static let maximumThreads = 1 << 18
  static let maximumCalls = 1 << 14
  static let maximumDescriptors = 1 << 18
  static let maximumDescriptorsPerProcess = 4096

  // MARK: - Processes

  /// The process that a thread belongs to; nil: the capture doesn't tell.
  func process(ofThread thread: UInt32) -> UInt32? {
    if let process = threads[thread] { return process }
    return processes[thread] == nil ? nil : thread
  }

  /// A new process. One of that id must have let go of its sockets: ``releaseAll(of:)``.
  /// - Returns: false: there is no room.
  mutating func insert(_ process: ScapProcess) -> Bool {
    remove(process.pid)
    guard processes.count < Self.maximumProcesses else {
      refused &+= 1
      return false
    }
    if let before = threads.removeValue(forKey: process.pid) { update(before) { $0.otherThreads.remove(process.pid) } }
    processes[process.pid] = process
    let others = (early.removeValue(forKey: process.pid) ?? []).filter { threads[$0] == process.pid }
    update(process.pid) { $0.otherThreads = others }
    return true
  }

  mutating func update(_ pid: UInt32, _ change: (inout ScapProcess) -> Void) {
    guard let index = processes.index(forKey: pid) else { return }
    change(&processes.values[index])
  }

  mutating func insertThread(_ thread: UInt32, of process: UInt32) {
    guard thread != process, threads[thread] != process, processes[thread] == nil else { return }
    guard threads.count < Self.maximumThreads else {
      refused &+= 1
      return
    }
    if let before = threads.updateValue(process, forKey: thread) { update(before) { $0.otherThreads.remove(thread) } }
    if processes[process] == nil { early[process, default: []].insert(thread) }
    update(process) { $0.otherThreads.insert(thread) }
  }

  /// A thread ended.
  /// - Returns: its process, if that was its last.
  mutating func removeThread(_ thread: UInt32) -> UInt32? {
    guard let process = process(ofThread: thread) else { return nil }
    calls[thread] = nil
    threads[thread] = nil
    update(process) {
      if thread == process { $0.firstRuns = false } else { $0.otherThreads.remove(thread) }
    }
    guard let rest = processes[process], !rest.firstRuns, rest.otherThreads.isEmpty else { return nil }
    return process
  }

  /// Only the thread that called exec is left, and has its process's id.
  mutating func becameSingle(_ process: UInt32) {
    for thread in processes[process]?.otherThreads ?? [] { threads[thread] = nil }
    update(process) {
      $0.otherThreads = []
      $0.firstRuns = true
    }
  }

  mutating func remove(_ process: UInt32) {
    becameSingle(process)
    processes[process] = nil
  }

  // MARK: - Calls

  mutating func begin(_ call: ScapCall, thread: UInt32) {
    guard calls[thread] != nil || calls.count < Self.maximumCalls else {
      refused &+= 1
      return
    }
    calls[thread] = call
  }

  /// The call that a thread comes back from; nil: its begin is not in the capture.
  mutating func end(thread: UInt32, type: UInt16) -> ScapCall? {
    guard let call = calls.removeValue(forKey: thread), call.type == type & ~1 else { return nil }
    return call
  }

  // MARK: - Sockets

  func socket(_ descriptor: Int64?, of process: UInt32) -> ScapSocket? {
    descriptor.flatMap(Int32.init(exactly:)).flatMap { processes[process]?.sockets[$0] }
  }

  /// Stores a socket, new or known, under a descriptor.
  /// - Returns: a socket that the descriptor led to until now, if nobody holds that one any more.
  mutating func hold(_ socket: ScapSocket, _ descriptor: Int64, of process: UInt32) -> ScapSocket? {
    if socket.cookie == 0 {
      cookies &+= 1
      socket.cookie = cookies
    }
    if socket.isListening { listens(on: socket.local.port) }
    guard let descriptor = Int32(exactly: descriptor), descriptor >= 0 else { return nil }
    let before = release(Int64(descriptor), of: process)
    guard let count = processes[process]?.sockets.count else { return before }
    guard count < Self.maximumDescriptorsPerProcess, descriptors < Self.maximumDescriptors else {
      refused &+= 1
      return before
    }
    descriptors += 1
    socket.holders += 1
    update(process) { $0.sockets[descriptor] = socket }
    return before
  }

  mutating func listens(on port: UInt16) { listeningPorts.insert(port) }

  /// - Returns: the socket, if nobody holds it any more.
  mutating func release(_ descriptor: Int64, of process: UInt32) -> ScapSocket? {
    guard let descriptor = Int32(exactly: descriptor) else { return nil }
    var socket: ScapSocket?
    update(process) { socket = $0.sockets.removeValue(forKey: descriptor) }
    guard let socket else { return nil }
    descriptors -= 1
    socket.holders -= 1
    return socket.holders == 0 ? socket : nil
  }

  /// All that a process holds goes.
  /// - Returns: the sockets that nobody holds any more, in the order of their descriptors.
  mutating func releaseAll(of process: UInt32) -> [ScapSocket] {
    guard let sockets = processes[process]?.sockets, !sockets.isEmpty else { return [] }
    update(process) { $0.sockets = [:] }
    descriptors -= sockets.count
    var ended: [ScapSocket] = []
    for (_, socket) in sockets.sorted(by: { $0.key < $1.key }) {
      socket.holders -= 1
      if socket.holders == 0 { ended.append(socket) }
    }
    return ended
  }

  /// A new process holds what its parent holds.
  mutating func inherit(_ child: UInt32, from parent: UInt32) {
    guard let sockets = processes[parent]?.sockets, !sockets.isEmpty else { return }
    guard descriptors + sockets.count <= Self.maximumDescriptors else {
      refused &+= UInt64(sockets.count)
      return
    }
    descriptors += sockets.count
    for socket in sockets.values { socket.holders += 1 }
    update(child) { $0.sockets = sockets }
  }
}
