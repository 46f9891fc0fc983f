import Events
import Rules

/// What gives alerts of a name: a rule, or a correlation.
struct AlertSource {
  /// false: it only counts for correlations.
  let alerts: Bool
  /// Those whose events it takes.
  let rules: [Rule]
  let location: SourceLocation

  /// The kinds of event that it looks at.
  var kinds: EventKinds { rules.reduce(into: []) { $0.formUnion($1.kinds) } }
}

extension Policy {
  /// nil: there is none.
  func source(of name: String) -> AlertSource? {
    if let rule = rules.first(where: { $0.name == name }) {
      return AlertSource(alerts: rule.alerts, rules: [rule], location: rule.location)
    }
    return correlations.first { $0.name == name }.map { correlation in
      AlertSource(alerts: correlation.alerts, rules: rules(of: correlation).map { rules[$0] }, location: correlation.location)
    }
  }
}
