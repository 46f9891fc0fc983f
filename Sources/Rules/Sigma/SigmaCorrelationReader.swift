internal import Events

/// Reads a correlation rule out of its document. All that is wrong with it is said in the log.
struct SigmaCorrelationReader {
  enum Outcome {
    case correlation(SigmaCorrelation)
    /// Good, and left out; said in the log.
    case unsupported
    /// Wrong; said in the log.
    case malformed
  }

  private let document: SigmaDocument
  private let file: SourceFile
  private var isUnsupported = false

  private static let keys = [
    "title", "id", "name", "related", "taxonomy", "status", "description", "license", "author", "references", "date",
    "modified", "correlation", "falsepositives", "level", "tags", "generate", "fields", "scope",
  ]
  private static let parts = ["type", "rules", "group-by", "timespan", "condition", "aliases", "generate"]
  /// The specification has them, and this version doesn't.
  private static let laterKinds: Set<String> = [
    "value_sum", "value_avg", "value_percentile", "value_median", "value_min", "value_max", "temporal_extended",
    "temporal_ordered_extended",
  ]

  static func read(_ document: SigmaDocument, of file: SourceFile, log: inout DiagnosticLog) -> Outcome {
    var reader = SigmaCorrelationReader(document: document, file: file)
    let errors = log.errors
    let correlation = reader.read(&log)
    if log.errors > errors { return .malformed }
    if reader.isUnsupported { return .unsupported }
    return correlation.map(Outcome.correlation) ?? .malformed
  }

  private init(document: SigmaDocument, file: SourceFile) {
    self.document = document
    self.file = file
  }

  private mutating func read(_ log: inout DiagnosticLog) -> SigmaCorrelation? {
    guard let fields = ItemFields(document.node, in: file, as: "a correlation rule", log: &log) else { return nil }
    for key in ["detection", "logsource"] where fields.has(key) {
      log.error(
        fields.location(of: key), "a correlation rule has no '\(key)'",
        hint: "a document of its own, after '---', holds the rule that it refers to")
    }
    for name in fields.names.subtracting(Self.keys).sorted().prefix(20) {
      guard let hint = NearestName.hint(name, among: Self.keys) else { continue }
      log.warn(fields.location(of: name), "unknown key \(DisplayText.quoted(name))", hint: hint)
    }
    let title = fields.text("title", log: &log)?.text ?? ""
    if !fields.has("title") {
      log.error(file.location(at: document.node.start), "the correlation rule has no 'title'")
    } else if title.isEmpty, fields["title"]?.scalar?.isNull == false {
      log.error(fields.valueLocation(of: "title"), "the title is empty")
    }
    let priority = fields.has("level") ? SigmaRuleReader.priority(fields, &log) : nil
    let tags = fields.texts("tags", log: &log)
    guard let section = fields.mapping("correlation", log: &log) else {
      if fields["correlation"]?.scalar?.isNull == true {
        log.error(fields.location(of: "correlation"), "nothing stands in 'correlation'")
      }
      return nil
    }
    for name in section.names.subtracting(Self.parts).sorted().prefix(20) {
      // A key that is passed over would change what the rule means.
      log.error(
        section.location(of: name), "unknown key \(DisplayText.quoted(name)) in 'correlation'",
        hint: NearestName.hint(name, among: Self.parts) ?? "expected one of \(Self.parts.joined(separator: ", "))")
    }
    // The specification's text has it beside 'correlation', its reference reads it within.
    let generate = [section, fields].compactMap { $0.boolean("generate", log: &log) }.first ?? false
    let kind = kind(section, &log)
    let rules = names("rules", in: section, limit: Correlation.maximumMembers, &log)
    let groupBy = names("group-by", in: section, limit: Correlation.maximumGroupFields, &log)
    let seconds = seconds(section, &log)
    let aliases = aliases(section, &log)
    for key in ["type", "rules", "timespan"] where !section.has(key) {
      log.error(
        fields.location(of: "correlation"), "the correlation has no '\(key)'",
        hint: NearestName.to(key, among: section.names.subtracting(Self.parts).sorted()).map {
          "is \(DisplayText.quoted($0)) a slip of the pen?"
        })
    }
    guard let kind, let rules, let groupBy, let seconds, let tags else { return nil }
    guard !rules.isEmpty else {
      if section.has("rules") { log.error(section.location(of: "rules"), "'rules' names no rule") }
      return nil
    }
    guard let condition = condition(section, kind, rules: rules.count, &log) else { return nil }
    return SigmaCorrelation(
      title: title, id: document.id, description: fields["description"]?.scalar?.text.trimmed ?? "",
      priority: priority, tags: tags, kind: kind, rules: rules, groupBy: groupBy, value: condition.value,
      seconds: seconds, count: condition.count, aliases: aliases, generate: generate,
      location: fields.location(of: "title"), file: document.file,
      conditionOffset: section["condition"]?.start ?? section.node.start)
  }

