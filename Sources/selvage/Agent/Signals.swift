internal import Glibc
internal import SystemPackage

/// SIGINT and SIGTERM, which end the program between two records. Made before any thread is, so that none takes them.
struct Signals: ~Copyable {
  private var ending = sigset_t()
  /// What is blocked while waiting: all that was before.
  private var waiting = sigset_t()
  private var came = false

  /// From now on the two are held back until they are asked for; SIGPIPE is ignored, so that a reader that went away is
  /// an error like any.
  init() throws(Errno) {
    signal(SIGPIPE, SIG_IGN)
    sigemptyset(&ending)
    for number in [SIGINT, SIGTERM] {
      sigaddset(&ending, number)
      signal(number) { _ in }  // to interrupt the wait is all it has to do
    }
    let result = pthread_sigmask(SIG_BLOCK, &ending, &waiting)
    guard result == 0 else { throw Errno(rawValue: result) }
  }

  /// Whether one came.
  mutating func haveCome() -> Bool {
    var none = timespec()
    if sigtimedwait(&ending, nil, &none) > 0 { came = true }
    return came
  }

  /// As poll(2); a signal that comes meanwhile ends it.
  /// - Returns: files that are ready.
  mutating func wait(_ files: UnsafeMutableBufferPointer<pollfd>, milliseconds: Int) -> Int {
    guard !came else { return 0 }
    var time = timespec(tv_sec: milliseconds / 1000, tv_nsec: milliseconds % 1000 * 1_000_000)
    let ready = ppoll(files.baseAddress, nfds_t(files.count), &time, &waiting)
    if ready < 0, errno == EINTR { came = true }
    return Int(max(0, ready))
  }
}
