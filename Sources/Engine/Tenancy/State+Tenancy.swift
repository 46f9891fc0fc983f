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
    let tenant = tenancy.tenant(self)
    let active = memberships.decide(event.workload, version: version, tenant: tenant)
    event.membership = Membership(
      tenant: Int32(truncatingIfNeeded: tenant ?? -1), rulesets: active.baseAddress.map { UnsafePointer($0) })
    // Of the tenant a ruleset's condition may ask.
    tenancy.rulesets(self, active)
  }

  /// From now on these tenants are there.
  mutating func replace(_ tenancy: CompiledTenancy?) {
    memberships = Memberships(tenancy)
    event.membership = Membership()
  }

  /// By index; nil: -1.
  func tenantName(_ tenant: Int32) -> String? {
    guard tenant >= 0 else { return nil }
    return memberships.tenancy?.tenancy.tenants[Int(tenant)].name
  }

  /// What is known of who the event's workload is, if that is not all there is to know. nil as well: nobody asks.
  var openIdentity: Identity? {
    guard memberships.tenancy != nil || event.workload >= 0 else { return nil }
    let identity = workloads.identity(of: event.workload)
    return identity == .known ? nil : identity
  }
}
