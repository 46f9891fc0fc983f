internal import Events
internal import Rules

/// What came of rule tests in the Test Anything Protocol, version 14.
enum TAPText {
  static func text(_ report: TestReport) -> String {
    var lines = ["TAP version 14", "1..\(report.tests.count)"]
    for (index, test) in report.tests.enumerated() {
      let isGood = test.outcome == "passed"
      lines.append("\(isGood ? "ok" : "not ok") \(index + 1) - \(escaped(test.title))")
      guard !isGood else { continue }
      lines.append("  ---")
      lines.append("  outcome: \(test.outcome)")
      lines.append("  problems:")
      for problem in test.problems {
        lines.append("    - at: \(quoted("\(problem.file):\(problem.line):\(problem.column)"))")
        lines.append("      expected: \(quoted(problem.expected))")
        lines.append("      came: \(quoted(problem.came))")
        let details = problem.alerts + (problem.explanation?.text.split(separator: "\n").map(String.init) ?? [])
        guard !details.isEmpty else { continue }
        lines.append("      details:")
        lines += details.map { "        - \(quoted($0))" }
      }
      lines.append("  ...")
    }
    if let coverage = report.coverage { lines += coverage.text.split(separator: "\n").map { "# \($0)" } }
    return lines.joined(separator: "\n")
  }

  /// A `#` would begin a directive.
  private static func escaped(_ text: String) -> String {
    text.map { $0 == "\\" || $0 == "#" ? "\\\($0)" : String($0) }.joined()
  }

  /// For YAML, in double quotes.
  private static func quoted(_ text: String) -> String {
    "\"\(DisplayText.escaped(text, limit: 4096).map { $0 == "\\" || $0 == "\"" ? "\\\($0)" : String($0) }.joined())\""
  }
}
