package import Events

/// Rules, compiled: immutable, and all that the engine needs of them.
package struct Policy: Sendable {
  package let rules: [Rule]
  /// Each distinct test once; programs name them by index.
  package let predicates: [Predicate]
  /// Indices of the site's rules, those of rulesets included, that can match a kind, by `EventKind.rawValue`, in the
  /// order of definition.
  package let rulesByKind: [[Int]]
  /// By tenant, as in ``tenancy``: indices of the rules of its own, in the order of definition.
  package let rulesByTenant: [[Int]]
  /// Each after those that it refers to.
  package let correlations: [Correlation]
  /// nil: there are no tenants, and every rule sees every workload.
  package let tenancy: Tenancy?

  package init(
    rules: [Rule], predicates: [Predicate], correlations: [Correlation] = [], tenancy: Tenancy? = nil
  ) {
    self.rules = rules
    self.predicates = predicates
    self.correlations = correlations
    self.tenancy = tenancy
    var byKind = [[Int]](repeating: [], count: 64)
    var byTenant = [[Int]](repeating: [], count: tenancy?.tenants.count ?? 0)
    for (index, rule) in rules.enumerated() {
      if case .tenant(let tenant) = rule.scope, byTenant.indices.contains(tenant) {
        byTenant[tenant].append(index)
      } else {
        for kind in rule.kinds.kinds { byKind[Int(kind.rawValue)].append(index) }
      }
    }
    rulesByKind = byKind
    rulesByTenant = byTenant
  }

  /// The kinds that any rule can match.
  package var kinds: EventKinds { rules.reduce(into: []) { $0.formUnion($1.kinds) } }

  /// The same policy, whose alerts carry more.
  ///
  /// - Parameter fields: by rule.
  package func showing(_ fields: [String: [FieldReference]]) -> Policy {
    let rules = rules.map { rule in
      var rule = rule
      rule.alertFields = fields[rule.name] ?? []
      return rule
    }
    return Policy(rules: rules, predicates: predicates, correlations: correlations, tenancy: tenancy)
  }
}

/// A rule that can fire.
package struct Rule: Sendable {
  package let name: String
  package let description: String
  package let priority: Priority
  package let tags: [String]
  package let output: OutputTemplate
  package internal(set) var condition: Program
  /// The kinds of event that its condition leaves possible.
  package let kinds: EventKinds
  package let throttle: Throttle?
  /// Those that are part of its condition, which ends in `and not (...)` of each, in this order.
  package let exceptions: [RuleException]
  /// What its alerts carry besides what every alert does and its output names.
  package var alertFields: [FieldReference] = []
  /// false: it is meant to be tried on, or to match, all events of a kind.
  package let warnsOfAllKinds: Bool
  package let location: SourceLocation
  /// false: it only counts for correlations.
  package internal(set) var alerts: Bool
  /// Which workloads it sees.
  package internal(set) var scope: RuleScope

  package init(
    name: String, description: String, priority: Priority, tags: [String], output: OutputTemplate,
    condition: Program, kinds: EventKinds, throttle: Throttle? = nil, exceptions: [RuleException] = [],
    warnsOfAllKinds: Bool = true, location: SourceLocation, alerts: Bool = true, scope: RuleScope = .site
  ) {
    self.name = name
    self.description = description
    self.priority = priority
    self.tags = tags
    self.output = output
    self.condition = condition
    self.kinds = kinds
    self.throttle = throttle
    self.exceptions = exceptions
    self.warnsOfAllKinds = warnsOfAllKinds
    self.location = location
    self.alerts = alerts
    self.scope = scope
  }
}

/// What a rule lets pass.
package struct RuleException: Sendable {
  package let name: String
  package let location: SourceLocation

  package init(name: String, location: SourceLocation) {
    self.name = name
    self.location = location
  }
}

/// How much a rule matters; raw values are syslog's severities (RFC 5424, table 2).
package enum Priority: UInt8, CaseIterable, Comparable, Sendable {
  case emergency, alert, critical, error, warning, notice, informational, debug

  /// The more severe is the greater.
  package static func < (a: Priority, b: Priority) -> Bool { a.rawValue > b.rawValue }

  /// As rule files write it, in any case: also Falco's `info` for informational.
  package init?(name: some StringProtocol) {
    switch name.lowercased() {
    case "emergency": self = .emergency
    case "alert": self = .alert
    case "critical": self = .critical
    case "error": self = .error
    case "warning": self = .warning
    case "notice": self = .notice
    case "info", "informational": self = .informational
    case "debug": self = .debug
    default: return nil
    }
  }

  package var name: String {
    switch self {
    case .emergency: "Emergency"
    case .alert: "Alert"
    case .critical: "Critical"
    case .error: "Error"
    case .warning: "Warning"
    case .notice: "Notice"
    case .informational: "Informational"
    case .debug: "Debug"
    }
  }
}
