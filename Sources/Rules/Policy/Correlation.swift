/// A rule about several events: so many within a time, of rules that each match one.
package struct Correlation: Sendable {
  package enum Kind: String, CaseIterable, Sendable {
    /// Counts events.
    case eventCount = "event_count"
    /// Counts the distinct values of a field.
    case valueCount = "value_count"
    /// Counts which of its rules had events.
    case temporal
    /// All of its rules had events, one after the other.
    case temporalOrdered = "temporal_ordered"
  }

  /// One of the rules that it refers to.
  package struct Member: Sendable {
    package enum Source: Hashable, Sendable {
      /// By index in the policy.
      case rule(Int)
      /// By index in the policy; less than its own.
      case correlation(Int)
    }

    /// As it refers to it.
    package let name: String
    package let source: Source
    /// One for each rule whose events come this way, but for those whose events lack a field; none: it takes no part.
    package let keys: [Key]
  }

  /// Which fields of a rule's event it looks at.
  package struct Key: Sendable {
    /// By index in the policy.
    package let rule: Int
    /// In the order of ``Correlation/groupBy``. An event without one of them takes no part.
    package let group: [FieldReference]
    /// Whose values are counted.
    package let value: FieldReference?
  }

  package let name: String
  package let description: String
  package let priority: Priority
  package let tags: [String]
  package let kind: Kind
  /// 64 at most, in the order of the rule.
  package let members: [Member]
  /// Names of fields or aliases, as the rule has them: events are counted apart for each set of values.
  package let groupBy: [String]
  /// Of the field whose values are counted, as the rule has it.
  package let valueName: String?
  /// Events that are further apart are not counted together; 1 or more.
  package let seconds: Int
  /// What it fires at; from 1. Without an upper bound it is decided by the event that makes it full, else when the
  /// window that its first event opened is over.
  package let count: ClosedRange<Int>
  /// false: it only counts for other correlations.
  package internal(set) var alerts: Bool
  package let location: SourceLocation
  /// Which workloads it is about: those of its file's rules.
  package internal(set) var scope: RuleScope = .site

  package static let maximumMembers = 64
  package static let maximumGroupFields = 8
  package static let maximumCount = 10_000

  package var isDecidedAtEnd: Bool { count.upperBound != .max }

  /// In a line: `event_count >= 5 within 1m by User: failed_login`.
  package var text: String {
    var text = kind.rawValue
    if let valueName { text += " of \(valueName)" }
    if count.upperBound == .max {
      text += " >= \(count.lowerBound)"
    } else {
      let isOne = count.lowerBound == count.upperBound
      text += isOne ? " = \(count.lowerBound)" : " from \(count.lowerBound) to \(count.upperBound)"
    }
    text += " within \(TimeSpan.text(seconds))"
    if !groupBy.isEmpty { text += " by \(groupBy.joined(separator: ", "))" }
    return text + ": \(members.map(\.name).joined(separator: ", "))"
  }
}

extension Policy {
  /// Indices of the rules whose events a correlation takes, directly or by others, ascending.
  package func rules(of correlation: Correlation) -> [Int] {
    Set(correlation.members.flatMap { $0.keys.map(\.rule) }).sorted()
  }

  /// The same, in which the rules and correlations that only count alert as well.
  package var alertingAll: Policy {
    func alerting(_ rule: Rule) -> Rule {
      var rule = rule
      rule.alerts = true
      return rule
    }
    func alerting(_ correlation: Correlation) -> Correlation {
      var correlation = correlation
      correlation.alerts = true
      return correlation
    }
    return Policy(
      rules: rules.map(alerting), predicates: predicates, correlations: correlations.map(alerting), tenancy: tenancy)
  }
}
