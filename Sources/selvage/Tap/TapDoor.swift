internal import Discovery
internal import Events
internal import Control
internal import Glibc
internal import Synchronization
internal import SystemPackage

/// Where recorders knock: listens on a thread of its own, lets root in alone, and hears what each asks for. One that
/// says nothing, or something else, keeps nobody waiting.
final class TapDoor: Sendable {
  struct Guest: Sendable {
    let socket: StreamSocket
    let request: RecordRequest
    let pid: Int32
  }

  /// Whom the agent has not taken in yet.
  private let guests = Mutex<[Guest]>([])
  private let hasGuests = Atomic<Bool>(false)
  private let socket: StreamSocket
  private let path: String
  private let bell: Bell
  private let isClosed = Atomic<Bool>(false)

  /// Connections that have not said what they want. The oldest gives way.
  private static let waitingLimit = 16
  private static let guestLimit = 16
  private static let patienceNanoseconds: UInt64 = 2_000_000_000
  private static let pauseMilliseconds: Int32 = 250

  /// - Parameter bell: rung when there is a guest.
  init(path: String, bell: Bell) throws(ControlError) {
    socket = try StreamSocket.listening(at: path, mode: 0o600)
    self.path = path
    self.bell = bell
    do throws(Errno) {
      try DetachedThread.start { self.serve() }
    } catch {
      unlink(path)
      throw .system("starting a thread for", path: path, error)
    }
  }

  /// Nobody can knock any more. The thread ends by itself.
  func close() {
    guard !isClosed.exchange(true, ordering: .relaxed) else { return }
    unlink(path)
    socket.shut(.both)
  }

  /// Those who came since. Costs a look at memory when there are none.
  func take() -> [Guest] {
    guard hasGuests.exchange(false, ordering: .acquiring) else { return [] }
    return guests.withLock { guests in
      defer { guests = [] }
      return guests
    }
  }

  // MARK: - The thread

  private struct Waiting {
    let socket: StreamSocket
    let pid: Int32
    let deadline: UInt64
    var said: [UInt8] = []
  }

  private func serve() {
    var waiting: [Waiting] = []
    while !isClosed.load(ordering: .relaxed) {
      var polled = ([socket] + waiting.map(\.socket)).map {
        pollfd(fd: $0.descriptor.rawValue, events: Int16(POLLIN), revents: 0)
      }
      _ = poll(&polled, nfds_t(polled.count), waiting.isEmpty ? -1 : Self.pauseMilliseconds)
      let now = KernelClock.boot
      // From the last on: so that places stay right.
      for index in waiting.indices.reversed() where polled[index + 1].revents != 0 || waiting[index].deadline <= now {
        if !listen(to: &waiting[index], isLate: waiting[index].deadline <= now) { waiting.remove(at: index) }
      }
      if polled[0].revents & Int16(POLLIN) != 0 { welcome(&waiting) }
    }
  }

  private func welcome(_ waiting: inout [Waiting]) {
    guard let guest = socket.accepted() else {
      // Out of descriptors, it may be: not at once again.
      if errno != EAGAIN, errno != EINTR, errno != ECONNABORTED { poll(nil, 0, Self.pauseMilliseconds) }
      return
    }
    guard let peer = guest.peer, peer.user == 0 || peer.user == geteuid() else {
      return guest.say("only root may record\n")
    }
    if waiting.count == Self.waitingLimit { waiting.removeFirst() }
    waiting.append(Waiting(socket: guest, pid: peer.pid, deadline: KernelClock.boot &+ Self.patienceNanoseconds))
  }

  /// - Returns: whether to go on listening.
  private func listen(to guest: inout Waiting, isLate: Bool) -> Bool {
    var bytes = [UInt8](repeating: 0, count: RecordRequest.limit - guest.said.count)
    let count = recv(guest.socket.descriptor.rawValue, &bytes, bytes.count, 0)
    if count < 0, errno == EAGAIN || errno == EINTR { return !isLate }
    guard count > 0 else { return false }
    guest.said += bytes[..<count]
    guard let end = guest.said.firstIndex(of: UInt8(ascii: "\n")) else {
      if guest.said.count < RecordRequest.limit { return !isLate }
      guest.socket.say("that is no request of a recorder\n")
      return false
    }
    guard let request = RecordRequest(line: guest.said[..<end]) else {
      guest.socket.say("this agent (selvage \(Selvage.version)) does not know that request\n")
      return false
    }
    let fits = guests.withLock { guests in
      guard guests.count < Self.guestLimit else { return false }
      guests.append(Guest(socket: guest.socket, request: request, pid: guest.pid))
      return true
    }
    guard fits else {
      guest.socket.say("too many recorders at once\n")
      return false
    }
    hasGuests.store(true, ordering: .releasing)
    bell.ring()
    return false
  }
}
