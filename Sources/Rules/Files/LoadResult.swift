/// What came of loading a set of rule files.
package struct LoadResult: Sendable {
  /// nil if there was any error, but for those in files of tenants: they leave that tenant's rules out.
  package let policy: Policy?
  package let diagnostics: [Diagnostic]
  /// The files that were read, by name: to show the lines that diagnostics name.
  package let sources: [String: SourceFile]
  package let counts: Counts
  /// Of every rule that was read and has no error, those disabled included, in the order of definition.
  package let rules: [RuleReport]
  /// In the order of the policy's tenancy; none, if the files of tenants were not compiled.
  package let tenants: [TenantReport]
  /// Likewise: how many files each ruleset names that are there.
  package let rulesetFiles: [Int]

  /// Each rule that was read is in one of `active`, `disabled`, `skipped`, `unsupported`, `unmatchable`, or has an error.
  package struct Counts: Hashable, Sendable {
    package var files = 0
    package var lists = 0
    package var macros = 0
    package var rules = 0
    package var active = 0
    /// Of the active ones, those whose condition asks for fields that can't be supplied.
    package var degraded = 0
    /// By `enabled: false`.
    package var disabled = 0
    /// By `skip-if-unknown-filter`.
    package var skipped = 0
    /// No kind of event of this version can match.
    package var unsupported = 0
    /// No event can match, whatever its kind: for want of fields, or because the condition contradicts itself.
    package var unmatchable = 0

    /// What was read.
    mutating func count(_ items: ItemCollector, files: Int) {
      self.files = files
      lists = items.lists.entries.count
      macros = items.macros.entries.count
    }
  }

  init(
    policy: Policy?, diagnostics: [Diagnostic], sources: [String: SourceFile], counts: Counts, rules: [RuleReport],
    tenants: [TenantReport] = [], rulesetFiles: [Int] = []
  ) {
    self.policy = policy
    self.diagnostics = diagnostics
    self.sources = sources
    self.counts = counts
    self.rules = rules
    self.tenants = tenants
    self.rulesetFiles = rulesetFiles
  }

  /// The same with another policy.
  func replacing(_ policy: Policy?) -> LoadResult {
    LoadResult(
      policy: policy, diagnostics: diagnostics, sources: sources, counts: counts, rules: rules, tenants: tenants,
      rulesetFiles: rulesetFiles)
  }

  /// With what else was found in the policy.
  package func adding(_ more: [Diagnostic]) -> LoadResult {
    LoadResult(
      policy: policy, diagnostics: diagnostics + more, sources: sources, counts: counts, rules: rules, tenants: tenants,
      rulesetFiles: rulesetFiles)
  }

  /// By tenant: the files of its own whose rules hold.
  package var goodFiles: [String: [SourceFile]] {
    Dictionary(tenants.lazy.filter { !$0.sources.isEmpty }.map { ($0.name, $0.sources) }) { first, _ in first }
  }

  /// Tenants whose own files have errors: their rules are left out, or stay as they were.
  package var brokenTenants: [String] {
    tenants.filter { $0.state == .leftOut || $0.state == .lastGood }.map(\.name)
  }

  package var errors: [Diagnostic] { diagnostics.filter { $0.severity == .error } }
  package var warnings: [Diagnostic] { diagnostics.filter { $0.severity == .warning } }

  /// All diagnostics as text, with the lines they are about.
  package var report: String { DiagnosticRenderer(sources: sources).render(diagnostics) }
}
