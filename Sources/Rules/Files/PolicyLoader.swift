/// Rule files in, a policy or what is wrong with them out. Takes untrusted files: whatever they hold, loading ends, in
/// bounded time and memory.
package struct PolicyLoader: Sendable {
  package var limits: LoadLimits
  /// Exceptions that expired before no longer apply. nil: none expires. It is asked of no clock here, so that the same
  /// files and day give the same policy.
  package var today: CalendarDay?

  package init(limits: LoadLimits = LoadLimits(), today: CalendarDay? = nil) {
    self.limits = limits
    self.today = today
  }

  /// - Parameter paths: files, and directories for all `*.yaml` and `*.yml` below them, but for those of tests; later files may redefine what
  ///   earlier ones define.
  package func load(paths: [String]) -> LoadResult {
    var log = DiagnosticLog(limit: limits.diagnostics)
    var finder = FileFinder(.rules, limits: limits)
    for path in paths { finder.add(path, log: &log) }
    if finder.paths.isEmpty, log.errors == 0 {
      log.error(.whole(paths.first ?? "."), "no rule file (*.yaml, *.yml) is here")
    }
    var sources: [SourceFile] = []
    var bytes = 0
    for path in finder.paths {
      guard let source = SourceReader.read(path, limits: limits, log: &log) else { continue }
      bytes += source.bytes.count
      guard bytes <= limits.totalBytes else {
        log.error(.whole(path), "the rule files up to this one are longer than \(limits.totalBytes) bytes together")
        break
      }
      sources.append(source)
    }
    return load(sources, log)
  }

  /// Files from memory.
  package func load(files: [(name: String, bytes: [UInt8])]) -> LoadResult {
    var log = DiagnosticLog(limit: limits.diagnostics)
    let sources = files.compactMap { SourceReader.check(name: $0.name, bytes: $0.bytes, limits: limits, log: &log) }
    return load(sources, log)
  }

  private func load(_ sources: [SourceFile], _ initial: DiagnosticLog) -> LoadResult {
    var log = initial
    var items = ItemCollector(today: today)
    for (number, source) in sources.enumerated() {
      do throws(YAMLReader.Failure) {
        items.collect(try YAMLReader.read(source, limits: limits), of: source, number: number, log: &log)
      } catch {
        log.error(source.location(at: error.offset), error.message, hint: error.hint)
      }
    }
    var counts = LoadResult.Counts()
    counts.files = sources.count
    counts.lists = items.lists.entries.count
    counts.macros = items.macros.entries.count
    let (policy, rules) = PolicyBuilder.build(items, files: sources, limits: limits, log: &log, counts: &counts)
    return LoadResult(
      policy: log.errors == 0 ? policy : nil, diagnostics: log.finished(),
      sources: Dictionary(sources.map { ($0.name, $0) }) { first, _ in first }, counts: counts,
      rules: rules)
  }
}
