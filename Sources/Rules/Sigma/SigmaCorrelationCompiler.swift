internal import Events

/// Looks up what correlations refer to, and compiles them, those that others refer to first.
struct SigmaCorrelationCompiler {
  /// A correlation as read, with its name among all rules.
  struct Item {
    let correlation: SigmaCorrelation
    let name: String
    /// By number.
    let document: Int
  }

  private let items: [Item]
  private let references: SigmaReferences
  private let files: [SourceFile]
  private let limits: LoadLimits
  /// The index that the first gets in the policy.
  private let first: Int
  /// Which workloads the rules of a file see, by its name.
  private let scope: (String) -> RuleScope
  private(set) var compiled: [Correlation] = []
  /// By document.
  private(set) var reports: [(document: Int, report: RuleReport)] = []
  /// Indices in the policy of the rules that only count for correlations.
  private(set) var silent: Set<Int> = []

  /// By item, documents that it refers to.
  private var referred: [[Int]] = []
  /// By item, index among ``compiled``.
  private var places: [Int?]
  private var fieldsLeft: Int
  /// By rule, by its index in the policy.
  private let logSources: [Int: SigmaLogSource]

  init(
    _ items: [Item], _ references: SigmaReferences, files: [SourceFile], limits: LoadLimits, first: Int,
    scope: @escaping (String) -> RuleScope
  ) {
    self.items = items
    self.first = first
    self.scope = scope
    self.references = references
    self.files = files
    self.limits = limits
    places = [Int?](repeating: nil, count: items.count)
    fieldsLeft = limits.correlationFields
    var sources: [Int: SigmaLogSource] = [:]
    for case .rule(let rule, let source)? in references.targets { sources[rule] = source }
    logSources = sources
  }

  /// - Parameter priority: of a rule, by its index in the policy.
  mutating func compile(
    priority: (Int) -> Priority, log: inout DiagnosticLog, counts: inout LoadResult.Counts
  ) {
    let errors = log.errors
    for item in items {
      var documents: [Int] = []
      for name in item.correlation.rules {
        do throws(SigmaError) {
          documents.append(try references.document(name, from: item.correlation.file))
        } catch {
          report(error, item, &log)
        }
      }
      referred.append(documents)
    }
    // With an unknown rule nothing is compiled, and what else is wrong would only hang on it.
    guard log.errors == errors, let order = order(&log) else { return }
    for number in order { compile(number, priority, &log, &counts) }
    for number in order { silence(number, &log) }
    counts.active += compiled.count
  }

  private func report(_ error: SigmaError, _ item: Item, _ log: inout DiagnosticLog) {
    log.error(files[item.correlation.file].location(at: error.offset), error.message, hint: error.hint)
  }

  // MARK: Order

  /// Each after those that it refers to. nil: some lead back to themselves, which is said.
  private func order(_ log: inout DiagnosticLog) -> [Int]? {
    enum Visit { case never, open, done }
    var visits = [Visit](repeating: .never, count: items.count)
    var order: [Int] = []
    let errors = log.errors
    for start in items.indices where visits[start] == .never {
      // What is open waits on a stack of its own: no chain of correlations can exhaust the thread's.
      var open = [(item: start, next: 0)]
      visits[start] = .open
      while let (item, next) = open.last {
        guard next < referred[item].count else {
          visits[item] = .done
          order.append(item)
          open.removeLast()
          continue
        }
        open[open.count - 1].next += 1
        guard case .correlation(let inner)? = references.targets[referred[item][next]] else { continue }
        switch visits[inner] {
        case .never:
          visits[inner] = .open
          open.append((inner, 0))
        case .open:
          let name = items[item].correlation.rules[next]
          let message = "by \(DisplayText.quoted(name.text)) the correlation leads back to itself"
          report(SigmaError(at: name.offset, message), items[item], &log)
        case .done: break
        }
      }
    }
    return log.errors == errors ? order : nil
  }

  // MARK: One

  private struct Members {
    var members: [Correlation.Member] = []
    /// Rules that are left out, as they are referred to.
    var missingRules: [String] = []
    /// Fields that no event of a rule has here.
    var missingFields: Set<String> = []

