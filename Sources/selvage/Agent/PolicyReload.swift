internal import Engine
internal import Glibc
internal import Rules
internal import Synchronization

/// Loads rules again and makes them ready on a thread of its own, while records are matched with the running ones.
///
/// One thread asks and takes. Unchecked: what the other thread leaves is under the mutex, the rest is the asker's.
final class PolicyReload: @unchecked Sendable {
  enum Outcome: ~Copyable, Sendable {
    case ready(PreparedPolicy)
    /// Why not, in a line. The whole report was said.
    case refused(String)
  }

  private let load: @Sendable () -> Outcome
  private let outcome = Mutex<Outcome?>(nil)
  private var isAskedAgain = false
  /// A thread is at work, or its outcome was not taken.
  private(set) var isRunning = false

  init(_ load: @escaping @Sendable () -> Outcome) { self.load = load }

  /// Starts, or if it is under way, once more when that is done: files may have changed after they were read.
  ///
  /// - Returns: why it can't; nil: it does.
  func ask() -> String? {
    guard !isRunning else {
      isAskedAgain = true
      return nil
    }
    isRunning = true
    let context = Unmanaged.passRetained(self)
    var thread = pthread_t()
    var attributes = pthread_attr_t()
    pthread_attr_init(&attributes)
    pthread_attr_setdetachstate(&attributes, CInt(PTHREAD_CREATE_DETACHED))
    defer { pthread_attr_destroy(&attributes) }
    // It inherits the mask of signals that are held back: all that matter here.
    let result = pthread_create(&thread, &attributes, { context in
      guard let context else { return nil }
      let reload = Unmanaged<PolicyReload>.fromOpaque(context).takeRetainedValue()
      let made = reload.load()
      reload.leave(made)
      return nil
    }, context.toOpaque())
    guard result == 0 else {
      context.release()
      isRunning = false
      return "starting a thread failed (error \(result))"
    }
    return nil
  }

  /// What came of it, once; nil: nothing yet.
  func take() -> Outcome? {
    guard isRunning, let taken = outcome.withLock({ $0.take() }) else { return nil }
    isRunning = false
    if isAskedAgain {
      isAskedAgain = false
      if let failure = ask() { Console.say("selvage: not reloaded again: \(failure)") }
    }
    return taken
  }

  private func leave(_ made: consuming Outcome) {
    var made = Optional(made)
    outcome.withLock { $0 = made.take() }
  }
}
