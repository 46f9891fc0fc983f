internal import Events

/// Compiles Sigma rules to rules of the policy, over the same predicates as all others.
struct SigmaCompiler {
  private let limits: LoadLimits
  private var names: Set<String>
  /// Where the rules are a tenant's: those of the site.
  private let siteNames: Set<String>
  /// The last number given to a name that several rules have.
  private var numbers: [String: Int] = [:]
  private var bytesLeft: Int
  private var reported: [(document: Int, report: RuleReport)] = []
  /// The number of the document at hand.
  private var document = 0

  /// Of every rule that has no error, in the order of the documents.
  var reports: [RuleReport] { reported.sorted { $0.document < $1.document }.map(\.report) }

  /// - Parameters:
  ///   - names: of the rules that there are.
  ///   - siteNames: of more, where these are a tenant's.
  ///   - bytesLeft: by these, of `limits.totalConditionBytes`.
  init(limits: LoadLimits, names: some Sequence<String>, siteNames: Set<String> = [], bytesLeft: Int) {
    self.limits = limits
    self.names = Set(names)
    self.siteNames = siteNames
    self.bytesLeft = bytesLeft
  }

  /// - Parameters:
  ///   - operations: of all rules so far.
  ///   - first: the indices that the first rule and the first correlation get in the policy.
  ///   - scope: which workloads a file's rules see, by its name.
  mutating func compile(
    _ documents: [SigmaDocument], files: [SourceFile], first: (rule: Int, correlation: Int),
    scope: @escaping (String) -> RuleScope, pool: inout PredicatePool, operations: inout Int, log: inout DiagnosticLog,
    counts: inout LoadResult.Counts
  ) -> (rules: [Rule], correlations: [Correlation]) {
    var rules: [Rule] = []
    var correlations: [SigmaCorrelationCompiler.Item] = []
    var references = SigmaReferences(documents, files: files)
    for (number, document) in documents.enumerated() {
      self.document = number
      let file = files[document.file]
      counts.rules += 1
      guard counts.rules <= limits.rules else {
        log.error(file.location(at: document.node.start), "there are more than \(limits.rules) rules")
        break
      }
      let errors = log.errors
      references.set(.leftOut, of: number)
      if document.isCorrelation {
        guard let item = correlation(document, file, &log, &counts) else { continue }
        references.set(.correlation(correlations.count), of: number)
        correlations.append(item)
        guard correlations.count <= limits.correlations else {
          log.error(file.location(at: document.node.start), "there are more than \(limits.correlations) correlation rules")
          break
        }
        continue
      }
      switch SigmaRuleReader.read(document, of: file, limits: limits, log: &log) {
      case .malformed: break
      case .unsupported: leaveOut(document.title, file.location(at: document.node.start), &counts)
      case .rule(let rule):
        guard let compiled = compile(rule, file, &pool, &operations, &log, &counts) else { break }
        references.set(.rule(first.rule + rules.count, rule.logSource), of: number)
        rules.append(compiled)
      }
      if log.errors > errors { references.set(.malformed, of: number) }
    }
    counts.active += rules.count
    var compiler = SigmaCorrelationCompiler(
      correlations, references, files: files, limits: limits, first: first.correlation, scope: scope)
    compiler.compile(priority: { rules[$0 - first.rule].priority }, log: &log, counts: &counts)
    for rule in compiler.silent { rules[rule - first.rule].alerts = false }
    reported += compiler.reports
    return (rules, compiler.compiled)
  }

  private mutating func correlation(
    _ document: SigmaDocument, _ file: SourceFile, _ log: inout DiagnosticLog, _ counts: inout LoadResult.Counts
  ) -> SigmaCorrelationCompiler.Item? {
    switch SigmaCorrelationReader.read(document, of: file, log: &log) {
    case .malformed: return nil
    case .unsupported:
      leaveOut(document.title, file.location(at: document.node.start), &counts)
      return nil
    case .correlation(let correlation):
      let name = name(correlation.title, id: correlation.id)
      return .init(correlation: correlation, name: name, document: self.document)
    }
  }

