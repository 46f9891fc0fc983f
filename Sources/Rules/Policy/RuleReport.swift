/// How much of a rule holds on this node, and what it lacks.
package struct RuleReport: Hashable, Sendable {
  package enum Status: String, CaseIterable, Hashable, Sendable {
    /// All that its condition asks for is known here.
    case full
    /// Its condition asks for fields that this node can't supply: absent, and every comparison with them false. Of a
    /// correlation also: some of its rules are left out.
    case degraded
    /// It asks only for kinds of event that aren't seen here, or for what this version can't run.
    case unsupported
  }

  package let name: String
  package let location: SourceLocation
  package let status: Status
  package let isEnabled: Bool
  /// Fields of the condition that this node can't supply, sorted; the first hundred.
  package let missingFields: [String]
  /// Of these, the ones that stand under `not`: what the rule meant to leave out fires.
  package let missingUnderNot: [String]
  /// Fields of the output that show `<NA>`, whatever the status.
  package let missingOutputFields: [String]
  /// Names of events that it asks for and that aren't seen here, sorted; the first hundred.
  package let missingKinds: [String]
  /// false: without those fields no event can match.
  package let canMatch: Bool
  /// Of a correlation: the rules that it refers to and that are left out, as it names them.
  package var missingRules: [String] = []
  /// Which workloads it sees.
  package var scope: RuleScope = .site

  /// An absent field makes it fire for more than it says.
  package var overfires: Bool { !missingUnderNot.isEmpty && canMatch }
}
