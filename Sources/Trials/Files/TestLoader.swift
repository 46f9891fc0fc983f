internal import Engine
internal import Events
internal import Glibc
package import Rules

/// Files of tests in, a plan or what is wrong with them out. Takes untrusted files: whatever they hold, loading ends, in
/// bounded time and memory.
package struct TestLoader {
  private let policies: PolicyLoader
  private var log: DiagnosticLog
  private var hints = NameHints()

  /// - Parameter policies: loads the rules.
  package static func load(paths: [String], policies: PolicyLoader) -> TestLoadResult {
    var loader = TestLoader(policies)
    return loader.load(paths)
  }

  private init(_ policies: PolicyLoader) {
    self.policies = policies
    log = DiagnosticLog(limit: policies.limits.diagnostics)
  }

  private mutating func load(_ paths: [String]) -> TestLoadResult {
    let limits = policies.limits
    var finder = FileFinder(.tests, limits: limits)
    for path in paths { finder.add(path, log: &log) }
    if finder.paths.isEmpty, log.errors == 0 {
      log.error(.whole(paths.first ?? "."), "no file of tests (*.test.yaml) is here")
    }
    var sources: [String: SourceFile] = [:]
    var tests: [RuleTest] = []
    var bytes = 0
    for path in finder.paths where sources[path] == nil {
      guard let source = SourceReader.read(path, limits: limits, log: &log) else { continue }
      bytes += source.bytes.count
      guard bytes <= limits.totalBytes else {
        log.error(.whole(path), "the files of tests up to this one are longer than \(limits.totalBytes) bytes together")
        break
      }
      sources[path] = source
      tests += TestFileReader.read(source, limits: limits, log: &log)
    }
    let (entries, loaded) = loadRules(of: tests)
    let broken = loaded.filter { $0.policy == nil }
    for entry in entries { checkNames(entry, loaded[entry.policy]) }
    var plan: TestPlan?
    if log.errors == 0, broken.isEmpty {
      plan = TestPlan(entries: entries, policies: showing(entries, loaded.compactMap(\.policy)), files: sources.count)
    }
    return TestLoadResult(plan: plan, diagnostics: log.finished(), sources: sources, brokenRules: broken)
  }

  /// Loads each distinct set of rule files once.
  private mutating func loadRules(of tests: [RuleTest]) -> ([TestPlan.Entry], [LoadResult]) {
    var indices: [RuleSet: Int] = [:]
    var canonical: [String: String] = [:]
    var loaded: [LoadResult] = []
    var entries: [TestPlan.Entry] = []
    for test in tests {
      var set: [String] = []
      for path in test.rules {
        if canonical[path] == nil { canonical[path] = Self.canonical(path) }
        guard let real = canonical[path] else {
          log.error(test.location, "its rules are not there: \(DisplayText.quoted(path)) names no file or folder")
          continue
        }
        set.append(real)
      }
      guard set.count == test.rules.count else { continue }
      let tenants = test.tenants.flatMap(Self.canonical)
      guard (tenants == nil) == (test.tenants == nil) else {
        log.error(test.location, "its 'tenants' is not there: \(DisplayText.quoted(test.tenants ?? "")) names no file")
        continue
      }
      let whole = RuleSet(rules: set, tenants: tenants)
      if indices[whole] == nil {
        indices[whole] = loaded.count
        let paths = zip(test.rules, set).map { Self.simplified($0, real: $1) }
        loaded.append(policies.load(paths: paths, tenants: tenants.map { Self.simplified(test.tenants ?? $0, real: $0) }))
      }
      entries.append(TestPlan.Entry(test: test, policy: indices[whole] ?? 0))
    }
    return (entries, loaded)
  }

  private struct RuleSet: Hashable {
    let rules: [String]
    let tenants: String?
  }

  /// nil: there is no such file.
  private static func canonical(_ path: String) -> String? {
    guard let real = realpath(path, nil) else { return nil }
    defer { free(real) }
    return String(cString: real)
  }

  /// Without `FOLDER/..`, for people, if that still names the same.
  private static func simplified(_ path: String, real: String) -> String {
    var parts: [Substring] = []
    for part in path.split(separator: "/") where part != "." {
      if part == "..", let last = parts.last, last != ".." { parts.removeLast() } else { parts.append(part) }
    }
    let joined = (path.hasPrefix("/") ? "/" : "") + parts.joined(separator: "/")
    let simple = joined.isEmpty ? "." : joined
    return canonical(simple) == real ? simple : path
  }

  /// A rule that isn't there never fires, and would always be quiet.
  private mutating func checkNames(_ entry: TestPlan.Entry, _ loaded: LoadResult) {
    guard let policy = loaded.policy else { return }
    let names = entry.test.alerts.map { ($0.rule, $0.location) } + entry.test.quietRules.map { ($0.name, $0.location) }
    for (name, location) in names where !Engine.ownRules.contains(name) && policy.source(of: name)?.alerts != true {
      if policy.source(of: name) != nil {
        log.error(location, "the rule \(DisplayText.quoted(name)) only counts for correlations, and never alerts")
      } else if let report = loaded.rules.first(where: { $0.name == name }) {
        let why = report.isEnabled ? "`selvage check --report` says why" : "it is disabled"
        log.error(location, "the rule \(DisplayText.quoted(name)) is not active", hint: why)
      } else {
        let rules = entry.test.rules.map { DisplayText.quoted($0) }.joined(separator: ", ")
        log.error(
          location, "no rule \(DisplayText.quoted(name)) is in \(rules)",
          hint: hints.hint(name, among: policy.rules.map(\.name) + policy.correlations.map(\.name) + [TestFileReader.others]))
      }
    }
  }

  /// Lets alerts carry what tests ask for.
  private func showing(_ entries: [TestPlan.Entry], _ policies: [Policy]) -> [Policy] {
    var fields = [[String: [FieldReference]]](repeating: [:], count: policies.count)
    for entry in entries {
      for alert in entry.test.alerts {
        let rules = policies[entry.policy].source(of: alert.rule)?.rules ?? []
        for case .field(let field) in alert.parts.map(\.subject) {
          for rule in rules where fields[entry.policy][rule.name]?.contains(field) != true {
            fields[entry.policy][rule.name, default: []].append(field)
          }
        }
      }
    }
    return zip(policies, fields).map { $0.showing($1) }
  }
}
