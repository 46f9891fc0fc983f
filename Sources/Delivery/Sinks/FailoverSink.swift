/// Several sinks, of which one is used: the first that works, and that one until it doesn't.
final class FailoverSink: Sink {
  private let sinks: [any Sink]
  private var current = 0
  /// Sinks in a row that failed.
  private var failures = 0

  /// - Parameter sinks: at least one, in order of preference.
  init(_ sinks: [any Sink]) { self.sinks = sinks }

  func deliver(_ alerts: [OutgoingAlert], stop: StopSignal, confirm: (Int) -> Void) throws(DeliveryError) {
    try sinks[current].deliver(alerts, stop: stop) { count in
      failures = 0
      confirm(count)
    }
  }

  func reopen() throws(DeliveryError) { for sink in sinks { try sink.reopen() } }

  func failOver() {
    sinks[current].failOver()
    failures += 1
    // One that worked until now may just have been restarted: the first of all is the next to be tried.
    current = failures == 1 && current != 0 ? 0 : (current + 1) % sinks.count
  }

  var pace: RetryPace { sinks[current].pace }
  var awaited: Int32? { sinks[current].awaited }
  var isToBeTended: Bool { sinks[current].isToBeTended }
  func tend(stop: StopSignal) throws(DeliveryError) { try sinks[current].tend(stop: stop) }
}
