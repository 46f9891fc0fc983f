package import Delivery
internal import Discovery
internal import Events
internal import Glibc
internal import HTTPTypes
internal import NIOPosix
internal import Synchronization
internal import SystemPackage

/// Answers those who ask the running agent, over a unix socket, each as who the kernel says it is. It has threads of its
/// own: the one that reads the ring only looks into the ``Mailbox``.
package final class ControlServer: Sendable {
  private let socket: StreamSocket
  /// Whoever connects there is told what was counted, and nothing else.
  private let scrapes: StreamSocket?
  private let path: String
  private let answerer: Answerer
  private let patience: ControlSettings.Patience
  private let isClosed = Atomic<Bool>(false)

  /// The process's, to its end.
  private static let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
  private static let executor = LoopExecutor(group.next())

  /// Everybody may connect: what they may see is decided by who they are.
  private static let mode: mode_t = 0o666
  private static let pauseMilliseconds: Int32 = 250

  /// - Parameters:
  ///   - delivery: how alerts fare; any thread.
  ///   - say: is given a line about a call that was refused; any thread.
  package init(
    _ settings: ControlSettings, board: PolicyBoard, mailbox: Mailbox, history: any AlertArchive,
    delivery: @escaping @Sendable () -> DeliveryStatus, say: @escaping @Sendable (String) -> Void
  ) throws(ControlError) {
    answerer = Answerer(
      board: board, mailbox: mailbox, history: history,
      access: AccessRules(staff: settings.staff, names: AccountNames()), refusals: RefusalLog(say),
      connections: ConnectionBook(), hierarchy: settings.hierarchy, delivery: delivery)
    socket = try StreamSocket.listening(at: settings.path, mode: Self.mode)
    scrapes = try settings.metricsAddress.map { address throws(ControlError) in try .listening(internet: address) }
    path = settings.path
    patience = settings.patience
    do throws(Errno) {
      try DetachedThread.start { self.serve() }
    } catch {
      close()
      throw .system("starting a thread for", path: path, error)
    }
  }

  /// Nobody can connect any more; who waits for an answer gets none, and who follows the rest.
  package func close() {
    guard !isClosed.exchange(true, ordering: .relaxed) else { return }
    unlink(path)
    socket.shut(.both)
    scrapes?.shut(.both)
    answerer.mailbox.close()
    answerer.history.close()
    answerer.access.names.close()
  }

  // MARK: - The thread

  private func serve() {
    while !isClosed.load(ordering: .relaxed) {
      // A negative descriptor is passed over by poll.
      var polled = [socket.descriptor.rawValue, scrapes?.descriptor.rawValue ?? -1].map {
        pollfd(fd: $0, events: Int16(POLLIN), revents: 0)
      }
      _ = poll(&polled, 2, -1)
      if polled[0].revents & Int16(POLLIN) != 0, let guest = guest(of: socket), let peer = guest.peer {
        welcome(guest, peer) { await $0.answer($1, peer) }
      }
      if polled[1].revents & Int16(POLLIN) != 0, let scrapes, let guest = guest(of: scrapes) {
        welcome(guest, Self.scraper) { await $0.scrape($1) }
      }
    }
  }

  /// Stands for those who connect by TCP, whoever they are.
  private static let scraper = Peer(pid: 0, user: .max, groups: [])

  private func guest(of socket: StreamSocket) -> StreamSocket? {
    if let guest = socket.accepted() { return guest }
    // Out of descriptors, it may be: not at once again.
    if errno != EAGAIN, errno != EINTR, errno != ECONNABORTED { poll(nil, 0, Self.pauseMilliseconds) }
    return nil
  }

  private func welcome(
    _ guest: StreamSocket, _ peer: Peer, _ answer: @escaping @Sendable (Answerer, HTTPRequest) async -> Answer
  ) {
    guard answerer.connections.enter(peer.user) else {
      answerer.refusals.note(peer, "a connection", "too many are there")
      return guest.say("HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
    }
    let descriptor = fcntl(guest.descriptor.rawValue, F_DUPFD_CLOEXEC, 0)
    guard descriptor >= 0 else { return answerer.connections.leave(peer.user) }
    let answerer = answerer
    let conversation = Conversation(
      answer: { await answer(answerer, $0) }, malformed: { answerer.malformed(peer) }, patience: patience,
      group: Self.group)
    Task(executorPreference: Self.executor) {
      await conversation.run(descriptor)
      answerer.connections.leave(peer.user)
    }
  }
}
