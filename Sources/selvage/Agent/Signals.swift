internal import Glibc
internal import Synchronization
internal import SystemPackage

/// SIGINT and SIGTERM, which end the program between two records, and on request SIGHUP, by which it takes its rules
/// anew. Made before any thread is, so that none takes them.
struct Signals: ~Copyable {
  /// Set by what handles them.
  private static let endingCame = Atomic<Bool>(false)

  private var ending = sigset_t()
  /// What is blocked while waiting: all that was before.
  private var waiting = sigset_t()
  private var came = false
  /// Held back while waiting as well, so that it is never lost between the two: it is looked for after each wait.
  private var reloading = sigset_t()
  private let reloads: Bool

  /// From now on the two are held back until they are asked for; SIGPIPE is ignored, so that a reader that went away is
  /// an error like any.
  ///
  /// - Parameter reloads: SIGHUP is held back as well; else it ends the program, as usual.
  init(reloads: Bool = false) throws(Errno) {
    self.reloads = reloads
    // Made here: not for the first time by a handler.
    Self.endingCame.store(false, ordering: .relaxed)
    sigemptyset(&reloading)
    sigaddset(&reloading, SIGHUP)
    signal(SIGPIPE, SIG_IGN)
    sigemptyset(&ending)
    for number in [SIGINT, SIGTERM] {
      sigaddset(&ending, number)
      // It interrupts the wait as well; so does that the program is continued after it was stopped, which ends nothing.
      signal(number) { _ in Signals.endingCame.store(true, ordering: .relaxed) }
    }
    // A program that was started to survive its terminal ignores it, and what is ignored is never held back.
    if reloads { signal(SIGHUP) { _ in } }
    var result = reloads ? pthread_sigmask(SIG_BLOCK, &reloading, nil) : 0
    if result == 0 { result = pthread_sigmask(SIG_BLOCK, &ending, &waiting) }
    guard result == 0 else { throw Errno(rawValue: result) }
  }

  /// Whether one came.
  mutating func haveCome() -> Bool {
    var none = timespec()
    if sigtimedwait(&ending, nil, &none) > 0 { came = true }
    return came
  }

  /// Whether SIGHUP came since it was last asked for.
  mutating func reloadHasCome() -> Bool {
    guard reloads else { return false }
    var none = timespec()
    return sigtimedwait(&reloading, nil, &none) > 0
  }

  /// Waits until a file is readable or a signal comes.
  ///
  /// - Parameter files: each below FD_SETSIZE (1024); none: only for a signal.
  mutating func wait(for files: [FileDescriptor?] = [], microseconds: Int) {
    guard !came else { return }
    var time = timespec(tv_sec: microseconds / 1_000_000, tv_nsec: microseconds % 1_000_000 * 1000)
    var set = fd_set()
    var count: CInt = 0
    for case let number? in files.map({ $0?.rawValue }) where number >= 0 && number < 1024 {
      count = max(count, number + 1)
      withUnsafeMutableBytes(of: &set) { $0[Int(number) / 8] |= 1 << UInt8(number % 8) }  // on little-endian machines
    }
    _ = pselect(count, &set, nil, nil, &time, &waiting)
    if Self.endingCame.load(ordering: .relaxed) { came = true }
  }
}
