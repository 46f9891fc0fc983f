package import Rules

/// Which ways through a rule's condition records took; of a correlation nothing but that it is there. Of a comparison it
/// counts what it came to where it mattered: where what stands before it had not settled the matter.
package struct RuleCoverage: Sendable {
  package struct Values: Hashable, Sendable {
    package var wasTrue = false
    package var wasFalse = false

    package init() {}

    mutating func note(_ value: Bool) {
      if value { wasTrue = true } else { wasFalse = true }
    }

    mutating func formUnion(_ other: Values) {
      wasTrue = wasTrue || other.wasTrue
      wasFalse = wasFalse || other.wasFalse
    }
  }

  package struct Comparison: Sendable {
    package let text: String
    package fileprivate(set) var values = Values()
    /// Of the rule's program.
    let operation: Int
  }

  package struct Exception: Sendable {
    package let name: String
    package let location: SourceLocation
    /// True: it let something pass that all else would have told. False: something else was told, or passed by another.
    package fileprivate(set) var values = Values()
  }

  package let rule: String
  package let location: SourceLocation
  /// false: it only counts for correlations.
  package let alerts: Bool
  /// In the order in which the condition has them, those of `evt.type` left out, as they are settled by the kinds of event
  /// that a rule is tried on.
  package private(set) var comparisons: [Comparison]
  package private(set) var exceptions: [Exception]

  init(_ rule: Rule, _ policy: Policy) {
    self.rule = rule.name
    location = rule.location
    alerts = rule.alerts
    comparisons = rule.condition.operations.enumerated().compactMap { place, operation in
      guard case .test(let index) = operation else { return nil }
      if case .isKind = policy.predicates[index].test { return nil }
      return Comparison(text: policy.predicates[index].text, operation: place)
    }
    exceptions = rule.exceptions.map { Exception(name: $0.name, location: $0.location) }
  }

  init(_ correlation: Correlation) {
    rule = correlation.name
    location = correlation.location
    alerts = correlation.alerts
    comparisons = []
    exceptions = []
  }

  /// Adds what other records did with the same rule; nothing for another.
  package mutating func formUnion(_ other: RuleCoverage) {
    guard isSame(as: other) else { return }
    for index in comparisons.indices { comparisons[index].values.formUnion(other.comparisons[index].values) }
    for index in exceptions.indices { exceptions[index].values.formUnion(other.exceptions[index].values) }
  }

  /// Rules of one place may have become different ones, by the lists and macros around them.
  package func isSame(as other: RuleCoverage) -> Bool {
    rule == other.rule && location == other.location && comparisons.map(\.text) == other.comparisons.map(\.text)
      && exceptions.map(\.name) == other.exceptions.map(\.name)
  }

  mutating func noteComparisons(_ reached: (Int) -> Values) {
    for index in comparisons.indices { comparisons[index].values.formUnion(reached(comparisons[index].operation)) }
  }

  /// - Parameter value: of the exception's own condition.
  mutating func noteException(_ index: Int, _ value: Bool) { exceptions[index].values.note(value) }
}
