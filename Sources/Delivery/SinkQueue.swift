internal import Engine
internal import Glibc
internal import SystemPackage

/// What waits for one sink, and the counts of it. The mutex is never held during I/O.
///
/// Unchecked: every variable is used under the mutex.
final class SinkQueue: @unchecked Sendable {
  static let capacities = 1...1_000_000

  let stopSignal: StopSignal
  private let mutex: UnsafeMutablePointer<pthread_mutex_t>
  private let changed: UnsafeMutablePointer<pthread_cond_t>
  /// A ring. The one that is being delivered keeps its place until it is settled.
  private var slots: [Alert?]
  private var first = 0
  private var status: SinkStatus
  private var isClosed = false
  private var isToReopen = false
  private var isAbandoned = false
  private var hasEnded = false

  init(name: String, capacity: Int) throws(DeliveryError) {
    guard Self.capacities.contains(capacity) else {
      throw .setting(
        "a queue of \(capacity) alerts: \(Self.capacities.lowerBound) to \(Self.capacities.upperBound) are possible")
    }
    stopSignal = try StopSignal()
    mutex = .allocate(capacity: 1)
    changed = .allocate(capacity: 1)
    var attributes = pthread_condattr_t()
    pthread_condattr_init(&attributes)
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC)
    pthread_mutex_init(mutex, nil)
    pthread_cond_init(changed, &attributes)
    pthread_condattr_destroy(&attributes)
    slots = Array(repeating: nil, count: capacity)
    status = SinkStatus(name: name)
  }

  deinit {
    pthread_cond_destroy(changed)
    pthread_mutex_destroy(mutex)
    changed.deallocate()
    mutex.deallocate()
  }

  // The engine's side.

  /// Takes the alert or refuses it, at once.
  func offer(_ alert: Alert) {
    locked {
      status.offered &+= 1
      guard !isClosed, status.waiting < UInt64(slots.count) else {
        status.refused &+= 1
        return
      }
      slots[(first + Int(status.waiting)) % slots.count] = alert
      status.waiting += 1
      if status.waiting == 1 { pthread_cond_broadcast(changed) }
    }
  }

  /// Takes the alert, as soon as there is room.
  func offerWaiting(_ alert: Alert) {
    locked {
      while !isClosed && status.waiting == UInt64(slots.count) { pthread_cond_wait(changed, mutex) }
    }
    offer(alert)  // one thread offers: the room is still there
  }

  /// Before the next alert the sink opens its file by name again.
  func reopen() { locked { isToReopen = true } }

  func snapshot() -> SinkStatus { locked { status } }

  /// No more will come; the thread ends when it has settled what waits.
  func close() {
    locked {
      isClosed = true
      pthread_cond_broadcast(changed)
    }
  }

  /// Counts what still waits as failed and makes the thread end as soon as it can.
  func abandon() {
    let dropped = locked {
      isClosed = true
      isAbandoned = true
      if status.waiting > 0 {
        status.failed &+= status.waiting
        status.waiting = 0
        status.lastError = status.lastError ?? DeliveryError.stopped.description
      }
      pthread_cond_broadcast(changed)
      defer { slots = Array(repeating: nil, count: 1) }
      return slots
    }
    stopSignal.stop()
    _ = dropped  // freed here, outside the lock
  }

  /// - Returns: whether the thread ended in time.
  @discardableResult
  func waitForEnd(until deadline: MonotonicTime) -> Bool {
    var time = deadline.timeSpecification
    return locked {
      while !hasEnded {
        if pthread_cond_timedwait(changed, mutex, &time) == ETIMEDOUT { break }
      }
      return hasEnded
    }
  }

  // The thread's side.

  /// Waits for the oldest. nil: there will be none.
  func next() -> Alert? {
    locked {
      while status.waiting == 0 && !isClosed { pthread_cond_wait(changed, mutex) }
      return status.waiting == 0 ? nil : slots[first]
    }
  }

  /// Whether ``reopen()`` was asked for since the last time.
  func takeReopen() -> Bool {
    locked {
      defer { isToReopen = false }
      return isToReopen
    }
  }

  /// What became of the alert that ``next()`` gave.
  func settle(_ error: DeliveryError?) {
    let settled: Alert? = locked {
      if let error, error != .stopped { status.lastError = error.description }
      guard !isAbandoned else { return nil }  // counted already
      if error == nil { status.delivered &+= 1 } else { status.failed &+= 1 }
      status.waiting -= 1
      let alert = slots[first]
      slots[first] = nil
      first = (first + 1) % slots.count
      if status.waiting + 1 == UInt64(slots.count) { pthread_cond_broadcast(changed) }
      return alert
    }
    _ = settled
  }

  /// Something went wrong that may come right yet.
  func note(_ error: DeliveryError) { locked { status.lastError = error.description } }

  func end() {
    locked {
      hasEnded = true
      pthread_cond_broadcast(changed)
    }
  }

  private func locked<Result>(_ body: () -> Result) -> Result {
    pthread_mutex_lock(mutex)
    defer { pthread_mutex_unlock(mutex) }
    return body()
  }
}