  // MARK: Parts

  private mutating func kind(_ section: ItemFields, _ log: inout DiagnosticLog) -> Correlation.Kind? {
    guard let text = section.text("type", log: &log)?.text else { return nil }
    if let kind = Correlation.Kind(rawValue: text) { return kind }
    if Self.laterKinds.contains(text) {
      leaveOut(section.valueLocation(of: "type"), "correlations of the type '\(text)' are not supported yet", &log)
      return nil
    }
    let names = Correlation.Kind.allCases.map(\.rawValue)
    log.error(
      section.valueLocation(of: "type"), "unknown type of correlation \(DisplayText.quoted(text))",
      hint: NearestName.hint(text, among: names) ?? "expected one of \(names.joined(separator: ", "))")
    return nil
  }

  /// A word or a list of them, each once; none if there is no such key.
  private func names(_ key: String, in section: ItemFields, limit: Int, _ log: inout DiagnosticLog)
    -> [SigmaCorrelation.Name]?
  {
    guard let value = section[key], value.scalar?.isNull != true else { return [] }
    var nodes = [value]
    if case .sequence(let elements) = value.content { nodes = elements }
    guard nodes.count <= limit else {
      log.error(section.valueLocation(of: key), "'\(key)' has more than \(limit) entries")
      return nil
    }
    var names: [SigmaCorrelation.Name] = []
    for node in nodes {
      guard let scalar = node.scalar, !scalar.isNull, !scalar.text.isEmpty else {
        log.error(file.location(at: node.start), "'\(key)' holds names, found \(node.kind)")
        return nil
      }
      guard !names.contains(where: { $0.text == scalar.text }) else {
        log.error(file.location(at: node.start), "\(DisplayText.quoted(scalar.text)) stands in '\(key)' twice")
        return nil
      }
      names.append(.init(text: scalar.text, offset: node.start))
    }
    return names
  }

  private func seconds(_ section: ItemFields, _ log: inout DiagnosticLog) -> Int? {
    guard let text = section.text("timespan", log: &log)?.text else { return nil }
    if let seconds = TimeSpan.seconds(text) { return seconds }
    log.error(
      section.valueLocation(of: "timespan"), "\(DisplayText.quoted(text)) is no length of time up to a year",
      hint: "expected one as 30s, 5m, 1h or 7d")
    return nil
  }

  private func aliases(_ section: ItemFields, _ log: inout DiagnosticLog) -> [SigmaCorrelation.Alias] {
    guard let mapping = section.mapping("aliases", log: &log), case .mapping(let pairs) = mapping.node.content
    else { return [] }
    var aliases: [SigmaCorrelation.Alias] = []
    for (key, value) in pairs {
      guard let name = key.scalar?.text,
        let fields = ItemFields(value, in: file, as: "each rule with its field", log: &log),
        case .mapping(let rules) = fields.node.content
      else { continue }
      var found: [(rule: SigmaCorrelation.Name, field: SigmaCorrelation.Name)] = []
      for (rule, field) in rules {
        guard let rule = rule.scalar, let field = field.scalar, !field.isNull else {
          log.error(file.location(at: field.start), "expected a field's name, found \(field.kind)")
          continue
        }
        found.append((.init(text: rule.text, offset: rule.start), .init(text: field.text, offset: field.start)))
      }
      aliases.append(SigmaCorrelation.Alias(name: name, fields: found))
    }
    return aliases
  }

