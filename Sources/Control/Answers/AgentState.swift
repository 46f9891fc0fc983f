/// How the agent is doing, as the thread that reads the ring knows it.
package struct AgentState: Sendable {
  /// Records that the engine was given.
  package var records: UInt64
  /// That the sensors set out to write, by kind.
  package var produced: [String: UInt64]
  /// Events that could not be seen, by kind, and what else was lost; none: nothing was.
  package var lost: [String: UInt64]
  package var sources: [StatusAnswer.Source]

  package init(records: UInt64, produced: [String: UInt64] = [:], lost: [String: UInt64], sources: [StatusAnswer.Source]) {
    self.records = records
    self.produced = produced
    self.lost = lost
    self.sources = sources
  }
}
