/// How a sink is doing. At every moment `offered == delivered + refused + failed + waiting`.
package struct SinkStatus: Sendable, Equatable {
  /// ``SinkSetting/name``.
  package let name: String
  /// Given to ``Delivery/send(_:)``.
  package internal(set) var offered: UInt64
  /// The kernel took it whole: it is in the file, or on its way to the receiver. UDP tells no more than that.
  package internal(set) var delivered: UInt64
  /// Not taken: the queue was full, or closed.
  package internal(set) var refused: UInt64
  /// Taken, and given up after what was tried.
  package internal(set) var failed: UInt64
  /// In the queue, with the one that is being delivered.
  package internal(set) var waiting: UInt64
  /// What went wrong last, also when it went right again since. nil: nothing ever did.
  package internal(set) var lastError: String?

  package init(
    name: String, offered: UInt64 = 0, delivered: UInt64 = 0, refused: UInt64 = 0, failed: UInt64 = 0,
    waiting: UInt64 = 0, lastError: String? = nil
  ) {
    self.name = name
    self.offered = offered
    self.delivered = delivered
    self.refused = refused
    self.failed = failed
    self.waiting = waiting
    self.lastError = lastError
  }

  /// Alerts that people won't see here.
  package var lost: UInt64 { refused + failed }
}
