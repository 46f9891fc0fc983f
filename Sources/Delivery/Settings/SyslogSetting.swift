package import Rules

/// Syslog receivers, one of which gets the alerts: the first that works.
package struct SyslogSetting: Sendable, Equatable {
  /// At least one, in order of preference.
  package var receivers: [SyslogReceiver]
  /// Of alerts whose tenant has none of its own.
  package var facility: SyslogFacility
  /// Of the text; nil: structured data, and a text for people.
  package var format: AlertFormat?
  /// Octets a message, see ``SyslogFormat/message(for:limit:)``; nil: what each receiver's kind takes.
  package var limit: Int?
  /// Of the receivers that are spoken to over TLS.
  package var tls: TLSSetting

  package init(
    _ receivers: [SyslogReceiver], facility: SyslogFacility = .authpriv, format: AlertFormat? = nil, limit: Int? = nil,
    tls: TLSSetting = TLSSetting()
  ) {
    self.receivers = receivers
    self.facility = facility
    self.format = format
    self.limit = limit
    self.tls = tls
  }

  func limit(_ receiver: SyslogReceiver) -> Int { min(limit ?? receiver.usualLimit, receiver.largestLimit) }
}
