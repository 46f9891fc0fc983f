internal import Glibc

/// A mutex over a value, and what its holders wait for.
///
/// Unchecked: the value is used under the mutex.
final class Monitor<Value>: @unchecked Sendable {
  enum Event: Int, CaseIterable {
    /// There is something to do: alerts to write, or to deliver.
    case work
    /// Something was done: written, delivered, ended.
    case progress
  }

  private let mutex: UnsafeMutablePointer<pthread_mutex_t>
  private let events: UnsafeMutablePointer<pthread_cond_t>
  private var value: Value

  init(_ value: consuming Value) {
    self.value = value
    mutex = .allocate(capacity: 1)
    events = .allocate(capacity: Event.allCases.count)
    pthread_mutex_init(mutex, nil)
    var attributes = pthread_condattr_t()
    pthread_condattr_init(&attributes)
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC)
    for event in Event.allCases { pthread_cond_init(events + event.rawValue, &attributes) }
    pthread_condattr_destroy(&attributes)
  }

  deinit {
    for event in Event.allCases { pthread_cond_destroy(events + event.rawValue) }
    pthread_mutex_destroy(mutex)
    events.deallocate()
    mutex.deallocate()
  }

  func locked<Result, Failure: Error>(_ body: (inout Value) throws(Failure) -> Result) throws(Failure) -> Result {
    pthread_mutex_lock(mutex)
    defer { pthread_mutex_unlock(mutex) }
    return try body(&value)
  }

  /// As ``locked(_:)``, where what is done under it has no one block.
  func hold() { pthread_mutex_lock(mutex) }
  func release() { pthread_mutex_unlock(mutex) }
  func withHeld(_ body: (inout Value) -> Void) { body(&value) }

  /// Those who wait look again. No system call when there is nobody.
  func signal(_ event: Event) { pthread_cond_broadcast(events + event.rawValue) }

  /// Calls `body` under the mutex, now and after each signal, until it gives something.
  ///
  /// - Parameter deadline: asked anew each time; nil: none.
  /// - Returns: nil: the time is over.
  func wait<Result>(for event: Event, until deadline: (inout Value) -> MonotonicTime?, _ body: (inout Value) -> Result?) -> Result? {
    pthread_mutex_lock(mutex)
    defer { pthread_mutex_unlock(mutex) }
    while true {
      if let result = body(&value) { return result }
      guard let deadline = deadline(&value) else {
        pthread_cond_wait(events + event.rawValue, mutex)
        continue
      }
      var time = deadline.timeSpecification
      if pthread_cond_timedwait(events + event.rawValue, mutex, &time) == ETIMEDOUT { return body(&value) }
    }
  }
}