    /// For a message.
    var missing: String {
      var parts: [String] = []
      if !missingRules.isEmpty { parts.append("\(missingRules.shortList), which is left out") }
      if !missingFields.isEmpty { parts.append(missingFields.sorted().shortList) }
      return parts.joined(separator: ", and without ")
    }
  }

  private mutating func compile(
    _ number: Int, _ priority: (Int) -> Priority, _ log: inout DiagnosticLog, _ counts: inout LoadResult.Counts
  ) {
    let item = items[number]
    let correlation = item.correlation
    var members = Members()
    do throws(SigmaError) {
      guard let found = try self.members(of: number) else { return }
      members = found
    } catch {
      guard error.reason == .unsupported else { return report(error, item, &log) }
      let place = files[correlation.file].location(at: error.offset)
      return leaveOut(item, members, place, error.message, &log, &counts)
    }
    guard let count = count(item, members, &log, &counts) else { return }
    let isDegraded = !members.missingRules.isEmpty || !members.missingFields.isEmpty
    if isDegraded {
      counts.degraded += 1
      log.warn(
        correlation.location, "degraded rule \(DisplayText.quoted(item.name)): it counts without \(members.missing)")
    }
    add(item, isDegraded ? .degraded : .full, members, canMatch: true)
    places[number] = compiled.count
    let rules = members.members.flatMap { $0.keys.map(\.rule) }
    compiled.append(
      Correlation(
        name: item.name, description: correlation.description,
        priority: correlation.priority ?? rules.map(priority).max() ?? .warning, tags: correlation.tags,
        kind: correlation.kind, members: members.members, groupBy: correlation.groupBy.map(\.text),
        valueName: correlation.value?.text, seconds: correlation.seconds, count: count, alerts: true,
        location: correlation.location))
  }

  private mutating func add(_ item: Item, _ status: RuleReport.Status, _ members: Members, canMatch: Bool) {
    var report = RuleReport(
      name: item.name, location: item.correlation.location, status: status, isEnabled: true,
      missingFields: members.missingFields.sorted(), missingUnderNot: [], missingOutputFields: [], missingKinds: [],
      canMatch: canMatch)
    report.missingRules = members.missingRules
    reports.append((item.document, report))
  }

  /// What it fires at. nil: no events can bring it there, which is said and counted.
  private mutating func count(
    _ item: Item, _ members: Members, _ log: inout DiagnosticLog, _ counts: inout LoadResult.Counts
  ) -> ClosedRange<Int>? {
    let correlation = item.correlation
    let isTemporal = correlation.kind == .temporal || correlation.kind == .temporalOrdered
    let usable = members.members.count { !$0.keys.isEmpty }
    guard let count = correlation.count else {
      return cantMatch(
        item, members,
        "its condition holds only of no event, or contradicts itself: a window is seen by the events in it", &log,
        &counts)
    }
    if correlation.kind == .temporalOrdered, count != correlation.rules.count...Int.max {
      let place = files[correlation.file].location(at: correlation.conditionOffset)
      leaveOut(
        item, members, place, "'temporal_ordered' asks for all of its rules, and this condition for others", &log,
        &counts)
      return nil
    }
    let most = isTemporal ? usable : usable == 0 ? 0 : Int.max
    if count.lowerBound <= most { return count }
    if isTemporal, count.lowerBound > correlation.rules.count {
      let reason = "it asks for \(count.lowerBound) of \(correlation.rules.count) rules"
      return cantMatch(item, members, reason, &log, &counts)
    }
    if members.missingRules.isEmpty { return cantMatch(item, members, "without \(members.missing)", &log, &counts) }
    leaveOut(item, members, correlation.location, "it can't match without \(members.missing)", &log, &counts)
    return nil
  }

