internal import Events
internal import Glibc

/// A recording that one thread reads for, and another looks after.
///
/// Unchecked: the recording is used under the mutex.
final class SharedRecording: @unchecked Sendable {
  private let mutex: UnsafeMutablePointer<pthread_mutex_t>
  private var recording: Recording?
  private var count: UInt64 = 0

  init(_ recording: consuming Recording) {
    mutex = .allocate(capacity: 1)
    pthread_mutex_init(mutex, nil)
    self.recording = consume recording
  }

  deinit {
    pthread_mutex_destroy(mutex)
    mutex.deallocate()
  }

  func begin() { locked { recording?.begin() } }

  func append(_ record: borrowing Record, lostBefore: UInt64) {
    pthread_mutex_lock(mutex)
    defer { pthread_mutex_unlock(mutex) }
    count &+= 1
    recording?.lost(lostBefore)
    recording?.append(record)
  }

  /// Records so far.
  var received: UInt64 { locked { count } }

  func tick() -> Bool { locked { recording?.tick() ?? false } }

  var isDone: Bool { locked { recording?.isDone ?? true } }

  /// Takes the recording out: what still comes is passed over.
  func take() -> Recording? { locked { recording.take() } }

  private func locked<Result: ~Copyable>(_ body: () -> Result) -> Result {
    pthread_mutex_lock(mutex)
    defer { pthread_mutex_unlock(mutex) }
    return body()
  }
}
