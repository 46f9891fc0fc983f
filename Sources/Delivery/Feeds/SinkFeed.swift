/// What a sink's thread takes alerts from, in their order.
protocol SinkFeed: AnyObject, Sendable {
  /// Waits for alerts, and gives so many at most, from the first that is neither delivered nor given up: the same ones
  /// again until ``delivered(_:)`` or ``giveUp()``. The sink's thread.
  /// - Parameter deadline: when not to wait any longer; nil: there is none.
  func next(limit: Int, until deadline: MonotonicTime?) -> FeedAnswer

  /// So many more, from the first. The sink's thread.
  func delivered(_ count: Int)

  /// The first is passed over and counted as failed. The sink's thread.
  func giveUp()

  /// No more will come: ``next(limit:until:)`` ends once it has given all that there is. Any thread.
  func close()

  /// ``next(limit:until:)`` ends now. What waits in memory is counted as failed, what waits in the spool stays there.
  /// Any thread.
  func abandon()

  /// Any thread.
  var counts: SinkCounts { get }

  /// Why it could not give what it has, last; nil: it always could. Any thread.
  var lastError: String? { get }

  /// Series and number of the last alert that was delivered; nil: alerts aren't numbered, or there was none. Any thread.
  var last: (series: String, sequence: UInt64)? { get }
}

extension SinkFeed {
  var lastError: String? { nil }
  var last: (series: String, sequence: UInt64)? { nil }
}

enum FeedAnswer: Sendable {
  /// At least one.
  case alerts([OutgoingAlert])
  /// The deadline came first.
  case timeout
  /// There will be none.
  case ended
}
