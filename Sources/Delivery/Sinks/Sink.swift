internal import Engine

/// Where alerts go, in the hands of one thread.
protocol Sink: AnyObject {
  /// Formats and writes. Pauses only by the queue's stop signal, so that it ends when that is set.
  ///
  /// - Throws: ``DeliveryError`` when the alert is given up.
  func deliver(_ alert: Alert, queue: SinkQueue) throws(DeliveryError)
}
