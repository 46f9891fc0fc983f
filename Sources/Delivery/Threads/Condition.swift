internal import Glibc

/// A mutex and a condition on it, with deadlines of the clock that no one sets. Any thread.
///
/// Unchecked: the pointers are only used as POSIX allows.
final class Condition: @unchecked Sendable {
  private let mutex: UnsafeMutablePointer<pthread_mutex_t>
  private let changed: UnsafeMutablePointer<pthread_cond_t>

  init() {
    mutex = .allocate(capacity: 1)
    changed = .allocate(capacity: 1)
    var attributes = pthread_condattr_t()
    pthread_condattr_init(&attributes)
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC)
    pthread_mutex_init(mutex, nil)
    pthread_cond_init(changed, &attributes)
    pthread_condattr_destroy(&attributes)
  }

  deinit {
    pthread_cond_destroy(changed)
    pthread_mutex_destroy(mutex)
    changed.deallocate()
    mutex.deallocate()
  }

  func locked<Result, Failure: Error>(_ body: () throws(Failure) -> Result) throws(Failure) -> Result {
    pthread_mutex_lock(mutex)
    defer { pthread_mutex_unlock(mutex) }
    return try body()
  }

  /// With the lock held, which it gives up meanwhile; may return for no reason.
  /// - Returns: false: the deadline is past.
  @discardableResult
  func wait(until deadline: MonotonicTime? = nil) -> Bool {
    guard let deadline else {
      pthread_cond_wait(changed, mutex)
      return true
    }
    var time = deadline.timeSpecification
    return pthread_cond_timedwait(changed, mutex, &time) != ETIMEDOUT
  }

  func wake() { pthread_cond_broadcast(changed) }
}
