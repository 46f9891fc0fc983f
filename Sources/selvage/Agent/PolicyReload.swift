internal import Engine
internal import Events
internal import Glibc
internal import Rules
internal import Synchronization
internal import SystemPackage

/// Loads rules again and makes them ready on a thread of its own, while records are matched with the running ones.
///
/// One thread asks and takes. Unchecked: what the other thread leaves is under the mutex, the rest is the asker's.
final class PolicyReload: @unchecked Sendable {
  enum Outcome: ~Copyable, Sendable {
    case ready(PreparedPolicy, LoadResult)
    /// Why not, in a line, and all that is wrong. The whole report was said.
    case refused(String, [Diagnostic])
  }

  /// What the alerts are called that tell of it.
  static let successName = "Rules reloaded"
  static let refusalName = "Rules not reloaded"

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
    do throws(Errno) {
      try DetachedThread.start { self.leave(self.load()) }
    } catch {
      isRunning = false
      return "starting a thread failed: \(error)"
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
