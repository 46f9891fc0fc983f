/// A syslog receiver that is connected to.
final class MessageSink: Sink {
  private let transport: any MessageTransport
  private let format: SyslogFormat
  private let limit: Int

  init(_ transport: any MessageTransport, format: SyslogFormat, limit: Int) {
    self.transport = transport
    self.format = format
    self.limit = limit
  }

  var pace: RetryPace { .remote }
  var isToBeTended: Bool { transport.isToBeTended }

  func deliver(_ alerts: [OutgoingAlert], stop: StopSignal, confirm: (Int) -> Void) throws(DeliveryError) {
    try transport.send(alerts.map { format.message(for: $0, limit: limit) }, stop: stop, confirm: confirm)
  }

  func reopen() throws(DeliveryError) { transport.reload() }
  func tend(stop: StopSignal) throws(DeliveryError) { try transport.tend(stop: stop) }
}
