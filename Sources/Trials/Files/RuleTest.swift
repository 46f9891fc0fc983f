package import Rules

/// What rules should make of a recording.
package struct RuleTest: Sendable {
  package enum Quiet: Sendable {
    case rule(String, SourceLocation)
    /// No alert but those expected may come.
    case others(SourceLocation)
  }

  package enum Recording: Sendable {
    case file(String)
    /// Lines of JSON, which are good.
    case records([UInt8])
  }

  package let name: String
  package let location: SourceLocation
  /// Files and folders of the rules that it is run with, in the order in which they load.
  package let rules: [String]
  /// `tenants.yaml`; nil: there are no tenants.
  package let tenants: String?
  package let recording: Recording
  package let recordingLocation: SourceLocation
  package let alerts: [ExpectedAlert]
  /// The expected alerts come in their order.
  package let isOrdered: Bool
  /// The alerts are those that an agent sends whose configuration says nothing of it; otherwise all that rules fire.
  package let isThrottled: Bool
  package let quiet: [Quiet]

  /// Of the rules that it names as those that stay quiet.
  package var quietRules: [(name: String, location: SourceLocation)] {
    quiet.compactMap { if case .rule(let name, let location) = $0 { (name, location) } else { nil } }
  }

  /// Where it says that all others stay quiet; nil: nowhere.
  package var othersQuietLocation: SourceLocation? {
    quiet.lazy.compactMap { if case .others(let location) = $0 { location } else { nil } }.first
  }
}
