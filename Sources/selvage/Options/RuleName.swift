internal import Events
internal import Rules

/// Finds the rule that somebody names.
enum RuleName {
  enum Found {
    case rule(Rule)
    case correlation(Correlation)

    var name: String {
      switch self {
      case .rule(let rule): rule.name
      case .correlation(let correlation): correlation.name
      }
    }

    /// Whose it is, if it is a tenant's own.
    fileprivate func tenant(_ policy: Policy) -> String? {
      let scope =
        switch self {
        case .rule(let rule): rule.scope
        case .correlation(let correlation): correlation.scope
        }
      guard case .tenant(let index) = scope else { return nil }
      return policy.tenancy?.tenants[index].name
    }
  }

  /// As it is written; else in any case, if that is one rule's alone. Where several tenants have a rule of the name, the
  /// tenant's goes before it: `m1234/Shell`.
  ///
  /// - Throws: ``ExitStatus/refused``, after it said which name is near.
  static func find(_ name: String, in policy: Policy, _ reports: [RuleReport]) throws -> Found {
    let all = policy.rules.map(Found.rule) + policy.correlations.map(Found.correlation)
    let exact = all.filter { $0.name == name }
    if exact.count == 1 { return exact[0] }
    let qualified = all.filter { found in found.tenant(policy).map { "\($0)/\(found.name)" == name } ?? false }
    if qualified.count == 1 { return qualified[0] }
    if exact.count > 1 {
      let names = exact.prefix(3).compactMap { $0.tenant(policy).map { DisplayText.quoted("\($0)/\(name)") } }
      Console.say("selvage: \(exact.count) tenants have a rule \(DisplayText.quoted(name)); say whose, as \(names.joined(separator: " or "))")
      throw ExitStatus.refused
    }
    let alike = all.filter { $0.name.lowercased() == name.lowercased() }
    if alike.count == 1 { return alike[0] }
    if let report = reports.first(where: { $0.name == name }) {
      let reason = CheckReport.Row(report).reasons.joined(separator: "; ")
      Console.say("selvage: the rule \(DisplayText.quoted(name)) is not active\(reason.isEmpty ? "" : ": \(reason)")")
      throw ExitStatus.refused
    }
    let nearest = NearestName.hint(name, among: all.lazy.map(\.name))
    Console.say(
      "selvage: no active rule \(DisplayText.quoted(name)); \(nearest ?? "`selvage rules list` names them")")
    throw ExitStatus.refused
  }
}
