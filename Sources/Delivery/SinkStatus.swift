/// How a sink is doing. At every moment `offered == delivered + refused + failed + waiting`.
package struct SinkStatus: Sendable, Equatable {
  /// ``SinkSetting/name``.
  package let name: String
  /// Given to ``Delivery/send(_:)``.
  package var offered: UInt64 = 0
  /// The kernel took it whole: it is in the file, or on its way to the receiver. UDP tells no more than that.
  package var delivered: UInt64 = 0
  /// Not taken: the queue was full, or closed.
  package var refused: UInt64 = 0
  /// Taken, and given up after what was tried.
  package var failed: UInt64 = 0
  /// In the queue, with the one that is being delivered.
  package var waiting: UInt64 = 0
  /// What went wrong last, also when it went right again since. nil: nothing ever did.
  package var lastError: String?

  /// Alerts that people won't see here.
  package var lost: UInt64 { refused + failed }
}
