/// What became of the alerts of a sink. At every moment
/// `offered == filtered + delivered + refused + failed + dropped + waiting`.
package struct SinkCounts: Sendable, Equatable {
  /// Given to ``Delivery/send(_:)`` since this agent started, and what waited in the spool then.
  package var offered: UInt64 = 0
  /// The sink's filter does not want them.
  package var filtered: UInt64 = 0
  /// As ``Confirmation`` says.
  package var delivered: UInt64 = 0
  /// Not taken: the queue was full, or closed.
  package var refused: UInt64 = 0
  /// Taken, and given up after what was tried.
  package var failed: UInt64 = 0
  /// They had to make room in the spool.
  package var dropped: UInt64 = 0
  /// With those that are being delivered. The spool counts those here too that a filter has yet to look at.
  package var waiting: UInt64 = 0
  /// When the first of those that wait was raised, nanoseconds since 1970; nil: none waits.
  package var oldestNanoseconds: Int64?

  package init() {}

  /// Alerts that people won't see here.
  package var lost: UInt64 { refused &+ failed &+ dropped }
}
