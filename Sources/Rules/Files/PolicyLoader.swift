internal import Events

/// Rule files in, a policy or what is wrong with them out. Takes untrusted files: whatever they hold, loading ends, in
/// bounded time and memory.
package struct PolicyLoader: Sendable {
  package var limits: LoadLimits
  /// Exceptions that expired before no longer apply. nil: none expires. It is asked of no clock here, so that the same
  /// files and day give the same policy.
  package var today: CalendarDay?
  /// Whether it matters who may write the files, as it does to an agent that runs as root.
  package var checksAccess: Bool

  /// Names that alerts of no rule have, as the monitor's own: no tenant's rule may be called so.
  package var reservedNames: Set<String> = []

  package init(limits: LoadLimits = LoadLimits(), today: CalendarDay? = nil, checksAccess: Bool = false) {
    self.limits = limits
    self.today = today
    self.checksAccess = checksAccess
  }

  /// - Parameters:
  ///   - paths: files, and directories for all `*.yaml` and `*.yml` below them, but for those of tests; later files may
  ///     redefine what earlier ones define.
  ///   - tenants: `tenants.yaml`, beside which are the files that its rulesets name, and those of tenants. nil: there are
  ///     no tenants.
  ///   - lastGood: by tenant, files whose rules stay in force if its files are no good now.
  package func load(
    paths: [String], tenants: String? = nil, lastGood: [String: [SourceFile]] = [:]
  ) -> LoadResult {
    load(paths: paths, tenants: tenants, lastGood: lastGood, adding: [])
  }

  /// - Parameter files: from memory, after those of the paths.
  func load(
    paths: [String], tenants: String? = nil, lastGood: [String: [SourceFile]] = [:],
    adding files: [(name: String, bytes: [UInt8])]
  ) -> LoadResult {
    var log = DiagnosticLog(limit: limits.diagnostics)
    var finder = FileFinder(.rules, limits: limits)
    for path in paths { finder.add(path, log: &log) }
    var input = PolicyInput(sources: [])
    if let tenants { findTenancy(tenants, &input, &finder, &log) }
    if finder.paths.isEmpty, files.isEmpty, log.errors == 0, tenants == nil || !paths.isEmpty {
      log.error(.whole(paths.first ?? "."), "no rule file (*.yaml, *.yml) is here")
    }
    var bytes = 0
    for path in finder.paths {
      guard let source = SourceReader.read(path, limits: limits, log: &log) else { continue }
      bytes += source.bytes.count
      guard bytes <= limits.totalBytes else {
        log.error(.whole(path), "the rule files up to this one are longer than \(limits.totalBytes) bytes together")
        break
      }
      input.sources.append(source)
    }
    input.sources += files.compactMap { SourceReader.check(name: $0.name, bytes: $0.bytes, limits: limits, log: &log) }
    return load(input, lastGood: lastGood, log)
  }

  /// Files from memory.
  package func load(files: [(name: String, bytes: [UInt8])]) -> LoadResult {
    var log = DiagnosticLog(limit: limits.diagnostics)
    let sources = files.compactMap { SourceReader.check(name: $0.name, bytes: $0.bytes, limits: limits, log: &log) }
    return load(PolicyInput(sources: sources), lastGood: [:], log)
  }

  func load(_ input: PolicyInput, lastGood: [String: [SourceFile]], _ initial: DiagnosticLog) -> LoadResult {
    var log = initial
    var items = ItemCollector(today: today)
    items.collect(input.sources, limits: limits, log: &log)
    let files = input.sources + (input.tenantsFile.map { [$0] } ?? [])
    var builder = PolicyBuilder(items, files, limits, log)
    builder.counts.count(items, files: input.sources.count)
    var parts = PolicyParts()
    parts.add(builder.parts { input.scopes[$0] ?? .site })
    parts.tenancy = input.tenancy.map { builder.tenancy($0, file: input.sources.count) }
    var tenants: TenantBuilder?
    // Who has errors to mend has enough to read.
    if builder.log.errors == 0 {
      builder.warnOfShadows(parts.policy(builder.pool))
      if let tenancy = parts.tenancy, let file = input.tenancy?.file {
        builder.warnOfOverlaps(tenancy)
        let names = reservedNames.union(items.rules.names + parts.rules.map(\.name) + parts.correlations.map(\.name))
        tenants = TenantBuilder(
          site: SiteParts(builder, rules: names), limits: limits, today: today, tenancy: tenancy, file: file)
        tenants?.build(input.tenants, lastGood: lastGood, &parts, &builder.pool)
      }
    }
    log = builder.log
    let sources = files + input.tenants.values.flatMap(\.sources)
    return LoadResult(
      policy: log.errors == 0 ? parts.policy(builder.pool) : nil,
      diagnostics: log.finished() + (tenants?.diagnostics ?? []),
      sources: Dictionary(sources.map { ($0.name, $0) }) { first, _ in first }, counts: builder.counts,
      rules: builder.reports + (tenants?.reports ?? []), tenants: tenants?.tenants ?? [],
      rulesetFiles: input.rulesetFiles)
  }
}
