internal import Rules
internal import Trials

/// What came of rule tests as people read it: what failed, and a line of totals.
enum TestText {
  /// - Parameter sources: of the tests, for the lines that are shown.
  static func text(_ report: TestReport, sources: [String: SourceFile], _ results: [TestResult]) -> String {
    var lines: [String] = []
    for (test, result) in zip(report.tests, results) {
      switch result.outcome {
      case .passed: continue
      case .broken(let diagnostic):
        let text = DiagnosticRenderer(sources: sources).render(diagnostic)
        lines += [mark("broken") + "  \(test.title)"] + text.split(separator: "\n").map { "  \($0)" } + [""]
      case .failed:
        lines.append(mark("failed") + "  \(test.title)")
        for problem in test.problems { lines += problem.lines.map { $0.isEmpty ? "" : "  \($0)" } + [""] }
      }
    }
    lines.append(report.totals)
    if let coverage = report.coverage { lines += ["", coverage.text] }
    return lines.joined(separator: "\n")
  }

  private static func mark(_ word: String) -> String { Console.hasColours ? "\u{1B}[1;31m\(word)\u{1B}[0m" : word }
}
