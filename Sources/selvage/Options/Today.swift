internal import Glibc
internal import Rules

extension PolicyLoader {
  /// With the day that the node's clock tells: exceptions that expired don't apply.
  static func today() -> PolicyLoader {
    var time = timespec()
    guard clock_gettime(CLOCK_REALTIME, &time) == 0 else { return PolicyLoader() }
    return PolicyLoader(today: CalendarDay(nanosecondsSince1970: Int64(time.tv_sec) &* 1_000_000_000))
  }
}
