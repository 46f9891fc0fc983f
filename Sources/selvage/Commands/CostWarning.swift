internal import Engine
internal import Events
internal import Rules

/// What a rule author reads of a rule that costs every event of a kind.
enum CostWarning {
  /// More are counted.
  private static let shown = 100

  static func all(in policy: Policy) -> [Diagnostic] {
    let costly = CostlyRule.all(in: policy).filter { policy.rules[$0.rule].warnsOfAllKinds }
    var warnings = costly.prefix(shown).map { warning($0, policy.rules[$0.rule]) }
    if costly.count > shown {
      let place = policy.rules[costly[shown].rule].location
      warnings.append(Diagnostic(.warning, place, "\(costly.count - shown) more costly rules are not shown"))
    }
    return warnings
  }

  private static func warning(_ costly: CostlyRule, _ rule: Rule) -> Diagnostic {
    let kinds = costly.kinds.kinds.map(\.name).joined(separator: ", ")
    let why =
      costly.tests.isEmpty
      ? "no constant that it names has to be there"
      : "no index finds \(costly.tests.prefix(2).map { DisplayText.escaped($0.text) }.joined(separator: " or "))"
    let advice = costly.tests.first.map(advice) ?? "name what must be there, as proc.name in (...), fd.sport = 22"
    return Diagnostic(
      .warning, rule.location, "costly rule \(DisplayText.quoted(rule.name)): it is tried on every \(kinds), as \(why)",
      hint: "\(advice); warn_evttypes: false, if that is meant")
  }

  /// What would be found, instead of the test or beside it.
  private static func advice(_ predicate: Predicate) -> String {
    let beside = "add what must be there as well, as proc.name in (...)"
    switch predicate.test {
    case .regex, .ofExpression(_, .regex):
      return "a regular expression is found by a text that all it matches have, as curl in '.*curl .*'; or \(beside)"
    case .ofExpression(.lower, _), .ofExpression(.upper, _):
      return "compare the field itself without case, by iglob or icontains; or \(beside)"
    case .ofExpression: return "functions and other fields are looked at each time: \(beside)"
    case .notEquals, .notEqualsInteger, .isNotInNetworks, .exists: return "it holds for nearly all: \(beside)"
    default: return beside
    }
  }
}
