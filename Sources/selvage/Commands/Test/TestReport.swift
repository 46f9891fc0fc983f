internal import Events
internal import Rules
internal import Trials

/// What came of rule tests, for people and programs.
struct TestReport: Encodable {
  struct Problem: Encodable {
    let file: String
    let line: Int
    let column: Int
    let expected: String
    let came: String
    /// The alerts that this is about, a line each, the first few.
    let alerts: [String]
    /// Why the rule fired, or what it came nearest to fire on.
    let explanation: ExplanationReport?
  }

  struct Test: Encodable {
    let file: String
    let line: Int
    let name: String
    /// Its file; none where the records stand in the test.
    let trace: String?
    /// passed, failed, broken
    let outcome: String
    let problems: [Problem]
  }

  let files: Int
  let passed: Int
  let failed: Int
  /// Their trace can't be opened.
  let broken: Int
  let tests: [Test]
  let coverage: CoverageReport?

  init(_ plan: TestPlan, _ results: [TestResult], _ coverage: CoverageReport?) {
    files = plan.files
    tests = results.map(Test.init)
    passed = tests.count { $0.outcome == "passed" }
    failed = tests.count { $0.outcome == "failed" }
    broken = tests.count { $0.outcome == "broken" }
    self.coverage = coverage
  }

  var totals: String {
    "\(files) \(files == 1 ? "file" : "files"): \(passed) passed, \(failed) failed" + (broken > 0 ? ", \(broken) broken" : "")
  }
}

extension TestReport.Test {
  init(_ result: TestResult) {
    file = result.test.location.file
    line = result.test.location.line
    name = result.test.name
    trace = if case .file(let path) = result.test.recording { path } else { nil }
    switch result.outcome {
    case .passed: (outcome, problems) = ("passed", [])
    case .failed(let found): (outcome, problems) = ("failed", found.map(TestReport.Problem.init))
    case .broken(let diagnostic):
      outcome = "broken"
      problems = [
        TestReport.Problem(
          file: diagnostic.location.file, line: diagnostic.location.line, column: diagnostic.location.column,
          expected: "a trace that can be opened", came: diagnostic.message, alerts: [], explanation: nil)
      ]
    }
  }

  /// As people name it.
  var title: String { "\(DisplayText.escaped(name, limit: 1024)) (\(DisplayText.escaped(file, limit: 4096)):\(line))" }
}

extension TestReport.Problem {
  init(_ problem: TestProblem) {
    file = problem.location.file
    line = problem.location.line
    column = problem.location.column
    expected = problem.expected
    came = problem.came
    alerts = problem.lines
    explanation = problem.explanation.map { ExplanationReport($0.rule, $0.explanation) }
  }

  /// For people.
  var lines: [String] {
    var lines = ["line \(line)", "  expected  \(expected)", "  came      \(came)"]
    lines += alerts.map { "            \($0)" }
    if let explanation {
      lines.append(explanation.fires ? "  why it fired:" : "  the nearest miss:")
      lines += explanation.text.split(separator: "\n", omittingEmptySubsequences: false).map { $0.isEmpty ? "" : "    \($0)" }
    }
    return lines
  }
}
