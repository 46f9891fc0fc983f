/// What became of the alerts that rules fired: `fired = sent + held`, and of what was held back `told` is in summaries
/// that were sent; the rest waits for its window's end.
package struct QuietCounts: Hashable, Sendable {
  /// By rules and correlations, and completions of earlier alerts.
  package internal(set) var fired: UInt64 = 0
  package internal(set) var sent: UInt64 = 0
  package internal(set) var held: UInt64 = 0
  /// Of ``held``.
  package internal(set) var told: UInt64 = 0
  /// Alerts that tell of those held back; none of them is in ``sent``.
  package internal(set) var summaries: UInt64 = 0

  package init() {}
}
