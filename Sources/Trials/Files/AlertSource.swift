import Events
import Rules

/// What gives alerts of a name: a rule or a correlation; or several, as two tenants may have rules of one name.
struct AlertSource {
  /// false: it only counts for correlations.
  let alerts: Bool
  /// Those whose events it takes.
  let rules: [Rule]
  let locations: [SourceLocation]

  /// The kinds of event that it looks at.
  var kinds: EventKinds { rules.reduce(into: []) { $0.formUnion($1.kinds) } }
}

extension Policy {
  /// nil: there is none.
  func source(of name: String) -> AlertSource? {
    let rules = rules.filter { $0.name == name }
    let correlations = correlations.filter { $0.name == name }
    guard !rules.isEmpty || !correlations.isEmpty else { return nil }
    return AlertSource(
      alerts: rules.contains(where: \.alerts) || correlations.contains(where: \.alerts),
      rules: rules + correlations.flatMap { self.rules(of: $0).map { self.rules[$0] } },
      locations: rules.map(\.location) + correlations.map(\.location))
  }
}
