import Events
import Rules

/// What the quiet stage needs of a policy: of each source of alerts, which of them belong together, and how many go out.
/// Sources are numbered: the policy's rules, then its correlations, then completions of earlier alerts.
final class QuietRules {
  struct Source {
    let name: String
    let tags: [String]
    let scope: RuleScope
    /// Index of its first budget among a tenant's: of its own rules or the site's.
    let budgets: Int
    let key: Key
    /// 0: no windows.
    let nanoseconds: UInt64
    /// Alerts that go out within each.
    let limit: UInt64
  }

  /// What alerts of a window have in common.
  enum Key {
    /// All that an alert says.
    case message(OutputTemplate, UnsafeBufferPointer<CompiledField>)
    /// Values of fields.
    case fields([FieldReference], UnsafeBufferPointer<CompiledField>)
    /// A correlation's group.
    case group
    /// It has no windows.
    case none
  }

  private let policy: Policy
  let settings: QuietSettings
  let sources: [Source]
  private let constants = Constants()
  /// False: every alert goes out.
  let isOn: Bool

  static let budgetsOfTenant = 2 * Priority.allCases.count
  /// Windows of keys, in all and of one tenant, each some 250 bytes with what finds it.
  private static let totalCapacity = 1 << 16
  private static let capacities = 64...(1 << 14)

  init(_ policy: Policy, _ settings: QuietSettings) {
    self.policy = policy
    self.settings = settings
    isOn = settings != .off
    let constants = constants
    func source(_ name: String, _ tags: [String], _ scope: RuleScope, _ key: Key, _ seconds: Int?, _ limit: Int) -> Source {
      let isOwn = if case .tenant = scope { true } else { false }
      return Source(
        name: name, tags: tags, scope: scope, budgets: isOwn ? Priority.allCases.count : 0, key: key,
        nanoseconds: UInt64(clamping: seconds ?? 0) &* 1_000_000_000, limit: UInt64(clamping: limit))
    }
    func compiled(_ fields: [FieldReference]) -> UnsafeBufferPointer<CompiledField> {
      constants.keep(fields.map { CompiledField($0, constants) })
    }
    var sources: [Source] = []
    if isOn {
      sources = policy.rules.map { rule in
        if let throttle = (settings.appliesThrottles ? rule.throttle : nil) ?? settings.throttle {
          let key = Key.fields(throttle.fields, compiled(throttle.fields))
          return source(rule.name, rule.tags, rule.scope, key, throttle.seconds, throttle.limit)
        }
        let key = settings.foldSeconds == nil ? Key.none : .message(rule.output, compiled(rule.output.fields))
        return source(rule.name, rule.tags, rule.scope, key, settings.foldSeconds, 1)
      }
      sources += policy.correlations.map { correlation in
        source(correlation.name, correlation.tags, correlation.scope, .group, settings.foldSeconds, 1)
      }
      sources.append(source(OpenAlerts.rule, [], .site, .none, nil, 1))
    }
    self.sources = sources
  }

  /// Of the same policy.
  func with(_ settings: QuietSettings) -> QuietRules {
    settings == self.settings ? self : QuietRules(policy, settings)
  }

  func source(ofCorrelation index: Int) -> Int { policy.rules.count + index }
  var completions: Int { sources.count - 1 }

  var alertsOfRule: UInt64 { settings.ruleAlertsPerMinute.map { UInt64(clamping: $0) } ?? .max }

  /// - Parameter tenant: by index; -1: not sure whose.
  func alertsOfTenant(_ tenant: Int32) -> UInt64 {
    let own = tenant < 0 ? nil : policy.tenancy?.tenants[Int(tenant)].limits.alertsPerMinute
    return (own ?? settings.tenantAlertsPerMinute).map { UInt64(clamping: $0) } ?? .max
  }

  /// Windows of keys that a tenant may have.
  var keyCapacity: Int {
    max(Self.capacities.lowerBound, min(Self.capacities.upperBound, Self.totalCapacity / max(1, policy.tenancy?.tenants.count ?? 0)))
  }

  /// Of the key that the event at hand has; nil: the source has no windows.
  func identity(_ index: Int, group: ValueIdentity?, _ state: borrowing State) -> ValueIdentity? {
    guard sources[index].nanoseconds > 0 else { return nil }
    var hash = ValueHash()
    hash.append(UInt64(index))
    switch sources[index].key {
    case .none: return nil
    case .group: if let group { hash.append(group) }
    case .fields(_, let fields): Self.append(fields, to: &hash, state)
    case .message(_, let fields):
      hash.append(state.workloads.made(state.event.workload))
      hash.append(UInt64(state.openIdentity?.rawValue ?? 0))
      Self.append(fields, to: &hash, state)
    }
    return hash.identity()
  }

  /// A field that the event does not have differs from every value.
  private static func append(
    _ fields: UnsafeBufferPointer<CompiledField>, to hash: inout ValueHash, _ state: borrowing State
  ) {
    for field in fields {
      var present = hash
      present.append(byte: 1)
      if field.add(to: &present, state) { hash = present } else { hash.append(byte: 0) }
    }
  }
}
