internal import Glibc
package import SystemPackage

/// A thread that nobody waits for.
package enum DetachedThread {
  private final class Work: Sendable {
    let body: @Sendable () -> Void
    init(_ body: @escaping @Sendable () -> Void) { self.body = body }
  }

  /// Runs `body` on a thread of its own.
  ///
  /// - Parameter blocksSignals: signals are for the program's other threads, and a closed pipe is an error there, not SIGPIPE.
  ///   Otherwise it inherits the mask of signals that are held back, as do processes that it starts.
  package static func start(blocksSignals: Bool = false, _ body: @escaping @Sendable () -> Void) throws(Errno) {
    let work = Unmanaged.passRetained(Work(body))
    var thread = pthread_t()
    var attributes = pthread_attr_t()
    pthread_attr_init(&attributes)
    pthread_attr_setdetachstate(&attributes, CInt(PTHREAD_CREATE_DETACHED))
    defer { pthread_attr_destroy(&attributes) }
    var all = sigset_t()
    var before = sigset_t()
    if blocksSignals { sigfillset(&all) }
    pthread_sigmask(SIG_BLOCK, &all, &before)
    defer { pthread_sigmask(SIG_SETMASK, &before, nil) }
    let result = pthread_create(&thread, &attributes, { work in
      guard let work else { return nil }
      Unmanaged<Work>.fromOpaque(work).takeRetainedValue().body()
      return nil
    }, work.toOpaque())
    guard result == 0 else {
      work.release()
      throw Errno(rawValue: result)
    }
  }
}
