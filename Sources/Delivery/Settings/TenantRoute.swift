package import Rules

/// Where a tenant's alerts go, besides the sinks that get all.
package struct TenantRoute: Sendable, Hashable {
  package let tenant: String
  package let syslog: TenantSyslog

  package init(tenant: String, syslog: TenantSyslog) {
    self.tenant = tenant
    self.syslog = syslog
  }

  /// The tenant's own receivers as a sink; nil: it has none.
  var setting: SinkSetting? {
    guard !syslog.receivers.isEmpty else { return nil }
    var setting = SinkSetting(.syslog(SyslogSetting(syslog.receivers, tls: syslog.tls)))
    setting.tenant = tenant
    setting.givenName = "\(tenant)'s \(setting.name)"
    return setting
  }
}

extension [TenantRoute] {
  package init(_ policy: Policy) {
    self = (policy.tenancy?.tenants ?? []).map { TenantRoute(tenant: $0.name, syslog: $0.syslog) }
      .filter { !$0.syslog.receivers.isEmpty || !$0.syslog.sinks.isEmpty }
  }
}
