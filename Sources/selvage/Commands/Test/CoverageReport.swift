internal import Engine
internal import Events
internal import Rules
internal import Trials

/// What tests have tried of rules, for people and programs.
struct CoverageReport: Encodable {
  struct Part: Encodable {
    let text: String
    let wasTrue: Bool
    let wasFalse: Bool
  }

  struct Exception: Encodable {
    let name: String
    let file: String
    let line: Int
    /// It let something pass that all else would have told.
    let wasTrue: Bool
    let wasFalse: Bool
  }

  struct Rule: Encodable {
    let name: String
    let file: String
    let line: Int
    /// false: it only counts for correlations.
    let alerts: Bool
    /// Tests that expect it to fire.
    let firing: Int
    /// Tests that name it among those that stay quiet.
    let quiet: Int
    let comparisons: [Part]
    let exceptions: [Exception]
  }

  struct Totals: Encodable {
    let rules: Int
    let fired: Int
    let keptQuiet: Int
    let comparisons: Int
    /// True in one test, false in another.
    let comparisonsTried: Int
    let exceptions: Int
    let exceptionsTried: Int
  }

  let totals: Totals
  let rules: [Rule]

  init(_ coverage: Coverage) {
    let rules = coverage.entries.map(Rule.init)
    let comparisons = rules.flatMap(\.comparisons)
    let exceptions = rules.flatMap(\.exceptions)
    totals = Totals(
      rules: rules.count { $0.alerts }, fired: rules.count { $0.firing > 0 }, keptQuiet: rules.count { $0.quiet > 0 },
      comparisons: comparisons.count, comparisonsTried: comparisons.count { $0.wasTrue && $0.wasFalse },
      exceptions: exceptions.count, exceptionsTried: exceptions.count { $0.wasTrue && $0.wasFalse })
    self.rules = rules
  }

  var text: String {
    var lines: [String] = []
    for rule in rules {
      let missing = rule.missing
      guard !missing.isEmpty else { continue }
      lines.append(rule.title)
      lines += missing.map { "  \($0)" }
    }
    if !lines.isEmpty { lines.append("") }
    var line = "coverage: \(totals.rules) rules, \(totals.fired) fired and \(totals.keptQuiet) kept quiet by a test; "
    line += "\(totals.comparisons) comparisons, \(totals.comparisonsTried) both true and false"
    if totals.exceptions > 0 { line += "; \(totals.exceptions) exceptions, \(totals.exceptionsTried) tried both ways" }
    return (lines + [line]).joined(separator: "\n")
  }
}

extension CoverageReport.Rule {
  init(_ entry: Coverage.Entry) {
    let parts = entry.parts
    name = parts.rule
    file = parts.location.file
    line = parts.location.line
    alerts = parts.alerts
    firing = entry.firing
    quiet = entry.quiet
    comparisons = parts.comparisons.map {
      CoverageReport.Part(text: $0.text, wasTrue: $0.values.wasTrue, wasFalse: $0.values.wasFalse)
    }
    exceptions = parts.exceptions.map {
      CoverageReport.Exception(
        name: $0.name, file: $0.location.file, line: $0.location.line, wasTrue: $0.values.wasTrue,
        wasFalse: $0.values.wasFalse)
    }
  }

  /// As people name it.
  var title: String { "\(DisplayText.escaped(file, limit: 4096)):\(line): \(DisplayText.escaped(name, limit: 1024))" }

  /// Which tests it lacks, in a line; nil: none.
  var untested: String? { missingTests.isEmpty ? nil : "\(title): \(missingTests.joined(separator: ", "))" }

  private var missingTests: [String] {
    guard alerts else { return [] }
    return (firing == 0 ? ["no test fires it"] : []) + (quiet == 0 ? ["no test keeps it quiet"] : [])
  }

  /// What no test tries, for people.
  fileprivate var missing: [String] {
    var missing = missingTests
    for part in comparisons {
      // A list may have thousands of values.
      let text = part.text.count <= 200 ? part.text : "\(part.text.prefix(200))..."
      switch (part.wasTrue, part.wasFalse) {
      case (true, true): continue
      case (true, false): missing.append("never false   \(text)")
      case (false, true): missing.append("never true    \(text)")
      case (false, false): missing.append("never asked   \(text)")
      }
    }
    for exception in exceptions {
      let name = "the exception \(DisplayText.quoted(exception.name)) (line \(exception.line))"
      if !exception.wasTrue { missing.append("\(name) never let anything pass") }
      if !exception.wasFalse { missing.append("\(name) never let anything be told") }
    }
    return missing
  }
}
