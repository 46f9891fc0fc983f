/// Whose workloads are whose, and which rules hold for them: `tenants.yaml`, compiled.
package struct Tenancy: Sendable {
  /// In the order in which they are tried: the first whose match holds has the workload. Then `host` and `unassigned`,
  /// which have no match.
  package let tenants: [Tenant]
  /// In the order of the file.
  package let rulesets: [Ruleset]

  /// - Parameter tenants: all that the file names; the two that are always there are added if they are missing, and
  ///   stand last.
  package init(tenants: [Tenant], rulesets: [Ruleset], file: String) {
    func always(_ name: String) -> Tenant {
      tenants.first { $0.name == name } ?? Tenant(name: name, location: .whole(file))
    }
    let named = tenants.filter { !Self.alwaysThere.contains($0.name) }
    self.tenants = named + [always(Self.hostName), always(Self.unassignedName)]
    self.rulesets = rulesets
  }

  private init(_ tenants: [Tenant], _ rulesets: [Ruleset]) {
    self.tenants = tenants
    self.rulesets = rulesets
  }

  /// The same with other programs.
  func replacing(_ replaced: (Program) -> Program) -> Tenancy {
    let tenants = tenants.map { tenant in
      var tenant = tenant
      tenant.match = tenant.match.map(replaced)
      return tenant
    }
    let rulesets = rulesets.map { ruleset in
      var ruleset = ruleset
      ruleset.when = ruleset.when.map(replaced)
      return ruleset
    }
    return Tenancy(tenants, rulesets)
  }

  /// Processes in no workload belong to it.
  package static let hostName = "host"
  /// Workloads that no tenant's match holds for belong to it.
  package static let unassignedName = "unassigned"
  static let alwaysThere = [hostName, unassignedName]

  /// Indices among ``tenants``.
  package var host: Int { tenants.count - 2 }
  package var unassigned: Int { tenants.count - 1 }

  /// By name; nil: there is none.
  package func tenant(named name: some StringProtocol) -> Int? { tenants.firstIndex { $0.name == name } }

  /// For people: `site`, `ruleset baseline, web`, `tenant m1234`.
  package func text(of scope: RuleScope) -> String {
    switch scope {
    case .site: "site"
    case .rulesets(let indices): "ruleset \(indices.map { rulesets[$0].name }.joined(separator: ", "))"
    case .tenant(let index): "tenant \(tenants[index].name)"
    }
  }
}
