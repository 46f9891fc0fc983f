/// What is found wrong while a set of files loads, in the order found.
package struct DiagnosticLog {
  package private(set) var diagnostics: [Diagnostic] = []
  /// How many, the dropped ones included.
  package private(set) var errors = 0
  /// What went past the limit, and was only counted.
  package private(set) var dropped = 0
  private let limit: Int

  /// - Parameter limit: how many are kept.
  package init(limit: Int) { self.limit = limit }

  package mutating func add(_ diagnostic: Diagnostic) {
    if diagnostic.severity == .error { errors += 1 }
    if diagnostics.count < limit { diagnostics.append(diagnostic) } else { dropped += 1 }
  }

  package mutating func error(_ location: SourceLocation, _ message: String, hint: String? = nil) {
    add(Diagnostic(.error, location, message, hint: hint))
  }

  package mutating func warn(_ location: SourceLocation, _ message: String, hint: String? = nil) {
    add(Diagnostic(.warning, location, message, hint: hint))
  }

  /// All diagnostics, and a last one that counts those left out.
  package func finished() -> [Diagnostic] {
    guard dropped > 0, let last = diagnostics.last else { return diagnostics }
    let severity: Diagnostic.Severity = errors > 0 ? .error : .warning
    return diagnostics + [Diagnostic(severity, last.location, "\(dropped) more errors and warnings are not shown")]
  }
}
