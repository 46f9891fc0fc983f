package import Engine
internal import Rules

/// How much of the rules tests have tried.
package struct Coverage: Sendable {
  package struct Entry: Sendable {
    package internal(set) var parts: RuleCoverage
    /// Tests that passed, and expect it to fire.
    package internal(set) var firing = 0
    /// Tests that passed, and name it among those that stay quiet.
    package internal(set) var quiet = 0
  }

  /// In the order of files and lines.
  package private(set) var entries: [Entry] = []

  package init() {}

  /// Adds what the records of some tests did.
  mutating func add(_ rules: [RuleCoverage]) {
    let known = Dictionary(grouping: entries.indices) { entries[$0].parts.rule }
    for rule in rules {
      if let index = known[rule.rule]?.first(where: { entries[$0].parts.isSame(as: rule) }) {
        entries[index].parts.formUnion(rule)
      } else {
        entries.append(Entry(parts: rule))
      }
    }
  }

  /// Counts the tests of each rule, all results at hand, and puts the rules in order.
  mutating func note(_ plan: TestPlan, _ results: [TestResult]) {
    let known = Dictionary(grouping: entries.indices) { entries[$0].parts.rule }
    for (entry, result) in zip(plan.entries, results) where result.hasPassed {
      func indices(_ rule: String) -> [Int] {
        let locations = plan.policies[entry.policy].source(of: rule)?.locations ?? []
        return (known[rule] ?? []).filter { locations.contains(entries[$0].parts.location) }
      }
      for rule in Set(entry.test.alerts.filter { $0.count.lowerBound > 0 }.map(\.rule)) {
        for index in indices(rule) { entries[index].firing += 1 }
      }
      for rule in Set(entry.test.quietRules.map(\.name)) {
        for index in indices(rule) { entries[index].quiet += 1 }
      }
    }
    entries.sort { Self.order($0.parts, $1.parts) }
  }

  private static func order(_ a: RuleCoverage, _ b: RuleCoverage) -> Bool {
    let (a, b) = (a, b)
    if a.location.file != b.location.file { return a.location.file.utf8.lexicographicallyPrecedes(b.location.file.utf8) }
    if a.location.line != b.location.line { return a.location.line < b.location.line }
    if a.location.column != b.location.column { return a.location.column < b.location.column }
    return a.comparisons.map(\.text).lexicographicallyPrecedes(b.comparisons.map(\.text))
  }
}
