/// Where a tenant's alerts go, besides the sinks that get all.
package struct TenantSyslog: Sendable, Hashable {
  /// Of its alerts; nil: that of the sink.
  package var facility: SyslogFacility?
  /// Receivers of its own, one of which gets its alerts: the first that works. Empty: it has none.
  package var receivers: [SyslogReceiver] = []
  /// Of receivers that are spoken to over TLS.
  package var tls = TLSSetting()
  /// Names of the site's sinks that are for the tenants which name them.
  package var sinks: [String] = []

  package init(facility: SyslogFacility? = nil, receivers: [SyslogReceiver] = [], sinks: [String] = []) {
    self.facility = facility
    self.receivers = receivers
    self.sinks = sinks
  }
}