  private mutating func cantMatch(
    _ item: Item, _ members: Members, _ reason: String, _ log: inout DiagnosticLog, _ counts: inout LoadResult.Counts
  ) -> ClosedRange<Int>? {
    counts.unmatchable += 1
    add(item, members.missingFields.isEmpty ? .full : .degraded, members, canMatch: false)
    log.warn(
      item.correlation.location, "the rule \(DisplayText.quoted(item.name)) can never match: \(reason)",
      hint: SigmaDocument.rulesAlert)
    return nil
  }

  private mutating func leaveOut(
    _ item: Item, _ members: Members, _ location: SourceLocation, _ reason: String, _ log: inout DiagnosticLog,
    _ counts: inout LoadResult.Counts
  ) {
    counts.unsupported += 1
    add(item, .unsupported, members, canMatch: false)
    log.warn(location, SigmaDocument.unsupported(item.name, reason), hint: SigmaDocument.rulesAlert)
  }

  // MARK: Members

  /// nil: a rule that it refers to has errors.
  private mutating func members(of number: Int) throws(SigmaError) -> Members? {
    let correlation = items[number].correlation
    let fields = try SigmaCorrelationFields(correlation, referred[number], references)
    var result = Members()
    for (name, document) in zip(correlation.rules, referred[number]) {
      var rules: [(rule: Int, source: SigmaLogSource)] = []
      let source: Correlation.Member.Source
      switch references.targets[document] {
      case .rule(let rule, let logSource)?:
        rules = [(rule, logSource)]
        source = .rule(rule)
      case .correlation(let inner)?:
        guard let place = places[inner] else {
          result.missingRules.append(name.text)
          continue
        }
        guard !compiled[place].isDecidedAtEnd else {
          throw SigmaError(
            .unsupported, at: name.offset,
            "\(DisplayText.quoted(name.text)) is decided when its window is over, too late to count for another")
        }
        rules = sources(of: compiled[place])
        source = .correlation(first + place)
      case .leftOut?:
        result.missingRules.append(name.text)
        continue
      case .malformed?, nil: return nil
      }
      var keys: [Correlation.Key] = []
      for (rule, logSource) in rules {
        fieldsLeft -= correlation.groupBy.count + 1
        guard fieldsLeft >= 0 else {
          throw SigmaError(at: name.offset, "the correlations together take the events of too many rules")
        }
        if let key = try fields.key(rule, logSource, of: document, &result.missingFields) {
          keys.append(key)
        }
      }
      result.members.append(Correlation.Member(name: name.text, source: source, keys: keys))
    }
    return result
  }

  /// The rules whose events bring a correlation to fire.
  private func sources(of correlation: Correlation) -> [(rule: Int, source: SigmaLogSource)] {
    Set(correlation.members.flatMap { $0.keys.map(\.rule) }).sorted().compactMap { rule in
      logSources[rule].map { (rule, $0) }
    }
  }

  // MARK: Silence

  /// What a correlation refers to alerts no more by itself, unless it says so.
  private mutating func silence(_ number: Int, _ log: inout DiagnosticLog) {
    let correlation = items[number].correlation
    guard let place = places[number], !correlation.generate else { return }
    let own = scope(files[correlation.file].name)
    for (name, document) in zip(correlation.rules, referred[number]) {
      let file = references.file(of: document)
      // Else it would tell nobody of workloads that the correlation doesn't see.
      guard own.covers(scope(files[file].name)) else {
        log.warn(
          files[correlation.file].location(at: name.offset),
          "the rule \(DisplayText.quoted(name.text)) sees workloads that this correlation doesn't, and alerts by itself as well",
          hint: "'generate: true' says so")
        continue
      }
      switch references.targets[document] {
      case .rule(let rule, _)?: silent.insert(rule)
      case .correlation(let inner)?:
        guard let inner = places[inner] else { continue }
        compiled[inner].alerts = false
      default: continue
      }
      guard file != correlation.file else { continue }
      log.warn(
        files[correlation.file].location(at: name.offset),
        "the rule \(DisplayText.quoted(name.text)) of another file no longer alerts by itself, but counts for "
          + DisplayText.quoted(compiled[place].name),
        hint: "'generate: true' in the correlation keeps its alerts")
    }
  }
}
