internal import Glibc
internal import Synchronization

/// What a sink's owner and its thread tell each other, besides alerts. Any thread.
final class SinkControl: Sendable {
  private struct State {
    var isToReopen = false
    var lastError: String?
    var retries: UInt64 = 0
    var latency = LatencyHistogram()
  }

  let stopSignal: StopSignal
  /// Set when the thread has ended.
  let end: EndSignal
  private let state = Mutex(State())

  init() throws(DeliveryError) {
    stopSignal = try StopSignal()
    end = EndSignal()
  }

  /// Before the next alert the sink opens its files by name again.
  func reopen() { state.withLock { $0.isToReopen = true } }

  /// Whether ``reopen()`` was asked for since the last time.
  func takeReopen() -> Bool {
    state.withLock { state in
      defer { state.isToReopen = false }
      return state.isToReopen
    }
  }

  /// Something went wrong that may come right yet.
  func note(_ error: DeliveryError, isRetried: Bool = false) {
    state.withLock { state in
      state.lastError = error.description
      if isRetried { state.retries &+= 1 }
    }
  }

  /// Unless there is another reason that something failed.
  func noteStopped() { state.withLock { $0.lastError = $0.lastError ?? DeliveryError.stopped.description } }

  func took(nanoseconds: UInt64) { state.withLock { $0.latency.add(nanoseconds: nanoseconds) } }

  func status(_ setting: SinkSetting, _ counts: SinkCounts) -> SinkStatus {
    state.withLock {
      SinkStatus(
        name: setting.name, tenant: setting.tenant, confirmation: setting.confirmation, counts: counts, lastError: $0.lastError, retries: $0.retries,
        latency: $0.latency)
    }
  }
}
