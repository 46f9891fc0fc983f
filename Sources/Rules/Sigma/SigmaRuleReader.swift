internal import Events

/// Reads a Sigma rule out of its document. All that is wrong with it is said in the log.
struct SigmaRuleReader {
  enum Outcome {
    case rule(SigmaRule)
    /// Good, and left out; said in the log.
    case unsupported
    /// Wrong; said in the log.
    case malformed
  }

  private let document: SigmaDocument
  private let file: SourceFile
  private let limits: LoadLimits
  private var isUnsupported = false
  private var isMalformed = false

  private static let keys = [
    "title", "id", "name", "related", "taxonomy", "status", "description", "license", "author", "references", "date",
    "modified", "logsource", "detection", "fields", "falsepositives", "level", "tags", "scope",
  ]

  static func read(_ document: SigmaDocument, of file: SourceFile, limits: LoadLimits, log: inout DiagnosticLog)
    -> Outcome
  {
    var reader = SigmaRuleReader(document: document, file: file, limits: limits)
    let rule = reader.read(&log)
    if reader.isMalformed { return .malformed }
    if reader.isUnsupported { return .unsupported }
    return rule.map(Outcome.rule) ?? .malformed
  }

  private init(document: SigmaDocument, file: SourceFile, limits: LoadLimits) {
    self.document = document
    self.file = file
    self.limits = limits
  }

  private mutating func read(_ log: inout DiagnosticLog) -> SigmaRule? {
    let errors = log.errors
    defer { if log.errors > errors { isMalformed = true } }
    guard let fields = ItemFields(document.node, in: file, as: "a Sigma rule", log: &log) else { return nil }
    let title = fields.text("title", log: &log)?.text ?? ""
    let others = [
      ("filter", "Sigma's filters are"), ("action", "collections by 'action' are"),
    ]
    for (key, what) in others where fields.has(key) {
      isUnsupported = true
      log.warn(fields.location(of: key), SigmaDocument.unsupported(title, "\(what) not supported yet"))
      return nil
    }
    for name in fields.names.subtracting(Self.keys).sorted().prefix(20) {
      // Rules may have keys of their own; a slip of the pen is told.
      guard let hint = NearestName.hint(name, among: Self.keys) else { continue }
      log.warn(fields.location(of: name), "unknown key \(DisplayText.quoted(name))", hint: hint)
    }
    if title.isEmpty, fields["title"]?.scalar?.isNull == false {
      log.error(fields.valueLocation(of: "title"), "the title is empty")
    }
    for key in ["title", "logsource", "detection"] where !fields.has(key) {
      let nearest = NearestName.to(key, among: fields.names.subtracting(Self.keys).sorted())
      log.error(
        file.location(at: document.node.start), "the Sigma rule has no '\(key)'",
        hint: nearest.map { "is \(DisplayText.quoted($0)) a slip of the pen?" })
    }
    let description = fields["description"]?.scalar?.text.trimmed ?? ""
    let priority = Self.priority(fields, &log)
    let tags = fields.texts("tags", log: &log)
    let shown = fields.texts("fields", log: &log)
    let source = logSource(fields, &log)
    guard let detection = fields.mapping("detection", log: &log) else {
      if fields["detection"]?.scalar?.isNull == true {
        log.error(fields.location(of: "detection"), "nothing stands in 'detection'")
      }
      return nil
    }
    let searches = searches(detection, &log)
    let conditions = conditions(detection, searches.map(\.name), &log)
    guard let priority, let tags, let shown, let source, !conditions.isEmpty else { return nil }
    return SigmaRule(
      title: title, id: document.id, description: description, priority: priority, tags: tags, logSource: source,
      searches: searches,
      conditions: conditions, fields: shown, location: fields.location(of: "title"), file: document.file)
  }

  static func priority(_ fields: ItemFields, _ log: inout DiagnosticLog) -> Priority? {
    guard fields.has("level") else { return .warning }
    guard let text = fields.text("level", log: &log)?.text else { return nil }
    switch text.lowercased() {
    case "critical": return .critical
    case "high": return .error
    case "medium": return .warning
    case "low": return .notice
    case "informational": return .informational
    default:
      let names = ["critical", "high", "medium", "low", "informational"]
      log.error(
        fields.valueLocation(of: "level"), "unknown level \(DisplayText.quoted(text))",
        hint: NearestName.hint(text, among: names) ?? "expected one of \(names.joined(separator: ", "))")
      return nil
    }
  }

  private func logSource(_ fields: ItemFields, _ log: inout DiagnosticLog) -> SigmaLogSource? {
    guard fields.has("logsource") else { return nil }
    guard let source = fields.mapping("logsource", log: &log) else {
      if fields["logsource"]?.scalar?.isNull == true {
        log.error(fields.location(of: "logsource"), "nothing stands in 'logsource'")
      }
      return nil
    }
    let errors = log.errors
    let parts = ["category", "product", "service"].map { source.text($0, log: &log)?.text }
    guard log.errors == errors else { return nil }
    guard parts.contains(where: { $0 != nil }) else {
      log.error(fields.location(of: "logsource"), "'logsource' needs one of 'category', 'product' and 'service'")
      return nil
    }
    return SigmaLogSource(category: parts[0], product: parts[1], service: parts[2])
  }

  // MARK: Detection

