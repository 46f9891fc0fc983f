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
  }

  /// As it is written; else in any case, if that is one rule's alone.
  ///
  /// - Throws: ``ExitStatus/refused``, after it said which name is near.
  static func find(_ name: String, in policy: Policy, _ reports: [RuleReport]) throws -> Found {
    let all = policy.rules.map(Found.rule) + policy.correlations.map(Found.correlation)
    if let found = all.first(where: { $0.name == name }) { return found }
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
