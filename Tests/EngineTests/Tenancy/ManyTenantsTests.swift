import CAllocations
import Rules
import Testing

@testable import Engine

@Suite struct ManyTenantsTests {
  static func policy(tenants: Int) throws -> Policy {
    var policy = TenantPolicy()
    for tenant in 0..<tenants { policy.add(tenant: "t\(tenant)") }
    for tenant in 0..<tenants {
      for rule in 0..<20 {
        policy.add(rule: "t\(tenant) r\(rule)", Self.condition(tenant, rule), .tenant(tenant))
      }
    }
    return try policy.policy()
  }

  private static func condition(_ tenant: Int, _ rule: Int) -> String {
    switch rule % 5 {
    case 0: "evt.type = execve and proc.name = prog\(rule)-\(tenant)"
    case 1: "evt.type = execve and proc.cmdline contains \"--secret-\(tenant)-\(rule)\""
    case 2: "evt.type = execve and proc.exepath startswith /srv/t\(tenant)/r\(rule)/"
    case 3: "evt.type = connect and fd.sport = \(1000 + rule) and proc.name = net\(tenant)"
    default: "evt.type in (execve, connect) and proc.pname in (sh\(tenant), bash\(rule))"
    }
  }

  /// By content: a tenant that has few rules takes little. In release builds 1,000 tenants take 12 MB in all.
  @Test func aTenantsIndicesAreSmall() throws {
    let tenants = 50
    let policy = try Self.policy(tenants: tenants)
    let before = allocations_held()
    let matcher = Matcher(policy)
    let bytes = allocations_held() - before
    #expect(bytes > 0 && bytes / tenants < 24 << 10, "\(bytes) bytes")
    _ = consume matcher
  }
}
