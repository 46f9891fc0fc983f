/// What is wrong with a rule file, and where.
package struct Diagnostic: Hashable, Sendable {
  package enum Severity: String, Hashable, Sendable { case error, warning }

  package let severity: Severity
  package let location: SourceLocation
  /// One line, without a full stop. Text taken from the file is escaped and cut.
  package let message: String
  /// What was expected, or the nearest known name: `did you mean 'proc.name'?`
  package let hint: String?

  package init(_ severity: Severity, _ location: SourceLocation, _ message: String, hint: String? = nil) {
    self.severity = severity
    self.location = location
    self.message = message
    self.hint = hint
  }
}
