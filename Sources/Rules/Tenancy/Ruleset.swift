/// A set of the site's rules that hold for the workloads of the tenants that list it, and for those that its condition
/// holds for.
package struct Ruleset: Sendable {
  package let name: String
  package let description: String
  /// For which workloads it holds, whoever's they are. nil: for those of the tenants that list it alone.
  package internal(set) var when: Program?
  /// Of its name.
  package let location: SourceLocation

  package init(name: String, description: String = "", when: Program? = nil, location: SourceLocation) {
    self.name = name
    self.description = description
    self.when = when
    self.location = location
  }
}
