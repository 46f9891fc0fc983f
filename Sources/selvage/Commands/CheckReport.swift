internal import Rules

/// What `selvage check` found, for programs.
struct CheckReport: Encodable {
  struct Entry: Encodable {
    let severity: String
    let file: String
    let line: Int
    let column: Int
    let message: String
    let hint: String?
  }

  struct Totals: Encodable {
    let files: Int
    let rules: Int
    let active: Int
    let disabled: Int
    let skipped: Int
    let unsupported: Int
    let macros: Int
    let lists: Int
    let errors: Int
    let warnings: Int
  }

  /// The rules could be run.
  let ok: Bool
  let totals: Totals
  let diagnostics: [Entry]

  init(_ loaded: LoadResult) {
    let counts = loaded.counts
    ok = loaded.policy != nil
    totals = Totals(
      files: counts.files, rules: counts.rules, active: counts.active, disabled: counts.disabled, skipped: counts.skipped,
      unsupported: counts.unsupported, macros: counts.macros, lists: counts.lists, errors: loaded.errors.count,
      warnings: loaded.warnings.count)
    diagnostics = loaded.diagnostics.map {
      Entry(
        severity: $0.severity.rawValue, file: $0.location.file, line: $0.location.line, column: $0.location.column,
        message: $0.message, hint: $0.hint)
    }
  }
}
