internal import Rules

extension PolicyLoader {
  /// With the day that the node's clock tells: exceptions that expired don't apply.
  static func today() -> PolicyLoader {
    PolicyLoader(today: CalendarDay(nanosecondsSince1970: Clock.wall))
  }
}
