/// Where an alert stands among those of its node: what a receiver needs to see that one is missing.
package struct Place: Sendable, Hashable {
  /// Of the numbering: another one counts from 1 again. Hexadecimal.
  package let series: String
  /// From 1; of all alerts of the node, whichever sink they go to. Never used twice within a series.
  package let sequence: UInt64
  /// Of the alert that went to the same sink before this one; 0: this is its first. A receiver has all that was sent to it
  /// if this is the last sequence that it got.
  package let previous: UInt64

  package init(series: String, sequence: UInt64, previous: UInt64) {
    self.series = series
    self.sequence = sequence
    self.previous = previous
  }
}
