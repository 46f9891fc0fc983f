/// Where alerts go, in the hands of one thread.
protocol Sink: AnyObject {
  /// One attempt to deliver the alerts, in their order. Pauses only by `stop`, so that it ends when that is set.
  ///
  /// - Parameter confirm: told how many of them, from the first, are delivered, whenever that is known of more.
  /// - Throws: ``DeliveryError/refused(_:)`` when the first that is not confirmed never can be delivered; anything else
  ///   when the rest can't be delivered now.
  func deliver(_ alerts: [OutgoingAlert], stop: StopSignal, confirm: (Int) -> Void) throws(DeliveryError)

  /// Opens files by their names again.
  func reopen() throws(DeliveryError)

  /// What went wrong since the last time without keeping an alert from being delivered.
  func takeNote() -> DeliveryError?

  /// After an attempt that failed: the next one begins anew, elsewhere if there is somewhere else.
  func failOver()

  var pace: RetryPace { get }

  /// After an attempt that failed: as soon as this is writable, another one makes sense.
  var awaited: Int32? { get }

  /// Something that was confirmed may have to be sent again: ``tend(stop:)`` is to be called now and then while there is
  /// nothing to deliver.
  var isToBeTended: Bool { get }

  /// Looks whether what was confirmed is still to be had, and makes it good if not. One attempt, like
  /// ``deliver(_:stop:confirm:)``.
  func tend(stop: StopSignal) throws(DeliveryError)
}

extension Sink {
  func reopen() throws(DeliveryError) {}
  func takeNote() -> DeliveryError? { nil }
  func failOver() {}
  var pace: RetryPace { .local }
  var awaited: Int32? { nil }
  var isToBeTended: Bool { false }
  func tend(stop: StopSignal) throws(DeliveryError) {}
}
