package import Events

/// What a report was made of, for its head.
package struct ReportOrigin: Sendable {
  /// The trace, as it was named.
  package let trace: String
  package let summary: TraceSummary
  /// Rule files and directories, as they were named.
  package let rules: [String]
  /// Of the program that makes the report.
  package let version: String

  package init(trace: String, summary: TraceSummary, rules: [String], version: String) {
    self.trace = trace
    self.summary = summary
    self.rules = rules
    self.version = version
  }
}
