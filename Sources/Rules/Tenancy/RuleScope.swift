/// Which workloads a rule sees.
package enum RuleScope: Hashable, Sendable {
  /// All: it is in no ruleset.
  case site
  /// Those for which one of these rulesets holds, by index in the tenancy, ascending.
  case rulesets([Int])
  /// That tenant's own, by index in the tenancy.
  case tenant(Int)

  /// Whether whatever a rule of the other scope sees, a rule of this one sees as well.
  func covers(_ other: RuleScope) -> Bool {
    switch (self, other) {
    case (.site, _): true
    case (.rulesets(let own), .rulesets(let others)): Set(own).isSuperset(of: others)
    default: self == other
    }
  }
}
