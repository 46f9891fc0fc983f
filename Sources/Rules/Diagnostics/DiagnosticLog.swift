/// What is found wrong while a set of files loads.
struct DiagnosticLog {
  private(set) var diagnostics: [Diagnostic] = []
  private(set) var errors = 0
  /// What went past the limit, and was only counted.
  private(set) var dropped = 0
  private let limit: Int

  init(limit: Int) { self.limit = limit }

  mutating func add(_ diagnostic: Diagnostic) {
    if diagnostic.severity == .error { errors += 1 }
    if diagnostics.count < limit { diagnostics.append(diagnostic) } else { dropped += 1 }
  }

  mutating func error(_ location: SourceLocation, _ message: String, hint: String? = nil) {
    add(Diagnostic(.error, location, message, hint: hint))
  }

  mutating func warn(_ location: SourceLocation, _ message: String, hint: String? = nil) {
    add(Diagnostic(.warning, location, message, hint: hint))
  }

  /// All diagnostics, and a last one that counts those left out.
  func finished() -> [Diagnostic] {
    guard dropped > 0, let last = diagnostics.last else { return diagnostics }
    let severity: Diagnostic.Severity = errors > 0 ? .error : .warning
    return diagnostics + [Diagnostic(severity, last.location, "\(dropped) more errors and warnings are not shown")]
  }
}
