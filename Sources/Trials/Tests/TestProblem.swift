package import Engine
package import Rules

/// One way in which a recording's alerts are not what a test asks for.
package struct TestProblem: Sendable {
  /// What to look at in the recording, to see why.
  enum Look: Sendable {
    /// The record on which a rule came nearest to another alert.
    case nearest(rule: String)
    case record(UInt64, rule: String)
  }

  /// Of the expectation.
  package let location: SourceLocation
  package let expected: String
  package let came: String
  /// The alerts that this is about, a line each, the first few.
  package let lines: [String]
  let look: Look?
  /// Of the rule that this is about: why it fired, or what it came nearest to fire on.
  package internal(set) var explanation: (rule: Rule, explanation: Explanation)?

  init(location: SourceLocation, expected: String, came: String, lines: [String], look: Look?) {
    self.location = location
    self.expected = expected
    self.came = came
    self.lines = lines
    self.look = look
  }
}
