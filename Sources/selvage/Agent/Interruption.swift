internal import Events
internal import Glibc
internal import Synchronization
internal import SystemPackage

/// SIGINT and SIGTERM for a command that reads and writes, and may be stuck in either: asked between two records whether
/// one came; and if the command does not end soon after it did, or another comes, it is ended.
final class Interruption: Sendable {
  private let flag = Atomic<Bool>(false)

  /// What a command is given to end by itself.
  private static let patienceSeconds = 4

  /// To be called before other threads are made, so that none of them takes the signals.
  init() throws(Errno) {
    signal(SIGPIPE, SIG_IGN)
    var ending = Self.signals
    let result = pthread_sigmask(SIG_BLOCK, &ending, nil)
    guard result == 0 else { throw Errno(rawValue: result) }
    try DetachedThread.start { self.watch() }
  }

  /// Whether a signal came. Any thread; costs no more than a look at memory.
  var hasCome: Bool { flag.load(ordering: .relaxed) }

  private static var signals: sigset_t {
    var set = sigset_t()
    sigemptyset(&set)
    sigaddset(&set, SIGINT)
    sigaddset(&set, SIGTERM)
    return set
  }

  private func watch() {
    var ending = Self.signals
    var number: CInt = 0
    while sigwait(&ending, &number) != 0 {}
    flag.store(true, ordering: .relaxed)
    var time = timespec(tv_sec: Self.patienceSeconds, tv_nsec: 0)
    while sigtimedwait(&ending, nil, &time) < 0, errno == EINTR {}
    Console.say("selvage: interrupted; what was written is not whole")
    _exit(1)
  }
}
