/// A bound on how often a rule's alerts are told: at most `limit` in a window, counted apart for each set of values.
package struct Throttle: Hashable, Sendable {
  /// Values that are counted apart; empty: all alerts of the rule together.
  package let fields: [FieldReference]
  /// 1 or more.
  package let limit: Int
  /// Length of the window in seconds, 1 or more.
  package let seconds: Int

  package init(fields: [FieldReference], limit: Int, seconds: Int) {
    self.fields = fields
    self.limit = limit
    self.seconds = seconds
  }
}
