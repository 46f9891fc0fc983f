/// A way for messages to one receiver, in the hands of one thread. Each call is one attempt.
protocol MessageTransport: AnyObject {
  /// Connects first where there is no connection, and sends in order.
  ///
  /// - Parameters:
  ///   - messages: without any framing.
  ///   - confirm: called as confirmations come, with how many of the messages, from the first, the receiver has; what
  ///     that means is the transport's to say.
  /// - Throws: ``DeliveryError`` when the rest can't be delivered now: the connection is closed then. After
  ///   ``DeliveryError/refused(_:)`` the first that isn't confirmed is never to be.
  func send(_ messages: [[UInt8]], stop: StopSignal, confirm: (Int) -> Void) throws(DeliveryError)

  /// Whether what was confirmed may have to be sent again.
  var isToBeTended: Bool { get }

  /// Sends again what has to be; connects for it.
  func tend(stop: StopSignal) throws(DeliveryError)

  /// Certificates are to be read again: the connection is made anew if they are others.
  func reload()
}
