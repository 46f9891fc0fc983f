package import Rules

/// What came of a rule test.
package struct TestResult: Sendable {
  package enum Outcome: Sendable {
    case passed
    case failed([TestProblem])
    /// It could not be run, as its trace can't be opened.
    case broken(Diagnostic)
  }

  package let test: RuleTest
  package let outcome: Outcome

  package var hasPassed: Bool { if case .passed = outcome { true } else { false } }
}
