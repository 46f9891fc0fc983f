internal import Glibc

/// Clocks that no one sets.
package enum MonotonicTime {
  /// Nanoseconds.
  package static var now: UInt64 { read(CLOCK_MONOTONIC) }

  /// CLOCK_BOOTTIME: what records are stamped with.
  package static var boot: UInt64 { read(CLOCK_BOOTTIME) }

  private static func read(_ clock: clockid_t) -> UInt64 {
    var time = timespec()
    clock_gettime(clock, &time)
    return UInt64(bitPattern: Int64(time.tv_sec)) &* 1_000_000_000 &+ UInt64(bitPattern: Int64(time.tv_nsec))
  }
}
