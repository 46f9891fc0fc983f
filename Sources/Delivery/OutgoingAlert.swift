package import Engine

/// An alert on its way to a sink.
package struct OutgoingAlert: Sendable, Hashable {
  package let alert: Alert
  /// nil: alerts aren't numbered, as there is no spool.
  package let place: Place?
  /// When it was sent on its way, by ``KernelClock/boot``. nil: by an agent before this one.
  package let raisedNanoseconds: UInt64?

  package init(_ alert: Alert, place: Place? = nil, raisedNanoseconds: UInt64? = nil) {
    self.alert = alert
    self.place = place
    self.raisedNanoseconds = raisedNanoseconds
  }
}
