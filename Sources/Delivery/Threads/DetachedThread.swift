internal import Glibc
internal import SystemPackage

/// A POSIX thread that nobody joins.
enum DetachedThread {
  /// Unchecked: handed over to the thread.
  private final class Body: @unchecked Sendable {
    let run: () -> Void
    init(_ run: @escaping () -> Void) { self.run = run }
  }

  static func start(_ body: @escaping () -> Void) throws(DeliveryError) {
    // Signals are for the program's other threads; and a closed pipe is to be an error here, not SIGPIPE.
    var all = sigset_t()
    var before = sigset_t()
    sigfillset(&all)
    pthread_sigmask(SIG_SETMASK, &all, &before)
    var created = pthread_t()
    var attributes = pthread_attr_t()
    pthread_attr_init(&attributes)
    pthread_attr_setdetachstate(&attributes, Int32(PTHREAD_CREATE_DETACHED))
    let context = Unmanaged.passRetained(Body(body))
    let number = pthread_create(&created, &attributes, { context in
      guard let context else { return nil }
      Unmanaged<Body>.fromOpaque(context).takeRetainedValue().run()
      return nil
    }, context.toOpaque())
    pthread_attr_destroy(&attributes)
    pthread_sigmask(SIG_SETMASK, &before, nil)
    guard number == 0 else {
      context.release()
      throw .system(what: "pthread_create", Errno(rawValue: number))
    }
  }
}
