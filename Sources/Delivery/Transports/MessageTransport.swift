/// A way for messages to one receiver, in the hands of one thread. Each call is one attempt.
protocol MessageTransport: AnyObject {
  /// Connects first where there is no connection, and sends in order.
  ///
  /// - Parameters:
  ///   - messages: without any framing.
  ///   - confirmed: called as confirmations come, with how many of the messages, from the first, the receiver has; what
  ///     that means is the transport's to say.
  /// - Throws: ``DeliveryError`` when the rest can't be delivered now: the connection is closed then. After
  ///   ``DeliveryError/refused(_:)`` the first that isn't confirmed is never to be.
  func send(
    _ messages: [[UInt8]], stopSignal: StopSignal, confirmed: (Int) -> Void
  ) throws(DeliveryError)

  /// Another receiver from now on; the connection to the one before is closed.
  func change(to address: StreamAddress)

  /// Closes; the next message connects. What was confirmed stays so.
  func disconnect()

  /// Certificates are to be read again.
  func reload()
}
