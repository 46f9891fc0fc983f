internal import Engine
internal import Events

/// Tells a sink now and then that the agent is alive, and what it has counted: so that silence is noticed.
struct Heartbeat {
  private let milliseconds: Int
  private let alert: @Sendable () -> OutgoingAlert
  private(set) var due: MonotonicTime

  /// The first comes at once.
  /// - Parameter alert: what is to be told now.
  init(everySeconds seconds: Int, _ alert: @escaping @Sendable () -> OutgoingAlert) {
    milliseconds = max(1, seconds) * 1000
    self.alert = alert
    due = .now()
  }

  /// nil: it is not time yet.
  mutating func take() -> OutgoingAlert? {
    let now = MonotonicTime.now()
    guard now >= due else { return nil }
    due = now.adding(milliseconds: milliseconds)
    return alert()
  }
}
