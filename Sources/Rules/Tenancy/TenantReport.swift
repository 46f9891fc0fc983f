/// What became of one tenant's own rule files.
package struct TenantReport: Sendable {
  package enum State: Sendable {
    /// It has none.
    case none
    /// Its rules hold.
    case whole
    /// They have errors, and those that were good before hold.
    case lastGood
    /// They have errors: none of its rules holds.
    case leftOut
  }

  package let name: String
  package let state: State
  /// Of its own files.
  package let counts: LoadResult.Counts
  package let errors: Int
  /// Of its own files, the last of which says what becomes of its rules if they have errors.
  package let diagnostics: [Diagnostic]
  /// The files whose rules hold.
  package let sources: [SourceFile]

  init(
    name: String, state: State, counts: LoadResult.Counts = LoadResult.Counts(), errors: Int = 0,
    diagnostics: [Diagnostic] = [], sources: [SourceFile] = []
  ) {
    self.name = name
    self.state = state
    self.counts = counts
    self.errors = errors
    self.diagnostics = diagnostics
    self.sources = sources
  }
}