  private mutating func compile(
    _ rule: SigmaRule, _ file: SourceFile, _ pool: inout PredicatePool, _ operations: inout Int,
    _ log: inout DiagnosticLog,
    _ counts: inout LoadResult.Counts
  ) -> Rule? {
    if case .unsupported(let source) = rule.logSource {
      leaveOut(rule.title, rule.location, kind: source, &counts)
      log.warn(rule.location, SigmaDocument.unsupported(rule.title, "no event here is of \(source)"))
      return nil
    }
    var items = SigmaItemCompiler(source: rule.logSource, bytes: bytesLeft, of: limits.totalConditionBytes)
    var errors: [SigmaError] = []
    var searches: [Int] = []
    for search in rule.searches {
      do throws(SigmaError) { searches.append(try items.search(search, &pool)) } catch {
        errors.append(error)
        if errors.count == ConditionChecker.maximumErrors { break }
      }
    }
    bytesLeft = max(0, items.bytesLeft)
    guard errors.isEmpty else {
      report(errors, rule, file, &log, &counts)
      return nil
    }
    for doubt in items.doubts { log.warn(file.location(at: doubt.offset), doubt.message, hint: doubt.hint) }
    let root = items.root(rule, searches: searches, &pool)
    let checked = items.nodes.condition(root)
    let limit = min(limits.operations, limits.totalOperations - operations)
    guard limit > 0, let program = ProgramBuilder.program(for: checked, macros: MacroTable(entries: []), limit: limit)
    else {
      operations += max(0, limit)
      log.error(
        rule.location, "the condition of \(DisplayText.quoted(rule.title)) is too large",
        hint: "at most \(limits.operations) operations a rule, \(limits.totalOperations) in all")
      return nil
    }
    operations += program.operations.count
    let output = output(rule)
    let report = RuleReport(
      name: name(rule.title, id: rule.id), location: rule.location, isEnabled: true, checked, output)
    reported.append((document, report))
    let title = DisplayText.quoted(report.name)
    guard report.canMatch else {
      counts.unmatchable += 1
      let why = report.status == .degraded ? "this node can't supply \(report.missingFieldNames)" : "its condition contradicts itself"
      log.warn(rule.location, "the rule \(title) can never match: \(why)")
      return nil
    }
    if report.status == .degraded {
      counts.degraded += 1
      let hint =
        report.overfires
        ? "it fires for more than it means to: \(report.missingUnderNot.shortList) stands under 'not'" : nil
      log.warn(rule.location, "degraded rule \(title): this node can't supply \(report.missingFieldNames)", hint: hint)
    }
    return Rule(
      name: report.name, description: rule.description, priority: rule.priority, tags: rule.tags, output: output,
      condition: program, kinds: checked.outcomes.canBeTrue, location: rule.location)
  }

  /// Reports a rule that this version can't run, which is said in the log.
  private mutating func leaveOut(
    _ title: String, _ location: SourceLocation, kind: String? = nil, _ counts: inout LoadResult.Counts
  ) {
    counts.unsupported += 1
    let report = RuleReport(
      name: title, location: location, status: .unsupported, isEnabled: true, missingFields: [], missingUnderNot: [],
      missingOutputFields: [], missingKinds: kind.map { [$0] } ?? [], canMatch: false)
    reported.append((document, report))
  }

  private mutating func report(
    _ errors: [SigmaError], _ rule: SigmaRule, _ file: SourceFile, _ log: inout DiagnosticLog,
    _ counts: inout LoadResult.Counts
  ) {
    let malformed = errors.filter { $0.reason == .malformed }
    for error in malformed { log.error(file.location(at: error.offset), error.message, hint: error.hint) }
    guard malformed.isEmpty, let first = errors.first else { return }
    leaveOut(rule.title, rule.location, &counts)
    log.warn(file.location(at: first.offset), SigmaDocument.unsupported(rule.title, first.message), hint: first.hint)
  }

  /// The title; with its id, or a number, if another rule has that.
  private mutating func name(_ title: String, id: String) -> String {
    var name = title
    if names.contains(name) || siteNames.contains(name), !id.isEmpty { name += " (\(id))" }
    let base = name
    while siteNames.contains(name) || !names.insert(name).inserted {
      let number = numbers[base, default: 1] + 1
      numbers[base] = number
      name = "\(base) (\(number))"
    }
    return name
  }

  /// Its source's, and the fields that the rule asks to be shown.
  private func output(_ rule: SigmaRule) -> OutputTemplate {
    var parts = TemplateParser.parse(Array(rule.logSource.output.utf8)).template.parts
    var shown = Set(OutputTemplate(parts: parts).fields)
    for name in rule.fields {
      guard case .field(let field)? = SigmaFieldMapping.target(name, rule.logSource),
        shown.insert(FieldReference(field)).inserted
      else { continue }
      parts += [.text(", \(name) "), .field(FieldReference(field))]
    }
    return OutputTemplate(parts: parts)
  }
}
