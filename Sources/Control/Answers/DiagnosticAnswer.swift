package import Rules

/// What is wrong with a rule file, and where.
package struct DiagnosticAnswer: Codable, Sendable {
  package var severity: String
  package var file: String
  package var line: Int
  package var column: Int
  package var message: String
  package var hint: String?

  package init(_ diagnostic: Diagnostic) {
    severity = diagnostic.severity.rawValue
    file = diagnostic.location.file
    line = diagnostic.location.line
    column = diagnostic.location.column
    message = diagnostic.message
    hint = diagnostic.hint
  }
}
