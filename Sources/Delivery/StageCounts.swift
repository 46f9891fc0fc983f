package import Engine

/// What the stages before delivery have counted since the agent started.
package struct StageCounts: Sendable, Equatable {
  /// Records that the engine was given.
  package var records: UInt64 = 0
  /// Events that the sensors could not tell.
  package var lost: UInt64 = 0
  /// Alerts that rules raised: `fired == passed + held`.
  package var fired: UInt64 = 0
  package var passed: UInt64 = 0
  /// Held back so as not to flood anybody.
  package var held: UInt64 = 0
  /// Alerts that tell of those held back.
  package var summaries: UInt64 = 0
  /// Alerts that were sent on their way: those that passed, the summaries, and the agent's own.
  package var sent: UInt64 = 0

  package init() {}

  /// - Parameter lost: see ``lost``.
  package init(_ engine: borrowing Engine, lost: UInt64) {
    records = engine.records
    self.lost = lost
    fired = engine.quietCounts.fired
    passed = engine.quietCounts.sent
    held = engine.quietCounts.held
    summaries = engine.quietCounts.summaries
  }
}
