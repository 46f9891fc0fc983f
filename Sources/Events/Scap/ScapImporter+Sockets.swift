internal import CEvents
internal import Glibc

// Sockets: what calls made of them.
extension ScapImporter {
  mutating func socket(_ event: ScapEvent, _ call: ScapCall?, _ owner: Owner) -> Outcome {
    guard let descriptor = event.signed(0) else { return .malformed }
    guard descriptor >= 0 else { return .failed }
    let told = (event.number(UInt32.self, 1), event.number(UInt32.self, 2), event.number(UInt32.self, 3))
    let numbers = call?.numbers ?? (told.0 ?? .max, told.1 ?? .max, told.2 ?? .max)
    // Whatever the descriptor was before is gone.
    if let before = state.release(descriptor, of: owner.pid) { ended(before, owner) }
    guard numbers.0 == AF_INET || numbers.0 == AF_INET6 else { return .otherSocket }
    let type = UInt16(truncatingIfNeeded: numbers.1 & 0xF)  // without SOCK_CLOEXEC and the like
    let given = UInt16(truncatingIfNeeded: numbers.2)
    let socket = ScapSocket(
      family: UInt16(truncatingIfNeeded: numbers.0), type: type, protocol: ScapSocket.chosen(type: type, protocol: given))
    hold(socket, descriptor, owner)
    if !ScapSocket.isPlain(type: type, protocol: given) { append(socket, .socket, owner) }
    return .used
  }

  mutating func bind(_ event: ScapEvent, _ call: ScapCall?, _ owner: Owner) -> Outcome {
    guard let result = event.signed(0) else { return .malformed }
    guard result >= 0 else { return .failed }
    guard let (family, end) = ScapEndpoints.address(event[1]) else { return .otherSocket }
    let socket = known(event.signed(2) ?? call?.descriptor, family, owner)
    socket.local = end
    append(socket, .bind, owner)
    return .used
  }

  mutating func listen(_ event: ScapEvent, _ call: ScapCall?, _ owner: Owner) -> Outcome {
    guard let result = event.signed(0) else { return .malformed }
    guard result >= 0 else { return .failed }
    guard let socket = state.socket(event.signed(1) ?? call?.descriptor, of: owner.pid) else { return .otherSocket }
    socket.becomesStream()
    socket.isListening = true
    state.listens(on: socket.local.port)
    append(socket, .listen, owner)
    return .used
  }

  mutating func accept(_ event: ScapEvent, _ owner: Owner) -> Outcome {
    guard let descriptor = event.signed(0) else { return .malformed }
    guard descriptor >= 0 else { return .failed }
    guard let ends = ScapEndpoints(tuple: event[1]) else { return .otherSocket }
    let socket = ScapSocket(family: ends.family, type: 1, protocol: 6)
    // From the client to the server, whoever tells it.
    socket.local = ends.destination
    socket.remote = ends.source
    socket.isIncoming = true
    socket.isConnected = true
    socket.since = owner.time
    hold(socket, descriptor, owner)
    append(socket, .accept, owner)
    return .used
  }

  mutating func connect(_ event: ScapEvent, _ call: ScapCall?, _ owner: Owner) -> Outcome {
    guard let result = event.signed(0) else { return .malformed }
    let descriptor = event.signed(2) ?? call?.descriptor
    var ends = ScapEndpoints(tuple: event[1])
    let address = call?.bytes.isEmpty == false ? call?.bytes : Array(event[3])
    if ends == nil, let (family, end) = (address ?? []).withUnsafeBytes({ ScapEndpoints.address($0) }) {
      ends = ScapEndpoints(family: family)
      ends?.destination = end
    }
    guard let ends else { return .otherSocket }
    let socket = known(descriptor, ends.family, owner)
    switch Int32(truncatingIfNeeded: result) {
    case -EALREADY: return .used
    case -EISCONN:
      guard socket.isConnecting else { return .failed }
      connected(socket, 0, owner)
      return .used
    default: break
    }
    socket.remote = ends.destination
    if !ends.source.isUnspecified { socket.local = ends.source }
    socket.since = call?.time ?? owner.time
    append(socket, .connect, owner, result: -EINPROGRESS)
    switch Int32(truncatingIfNeeded: result) {
    case -EINPROGRESS where socket.isStream, -EINTR where socket.isStream:
      socket.isConnecting = true
      counts.unknownOutcomes &+= 1
    case 0... where socket.isStream: connected(socket, 0, owner)
    case 0...: socket.isConnected = true
    default: if socket.isStream { connected(socket, Int32(truncatingIfNeeded: result), owner) }
    }
    return .used
  }

  /// The outcome of an attempt.
  private mutating func connected(_ socket: ScapSocket, _ result: Int32, _ owner: Owner) {
    if socket.isConnecting { counts.unknownOutcomes -= min(counts.unknownOutcomes, 1) }
    socket.isConnecting = false
    socket.isConnected = result == 0
    append(socket, .connected, owner, result: result, duration: owner.time - min(socket.since, owner.time))
    socket.since = owner.time
  }

  /// SO_ERROR: how a program asks what became of its attempt.
  mutating func option(_ event: ScapEvent, _ owner: Owner) -> Outcome {
    let value = event[4]
    guard event.signed(0) == 0, event.number(UInt8.self, 2) == 1, event.number(UInt8.self, 3) == 4,
      value.count == 9, value[0] == 1, let socket = state.socket(event.signed(1), of: owner.pid), socket.isConnecting
    else { return .notCarried }
    let error = value.load(Int64.self, at: 1)
    guard error.magnitude < 4096 else { return .malformed }
    connected(socket, -Int32(error.magnitude), owner)
    return .used
  }

