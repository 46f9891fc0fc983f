internal import Events

/// Compiles the items of rule files to a policy.
struct PolicyBuilder {
  let items: ItemCollector
  let files: [SourceFile]
  let limits: LoadLimits
  /// Flattened.
  let lists: [String: [String]]
  let expansion: ListExpansion
  let macroNames: [String]
  let listNames: [String]
  var log: DiagnosticLog
  var hints = NameHints()
  var pool: PredicatePool
  /// That the conditions are too long together was said, once for all.
  var isSizeTold = false
  /// Where the items are a tenant's, those of the site come first.
  var macros: MacroTable
  let firstMacro: Int
  var told: Set<Int> = []
  /// What the rules so far took to lay out, those included that were refused.
  var operations = 0
  var counts = LoadResult.Counts()
  var reports: [RuleReport] = []

  init(_ items: ItemCollector, _ files: [SourceFile], _ limits: LoadLimits, _ log: DiagnosticLog) {
    self.items = items
    self.files = files
    self.limits = limits
    let site = items.site
    pool = PredicatePool(limit: limits.totalConditionBytes)
    self.log = log
    firstMacro = site?.macros.entries.count ?? 0
    macros = MacroTable(entries: (site?.macros.entries ?? []) + items.macros.entries.map { .init(name: $0.item.name) })
    macroNames = (site?.macroNames ?? []) + items.macros.names
    listNames = (site?.listNames ?? []) + items.lists.names
    lists = ListFlattening.flatten(items.lists, site: site?.lists ?? [:], limits: limits, log: &self.log)
    expansion = ListExpansion(lists: lists, site: site?.expansion)
  }

  /// What comes of a set of files.
  struct Parts {
    var rules: [Rule]
    var correlations: [Correlation]
  }

  /// Compiles all items.
  ///
  /// - Parameters:
  ///   - firstRule: the index that the first rule gets in the policy.
  ///   - firstCorrelation: likewise.
  ///   - scope: which workloads a file's rules see, by its name.
  mutating func parts(
    firstRule: Int = 0, firstCorrelation: Int = 0, scope: @escaping (String) -> RuleScope
  ) -> Parts {
    checkMacros()
    var rules = compileRules()
    warnOfUnusedMacros()
    var sigma = SigmaCompiler(
      limits: limits, names: items.rules.names, siteNames: items.site?.rules ?? [], bytesLeft: max(0, pool.bytesLeft))
    var compiled = sigma.compile(
      items.sigma, files: files, first: (firstRule + rules.count, firstCorrelation), scope: scope, pool: &pool,
      operations: &operations, log: &log, counts: &counts)
    rules += compiled.rules
    reports += sigma.reports
    for index in rules.indices { rules[index].scope = scope(rules[index].location.file) }
    for index in compiled.correlations.indices {
      compiled.correlations[index].scope = scope(compiled.correlations[index].location.file)
    }
    for index in reports.indices { reports[index].scope = scope(reports[index].location.file) }
    return Parts(rules: rules, correlations: compiled.correlations)
  }

  // MARK: Macros

  mutating func checkMacros() {
    let entries = items.macros.entries
    var parsed: [Condition?] = []
    for (index, entry) in entries.enumerated() {
      let (condition, text) = parse(entry.item.condition)
      parsed.append(condition)
      macros.entries[firstMacro + index].text = text
      macros.entries[firstMacro + index].isBroken = condition == nil
    }
    let order = MacroOrder.order(parsed, table: items.macros)
    for index in order.cyclic {
      log.error(entries[index].item.location, "the macro \(DisplayText.quoted(entries[index].item.name)) leads back to itself")
      macros.entries[firstMacro + index].isBroken = true
    }
    for index in order.sorted where !macros.entries[firstMacro + index].isBroken {
      guard let condition = parsed[index] else { continue }
      check(macro: firstMacro + index, condition, visibility: firstMacro + entries[index].visibility)
    }
  }

  mutating func check(macro index: Int, _ condition: Condition, visibility: Int) {
    let (condition, checker) = checked(condition, macro: index, visibility: visibility)
    macros.entries[index].condition = condition
    macros.entries[index].errors = checker.errors
    macros.entries[index].usedMacros = checker.usedMacros
  }

  /// - Parameters:
  ///   - macro: the macro whose condition it is; nil: a rule's.
  ///   - visibility: macros from this index on can't be seen.
  mutating func checked(
    _ condition: Condition, macro: Int? = nil, visibility: Int = .max
  ) -> (CheckedCondition?, ConditionChecker) {
    var checker = ConditionChecker()
    let entries = macros.entries
    let table = items.macros
    let (site, first) = (items.site, firstMacro)
    let names = macroNames
    var hints = hints
    defer { self.hints = hints }
    let checked = checker.check(condition, pool: &pool) { name, offset throws(ConditionError) in
      let found = table.index(of: name).map { $0 + first } ?? site?.macro(named: name)
      guard let found, found != macro, found < visibility else {
        let hint =
          found != nil ? "it is defined further down: a macro sees only those before it"
          : hints.hint(name, among: names) ?? "fields have a dot in their name"
        throw ConditionError(.syntax, at: offset, "unknown macro \(DisplayText.quoted(name))", hint: hint)
      }
      let condition = entries[found].condition
      return .init(index: found, outcomes: condition?.outcomes ?? .none, gaps: condition?.gaps ?? Gaps())
    }
    return (checked, checker)
  }

  func macroIndex(_ name: String) -> Int? {
    items.macros.index(of: name).map { $0 + firstMacro } ?? items.site?.macro(named: name)
  }

  // MARK: Rules

