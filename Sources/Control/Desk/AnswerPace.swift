/// How much of a thread's time goes to answers: a twentieth.
package struct AnswerPace {
  private static let share: UInt64 = 20
  /// CLOCK_BOOTTIME, nanoseconds.
  private var next: UInt64 = 0

  package init() {}

  package func allows(_ now: UInt64) -> Bool { now >= next }

  /// One was given.
  package mutating func spent(from start: UInt64, to end: UInt64) {
    next = end &+ (end &- start) &* (Self.share - 1)
  }
}