  mutating func send(_ event: ScapEvent, _ call: ScapCall?, _ owner: Owner) -> Outcome {
    guard event.count > 0 else { return .notCarried }
    guard let result = event.signed(0) else { return .malformed }
    guard result >= 0 else { return .failed }
    // Where there is no first half: sendmmsg has it before the data, the others behind.
    let descriptor = call?.descriptor ?? event.signed(2) ?? event.signed(1)
    guard let socket = state.socket(descriptor, of: owner.pid) else { return .otherSocket }
    if socket.isStream {
      // That it could send says how its attempt ended.
      if socket.isConnecting { connected(socket, 0, owner) }
      return .used
    }
    // Of a connected socket its connect tells.
    guard socket.type == 2, !socket.isConnected else { return .used }
    let tuple = call?.bytes.isEmpty == false ? call?.bytes : Array(event[4])
    guard let ends = (tuple ?? []).withUnsafeBytes({ ScapEndpoints(tuple: $0) }) else { return .otherSocket }
    guard socket.sends(to: ends.destination) else { return .used }
    let peer = socket.remote
    socket.remote = ends.destination
    if !ends.source.isUnspecified { socket.local = ends.source }
    append(socket, .send, owner)
    socket.remote = peer
    return .used
  }

  mutating func close(_ event: ScapEvent, _ call: ScapCall?, _ owner: Owner) -> Outcome {
    guard let result = event.signed(0) else { return .malformed }
    guard result >= 0 else { return .failed }
    let descriptor = call?.descriptor ?? event.signed(1)
    guard let descriptor, state.socket(descriptor, of: owner.pid) != nil else { return .notCarried }
    if let last = state.release(descriptor, of: owner.pid) { ended(last, owner) }
    return .used
  }

  /// Another descriptor for the same socket.
  mutating func duplicate(_ event: ScapEvent, _ kind: ScapEventKind, _ call: ScapCall?, _ owner: Owner) -> Outcome {
    let duplicates: [UInt32] = [1, 26]  // F_DUPFD and F_DUPFD_CLOEXEC, as captures number them
    if kind == .control {
      let command = call?.numbers.0 ?? event.number(UInt8.self, 2).map(UInt32.init) ?? .max
      guard duplicates.contains(command) else { return .notCarried }
    }
    guard let descriptor = event.signed(0) else { return .malformed }
    guard descriptor >= 0 else { return .failed }
    // The descriptor may have led to a socket until now.
    let socket = state.socket(call?.descriptor ?? event.signed(1), of: owner.pid)
    guard let socket else {
      guard let before = state.release(descriptor, of: owner.pid) else { return .notCarried }
      ended(before, owner)
      return .used
    }
    if state.socket(descriptor, of: owner.pid) !== socket { hold(socket, descriptor, owner) }
    return .used
  }

  /// Nobody holds it any more.
  mutating func ended(_ socket: ScapSocket, _ owner: Owner) {
    guard socket.isStream, socket.isConnected else { return }
    if state.listeningPorts.contains(socket.local.port) { socket.isIncoming = true }
    let duration = socket.since == 0 ? 0 : owner.time - min(socket.since, owner.time)
    append(socket, .close, owner, duration: duration)
  }

  // MARK: - Descriptors

  /// A file that was open when the capture began.
  mutating func take(open entry: ScapFileEntry, ofThread thread: UInt64) {
    guard let socket = entry.socket, let thread = UInt32(exactly: thread), let pid = state.process(ofThread: thread),
      state.socket(entry.descriptor, of: pid) == nil
    else { return }
    _ = state.hold(socket, entry.descriptor, of: pid)
  }

  private mutating func hold(_ socket: ScapSocket, _ descriptor: Int64, _ owner: Owner) {
    if let before = state.hold(socket, descriptor, of: owner.pid) { ended(before, owner) }
  }

  /// The socket behind a descriptor, or one of which no more is known.
  private mutating func known(_ descriptor: Int64?, _ family: UInt16, _ owner: Owner) -> ScapSocket {
    if let socket = state.socket(descriptor, of: owner.pid) { return socket }
    let socket = ScapSocket(family: family, type: 0, protocol: 0)
    hold(socket, descriptor ?? -1, owner)
    return socket
  }

  private mutating func append(
    _ socket: ScapSocket, _ kind: EventKind, _ owner: Owner, result: Int32 = 0, duration: UInt64 = 0
  ) {
    let process = state.processes[owner.pid]
    var fixed = sv_socket()
    fixed.header = header(owner)
    fixed.cookie = socket.cookie
    fixed.duration_ns = duration
    fixed.result = result
    fixed.family = socket.family
    fixed.type = socket.type
    fixed.protocol = socket.protocol
    if socket.isIncoming { fixed.flags |= UInt16(SV_SOCKET_INCOMING) }
    fixed.local_port = socket.local.port
    fixed.remote_port = kind == .listen || kind == .bind ? 0 : socket.remote.port
    withUnsafeMutableBytes(of: &fixed.local) { $0.storeBytes(of: socket.local.words, as: (UInt64, UInt64).self) }
    if kind != .listen, kind != .bind {
      withUnsafeMutableBytes(of: &fixed.remote) { $0.storeBytes(of: socket.remote.words, as: (UInt64, UInt64).self) }
    }
    fixed.uid = process?.uid ?? 0
    fixed.euid = process?.uid ?? 0
    Self.copy(process?.comm ?? [], to: &fixed.comm)
    append(RecordBuilder(fixed), kind)
  }
}