  mutating func compileRules() -> [Rule] {
    counts.rules = items.rules.entries.count
    guard items.rules.entries.count <= limits.rules else {
      log.error(items.rules.entries[limits.rules].item.location, "there are more than \(limits.rules) rules")
      return []
    }
    var rules: [Rule] = []
    rules.reserveCapacity(items.rules.entries.count)
    for entry in items.rules.entries {
      if let rule = compile(entry.item) { rules.append(rule) }
    }
    counts.active = rules.count
    return rules
  }

  mutating func compile(_ item: RuleItem) -> Rule? {
    let (main, text) = parse(item.condition)
    let output = template(item)
    guard let main, let whole = excluding(item, main, text) else { return nil }
    let (checked, checker) = checked(whole.condition)
    guard operations < limits.totalOperations else { return tooLarge(item) }
    let used = macros.closure(of: checker.usedMacros)
    operations += used.count
    if item.skipsUnknownFields {
      let all = checker.errors + used.flatMap { macros.entries[$0].errors } + output.errors
      if let unknown = all.first(where: { $0.reason == .unknownField }) {
        log.warn(item.location, "the rule \(DisplayText.quoted(item.name)) is left out: \(unknown.message)")
        counts.skipped += 1
        return nil
      }
    }
    for error in checker.errors { report(error, whole.text) }
    for error in output.errors { report(error, output.text) }
    for macro in used where told.insert(macro).inserted {
      for error in macros.entries[macro].errors { report(error, macros.entries[macro].text) }
    }
    guard let checked, let template = output.template, used.allSatisfy({ macros.entries[$0].condition != nil }) else { return nil }
    guard let rule = rule(item, checked, template, whole.exceptions.map(\.item)) else { return nil }
    warnOfNeedlessExceptions(whole.exceptions, of: rule)
    return rule
  }

  mutating func rule(
    _ item: RuleItem, _ checked: CheckedCondition, _ output: OutputTemplate, _ exceptions: [ExceptionItem]
  ) -> Rule? {
    let limit = min(limits.operations, limits.totalOperations - operations)
    guard let program = ProgramBuilder.program(for: checked, macros: macros, limit: limit) else {
      operations += max(0, limit)
      return tooLarge(item)
    }
    operations += program.operations.count + program.macroSpans.count
    guard let kinds = kinds(item, checked, output) else { return nil }
    return Rule(
      name: item.name, description: item.description, priority: item.priority, tags: item.tags, output: output,
      condition: program, kinds: kinds, throttle: item.throttle,
      exceptions: exceptions.map { RuleException(name: $0.name, location: $0.location) },
      warnsOfAllKinds: item.warnsOfAllKinds, location: item.location)
  }

  /// Reports how much of the rule holds here.
  /// - Returns: nil if it can't fire.
  mutating func kinds(_ item: RuleItem, _ checked: CheckedCondition, _ output: OutputTemplate) -> EventKinds? {
    let report = RuleReport(item, checked, output)
    reports.append(report)
    let name = DisplayText.quoted(item.name)
    guard item.isEnabled else {
      counts.disabled += 1
      return nil
    }
    if report.status == .unsupported {
      counts.unsupported += 1
      log.warn(item.location, "unsupported rule \(name): no event of this node's kinds can match", hint: report.missingKindsHint)
      return nil
    }
    guard report.canMatch else {
      counts.unmatchable += 1
      let why = report.status == .degraded ? "this node can't supply \(report.missingFieldNames)" : "its condition contradicts itself"
      log.warn(item.location, "the rule \(name) can never match: \(why)")
      return nil
    }
    if report.status == .degraded {
      counts.degraded += 1
      let hint = report.overfires ? "it fires for more than it means to: \(report.missingUnderNot.shortList) stands under 'not'" : nil
      log.warn(item.location, "degraded rule \(name): this node can't supply \(report.missingFieldNames)", hint: hint)
    }
    let kinds = checked.outcomes.canBeTrue
    if kinds == .all, item.warnsOfAllKinds {
      log.warn(item.location, "the rule \(name) is tried on every kind of event", hint: "name the kinds: evt.type in (...)")
    }
    let always = kinds.subtracting(checked.outcomes.canBeFalse)
    if !always.isEmpty, item.warnsOfAllKinds {
      log.warn(item.location, "the rule \(name) matches every \(always.kinds.map(\.name).shortList)", hint: "warn_evttypes: false, if it should")
    }
    return kinds
  }

  mutating func tooLarge(_ item: RuleItem) -> Rule? {
    log.error(
      item.location, "the condition of \(DisplayText.quoted(item.name)) is too large once its macros are put in",
      hint: "at most \(limits.operations) operations a rule, \(limits.totalOperations) in all")
    return nil
  }

  struct Output {
    let text: ConditionText
    var template: OutputTemplate?
    var errors: [ConditionError] = []
  }

  func template(_ item: RuleItem) -> Output {
    let text = written(item.output)
    guard text.bytes.count <= limits.conditionBytes else {
      let error = ConditionError(.syntax, at: 0, "the output is longer than \(limits.conditionBytes) bytes")
      return Output(text: text, errors: [error])
    }
    var trimmed = text.bytes
    while let last = trimmed.last, ConditionScanner.isBlank(last) { trimmed.removeLast() }
    let (template, errors) = TemplateParser.parse(trimmed)
    return Output(text: text, template: errors.isEmpty ? template : nil, errors: errors)
  }

  mutating func warnOfUnusedMacros() {
    for (index, entry) in macros.entries.enumerated().dropFirst(firstMacro) where !told.contains(index) {
      for error in entry.errors { report(error, entry.text, as: .warning) }
    }
  }
}