  // MARK: The condition

  private mutating func condition(
    _ section: ItemFields, _ kind: Correlation.Kind, rules: Int, _ log: inout DiagnosticLog
  ) -> (count: ClosedRange<Int>?, value: SigmaCorrelation.Name?)? {
    let isTemporal = kind == .temporal || kind == .temporalOrdered
    guard let written = section["condition"] else {
      if isTemporal { return (rules...Int.max, nil) }
      log.error(file.location(at: section.node.start), "the correlation has no 'condition'", hint: "write {gte: 10}")
      return nil
    }
    if isTemporal, let scalar = written.scalar, !scalar.isNull {
      leaveOut(section.valueLocation(of: "condition"), "conditions over the names of rules are not supported yet", &log)
      return nil
    }
    let expected = "a comparison as {gte: 10} in 'condition'"
    guard let condition = ItemFields(written, in: file, as: expected, log: &log) else { return nil }
    let comparisons = ["gt", "gte", "lt", "lte", "eq"]
    for name in condition.names.subtracting(comparisons + ["field"]).sorted().prefix(20) {
      if name == "neq" || name == "percentile" {
        leaveOut(condition.location(of: name), "'\(name)' in a correlation's condition is not supported yet", &log)
        return nil
      }
      log.error(
        condition.location(of: name), "unknown comparison \(DisplayText.quoted(name))",
        hint: NearestName.hint(name, among: comparisons + ["field"]) ?? "expected one of gt, gte, lt, lte, eq")
    }
    guard comparisons.contains(where: condition.has) else {
      log.error(
        section.location(of: "condition"), "the condition compares with nothing",
        hint: "expected one of gt, gte, lt, lte, eq")
      return nil
    }
    let errors = log.errors
    var (least, most) = (1, Int.max)
    for name in comparisons {
      guard let number = condition.integer(name, range: 0...Correlation.maximumCount, log: &log) else { continue }
      switch name {
      case "gt": least = max(least, number + 1)
      case "gte": least = max(least, number)
      case "lt": most = min(most, number - 1)
      case "lte": most = min(most, number)
      default: (least, most) = (max(least, number), min(most, number))
      }
    }
    let value = value(condition, kind, section, &log)
    guard log.errors == errors, !isUnsupported else { return nil }
    // More of its rules than it has can't come.
    if isTemporal, most >= rules { most = .max }
    return (least <= most ? least...most : nil, value)
  }

  private mutating func value(
    _ condition: ItemFields, _ kind: Correlation.Kind, _ section: ItemFields, _ log: inout DiagnosticLog
  ) -> SigmaCorrelation.Name? {
    guard kind == .valueCount else {
      if condition.has("field") {
        log.error(
          condition.location(of: "field"), "'field' stands only in a 'value_count'",
          hint: "'group-by' counts apart by a field")
      }
      return nil
    }
    guard condition.has("field") else {
      log.error(
        section.location(of: "condition"), "a 'value_count' needs a 'field'",
        hint: "write {field: DestinationPort, gte: 10}")
      return nil
    }
    guard let names = names("field", in: condition, limit: 100, &log) else { return nil }
    if names.count > 1 {
      leaveOut(condition.valueLocation(of: "field"), "counting the values of several fields is not supported yet", &log)
    } else if names.isEmpty {
      log.error(condition.location(of: "field"), "nothing stands in 'field'")
    }
    return names.first
  }

  private mutating func leaveOut(_ location: SourceLocation, _ reason: String, _ log: inout DiagnosticLog) {
    isUnsupported = true
    log.warn(location, SigmaDocument.unsupported(document.title, reason), hint: SigmaDocument.rulesAlert)
  }
}
