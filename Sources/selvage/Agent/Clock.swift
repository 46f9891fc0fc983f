internal import Glibc

/// The kernel's clocks, in nanoseconds.
enum Clock {
  /// CLOCK_BOOTTIME: what records are stamped with.
  static var boot: UInt64 { read(CLOCK_BOOTTIME) }

  /// What to add to a time of CLOCK_BOOTTIME to get wall-clock time.
  static var wallOffset: Int64 {
    let before = read(CLOCK_BOOTTIME)
    let wall = read(CLOCK_REALTIME)
    let after = read(CLOCK_BOOTTIME)
    return Int64(bitPattern: wall &- (before &+ (after &- before) / 2))
  }

  /// CLOCK_REALTIME.
  static var wall: Int64 { Int64(bitPattern: read(CLOCK_REALTIME)) }

  private static func read(_ clock: clockid_t) -> UInt64 {
    var time = timespec()
    clock_gettime(clock, &time)
    return UInt64(bitPattern: Int64(time.tv_sec)) &* 1_000_000_000 &+ UInt64(bitPattern: Int64(time.tv_nsec))
  }
}
