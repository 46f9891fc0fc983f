internal import Glibc

/// The kernel's clocks, in nanoseconds.
package enum KernelClock {
  /// CLOCK_BOOTTIME: what records are stamped with.
  package static var boot: UInt64 { read(CLOCK_BOOTTIME) }

  /// What to add to a time of CLOCK_BOOTTIME to get wall-clock time.
  package static var wallOffset: Int64 {
    let before = read(CLOCK_BOOTTIME)
    let wall = read(CLOCK_REALTIME)
    let after = read(CLOCK_BOOTTIME)
    return Int64(bitPattern: wall &- (before &+ (after &- before) / 2))
  }

  /// CLOCK_MONOTONIC: for what lasts, within one process.
  package static var monotonic: UInt64 { read(CLOCK_MONOTONIC) }

  /// CLOCK_REALTIME.
  package static var wall: Int64 { Int64(bitPattern: read(CLOCK_REALTIME)) }

  private static func read(_ clock: clockid_t) -> UInt64 {
    var time = timespec()
    clock_gettime(clock, &time)
    return UInt64(bitPattern: Int64(time.tv_sec)) &* 1_000_000_000 &+ UInt64(bitPattern: Int64(time.tv_nsec))
  }
}
