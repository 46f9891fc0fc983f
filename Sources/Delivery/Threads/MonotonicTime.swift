internal import Glibc

/// A moment of the clock that no one sets.
struct MonotonicTime: Comparable {
  private let nanoseconds: Int64

  static func now() -> MonotonicTime {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return MonotonicTime(nanoseconds: Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec))
  }

  static func < (a: MonotonicTime, b: MonotonicTime) -> Bool { a.nanoseconds < b.nanoseconds }

  func adding(milliseconds: Int) -> MonotonicTime {
    // A year is for ever, and can't overflow.
    MonotonicTime(nanoseconds: nanoseconds + Int64(max(0, min(milliseconds, 31_536_000_000))) * 1_000_000)
  }

  /// Milliseconds until then, rounded up; 0 when it is past.
  var remainingMilliseconds: Int {
    Int(max(0, (nanoseconds - Self.now().nanoseconds + 999_999) / 1_000_000))
  }

  /// For `pthread_cond_timedwait` on a condition that was made for this clock.
  var timeSpecification: timespec {
    timespec(tv_sec: Int(nanoseconds / 1_000_000_000), tv_nsec: Int(nanoseconds % 1_000_000_000))
  }
}
