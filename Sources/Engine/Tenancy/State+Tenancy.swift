import Events
import Rules

extension State {
  /// Says whose the event's workload is: decided anew if what is known of the workload changed since.
  mutating func settleMembership() {
    guard memberships.tenancy != nil else { return }
    let version = workloads.version(of: event.workload)
    if let membership = memberships.decided(event.workload, version: version) {
      event.membership = membership
    } else {
      decideMembership(version)
    }
  }

  private mutating func decideMembership(_ version: UInt64) {
    guard let tenancy = memberships.tenancy else { return }
    event.membership = Membership()
    let tenant = tenancy.tenant(self)
    let active = memberships.decide(event.workload, version: version, tenant: tenant)
    event.membership = Membership(
      tenant: Int32(truncatingIfNeeded: tenant ?? -1), rulesets: active.baseAddress.map { UnsafePointer($0) })
    // Of the tenant a ruleset's condition may ask.
    tenancy.rulesets(self, active)
  }

  /// Rules were tried on the event, and so many alerts came of it.
  func note(alerts: UInt64) {
    if event.workload >= 0 {
      workloads.workloads[event.workload].events &+= 1
      workloads.workloads[event.workload].alerts &+= alerts
    }
    memberships.note(alerts: alerts, of: event.membership.tenant)
  }

  /// From now on these tenants are there.
  mutating func replace(_ tenancy: CompiledTenancy?) {
    memberships = Memberships(tenancy, after: memberships)
    event.membership = Membership()
  }

  /// Of the tenant that the event's workload belongs to; nil: there are none, or it is not sure which.
  var tenant: TenantTexts? { memberships.tenancy?.texts(event.membership.tenant) }

  /// By index; nil: -1.
  func tenantName(_ tenant: Int32) -> String? {
    guard tenant >= 0 else { return nil }
    return memberships.tenancy?.tenancy.tenants[Int(tenant)].name
  }

  /// By index; nil: it has none of its own.
  func facility(_ tenant: Int32) -> SyslogFacility? {
    guard tenant >= 0 else { return nil }
    return memberships.tenancy?.tenancy.tenants[Int(tenant)].syslog.facility
  }

  /// What is known of who the event's workload is, if that is not all there is to know. nil as well: nobody asks.
  var openIdentity: Identity? {
    guard memberships.tenancy != nil || event.workload >= 0 else { return nil }
    let identity = workloads.identity(of: event.workload)
    return identity == .known ? nil : identity
  }
}
