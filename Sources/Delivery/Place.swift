/// Where an alert stands among those of its node, so that a receiver sees what is missing.
package struct Place: Sendable, Hashable {
  /// Names the numbering: where it changes, numbers begin anew. Hexadecimal digits.
  package let series: String
  /// Of the node's alerts, from 1; grows by one.
  package let sequence: UInt64
  /// The number of the alert that went to the same sink before; 0: none did.
  package let previous: UInt64

  package init(series: String, sequence: UInt64, previous: UInt64) {
    self.series = series
    self.sequence = sequence
    self.previous = previous
  }
}
