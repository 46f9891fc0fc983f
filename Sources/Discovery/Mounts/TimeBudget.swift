/// So much time a second may be spent on something, and that much at once.
struct TimeBudget {
  private let perSecond: UInt64
  private var left: UInt64
  private var filledAt: UInt64 = 0

  init(nanosecondsPerSecond: UInt64) {
    perSecond = nanosecondsPerSecond
    left = nanosecondsPerSecond
  }

  /// - Parameter now: of a clock that only goes on, nanoseconds.
  mutating func hasSome(at now: UInt64) -> Bool {
    let credit = min(now &- min(now, filledAt), 1_000_000_000) * min(perSecond, 1_000_000_000) / 1_000_000_000
    if credit > 0 {
      left = min(perSecond, left + credit)
      filledAt = now
    }
    return left > 0
  }

  mutating func spend(_ nanoseconds: UInt64) { left -= min(left, nanoseconds) }
}