  private mutating func conditions(_ detection: ItemFields, _ names: [String], _ log: inout DiagnosticLog)
    -> [SigmaCondition]
  {
    guard let value = detection["condition"] else {
      let nearest = NearestName.to("condition", among: names)
      log.error(
        file.location(at: detection.node.start), "the detection has no 'condition'",
        hint: nearest.map { "is \(DisplayText.quoted($0)) a slip of the pen?" })
      return []
    }
    var written = [value]
    if case .sequence(let nodes) = value.content { written = nodes }
    if written.isEmpty { log.error(file.location(at: value.start), "the list of conditions is empty") }
    var parsed: [SigmaCondition] = []
    for node in written {
      guard let scalar = node.scalar, !scalar.isNull else {
        log.error(file.location(at: node.start), "a condition must be a text, found \(node.kind)")
        continue
      }
      guard scalar.text.utf8.count <= limits.conditionBytes else {
        log.error(file.location(at: node.start), "the condition is longer than \(limits.conditionBytes) bytes")
        continue
      }
      do throws(SigmaError) {
        parsed.append(try SigmaConditionParser.parse(Array(scalar.text.utf8), searches: names))
      } catch {
        let text = ScalarPlaces.text(of: scalar, in: file, number: document.file)
        var placed = SigmaError(error.reason, at: text.place(at: error.offset).offset, error.message)
        placed.hint = error.hint
        report(placed, &log)
      }
    }
    return parsed.count == written.count ? parsed : []
  }

  private mutating func searches(_ detection: ItemFields, _ log: inout DiagnosticLog) -> [SigmaSearch] {
    guard case .mapping(let pairs) = detection.node.content else { return [] }
    var searches: [SigmaSearch] = []
    for (key, value) in pairs {
      guard let name = key.scalar?.text, name != "condition", name != "timeframe" else { continue }
      do throws(SigmaError) {
        let alternatives = try alternatives(name, value, &log)
        searches.append(SigmaSearch(name: name, alternatives: alternatives, offset: key.start))
      } catch {
        report(error, &log)
        // Conditions may name it.
        searches.append(SigmaSearch(name: name, alternatives: [], offset: key.start))
      }
    }
    return searches
  }

  private func alternatives(_ name: String, _ node: YAMLNode, _ log: inout DiagnosticLog) throws(SigmaError)
    -> [[SigmaItem]]
  {
    let name = DisplayText.quoted(name)
    switch node.content {
    case .scalar(let scalar):
      guard !scalar.isNull else { throw SigmaError(at: node.start, "nothing stands in \(name)") }
      return [[try keyword(scalar, node.start)]]
    case .mapping: return [try items(node, name, &log)]
    case .sequence(let nodes):
      guard !nodes.isEmpty else { throw SigmaError(at: node.start, "nothing stands in \(name)") }
      var alternatives: [[SigmaItem]] = []
      for element in nodes {
        switch element.content {
        case .scalar(let scalar) where !scalar.isNull: alternatives.append([try keyword(scalar, element.start)])
        case .mapping: alternatives.append(try items(element, name, &log))
        default:
          throw SigmaError(at: element.start, "\(name) is a list of mappings or texts, found \(element.kind)")
        }
      }
      return alternatives
    }
  }

  private func keyword(_ scalar: YAMLScalar, _ offset: Int) throws(SigmaError) -> SigmaItem {
    SigmaItem(field: nil, modifiers: SigmaModifiers(), values: [scalar], offset: offset)
  }

  private func items(_ node: YAMLNode, _ name: String, _ log: inout DiagnosticLog) throws(SigmaError) -> [SigmaItem] {
    guard case .mapping(let pairs) = node.content, !pairs.isEmpty else {
      throw SigmaError(at: node.start, "nothing stands in \(name)")
    }
    // A key that stands twice is said.
    _ = ItemFields(node, in: file, log: &log)
    var items: [SigmaItem] = []
    for (key, value) in pairs {
      guard let scalar = key.scalar else { continue }
      items.append(try item(scalar, value))
    }
    return items
  }

  private func item(_ key: YAMLScalar, _ value: YAMLNode) throws(SigmaError) -> SigmaItem {
    var place = key.start + (key.style == .plain ? 0 : 1)
    var names: [(name: String, offset: Int)] = []
    for part in key.text.utf8.split(separator: UInt8(ascii: "|"), omittingEmptySubsequences: false) {
      names.append((String(decoding: part, as: UTF8.self), place))
      place += part.count + 1
    }
    let field = names.removeFirst().name
    let modifiers = try SigmaModifiers.parse(names)
    var values: [YAMLScalar] = []
    switch value.content {
    case .scalar(let scalar): values = [scalar]
    case .sequence(let nodes):
      for node in nodes {
        guard let scalar = node.scalar else {
          throw SigmaError(at: node.start, "a value must be a text, a number or null, found \(node.kind)")
        }
        values.append(scalar)
      }
    case .mapping:
      throw SigmaError(at: value.start, "a value must be a text, a number, null or a list of them, found a mapping")
    }
    guard !values.isEmpty else {
      throw SigmaError(at: value.start, "no value stands here to compare \(DisplayText.quoted(field)) with")
    }
    return SigmaItem(field: field.isEmpty ? nil : field, modifiers: modifiers, values: values, offset: key.start)
  }

  private mutating func report(_ error: SigmaError, _ log: inout DiagnosticLog) {
    switch error.reason {
    case .malformed: log.error(file.location(at: error.offset), error.message, hint: error.hint)
    case .unsupported:
      isUnsupported = true
      let title = document.title
      log.warn(file.location(at: error.offset), SigmaDocument.unsupported(title, error.message), hint: error.hint)
    }
  }
}
