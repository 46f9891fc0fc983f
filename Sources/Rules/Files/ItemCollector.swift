/// Reads the items of rule files in order: lists, macros and rules by name.
struct ItemCollector {
  private(set) var lists = ItemTable<ListItem>()
  private(set) var macros = ItemTable<MacroItem>()
  private(set) var rules = ItemTable<RuleItem>()
  private(set) var sigma: [SigmaDocument] = []
  private var hints = NameHints()

  private static let kinds = ["rule", "macro", "list", "required_engine_version", "required_plugin_versions"]
  private static let item = "an item with 'rule', 'macro' or 'list'"
  private static let itemHint = "items look like `- rule: NAME`"
  private static let ruleKeys = [
    "rule", "condition", "output", "desc", "priority", "tags", "enabled", "source", "exceptions", "warn_evttypes",
    "skip-if-unknown-filter", "capture", "capture_duration", "append", "override", "throttle",
  ]
  /// With these an item changes an earlier one, and its texts may be parts that can't be read alone.
  private static let changingKeys = ["append", "override"]
  private static let addingKeys = ["exceptions", "throttle"]

  mutating func collect(_ documents: [YAMLNode], of file: SourceFile, number: Int, log: inout DiagnosticLog) {
    for document in documents where document.scalar?.isNull != true {
      if let rule = SigmaDocument(document, file: number) {
        sigma.append(rule)
        continue
      }
      guard case .sequence(let items) = document.content else {
        log.error(
          file.location(at: document.start), "a rule file is a list of items, found \(document.kind)",
          hint: Self.itemHint)
        continue
      }
      for item in items {
        guard let fields = ItemFields(item, in: file, as: Self.item, hint: Self.itemHint, log: &log) else { continue }
        collect(fields, file: number, log: &log)
      }
    }
  }

  private mutating func collect(_ fields: ItemFields, file: Int, log: inout DiagnosticLog) {
    if fields.has("rule") {
      collectRule(fields, file: file, log: &log)
    } else if fields.has("macro") {
      collectMacro(fields, file: file, log: &log)
    } else if fields.has("list") {
      collectList(fields, log: &log)
    } else if fields.has("required_plugin_versions") {
      log.warn(fields.location(of: "required_plugin_versions"), "plugins are not supported: 'required_plugin_versions' is ignored")
    } else if !fields.has("required_engine_version") {
      let nearest = fields.names.sorted().prefix(20).lazy.compactMap { NearestName.hint($0, among: Self.kinds) }.first
      log.error(
        fields.file.location(at: fields.node.start), "an item has one of \(Self.kinds.map { "'\($0)'" }.joined(separator: ", "))",
        hint: nearest)
    }
  }

  private mutating func collectList(_ fields: ItemFields, log: inout DiagnosticLog) {
    fields.checkKeys(known: ["list", "items", "append", "override"], log: &log)
    guard let name = identifier("list", fields, &log), stands(fields, &log) else { return }
    guard fields.has("items") else { return missing("items", "list", fields, &log) }
    guard let items = fields.texts("items", log: &log) else { return }
    if let index = items.firstIndex(where: { $0.utf8.contains(0) }) {
      return log.error(fields.valueLocation(of: "items"), "item \(index + 1) has a NUL in it")
    }
    lists.define(name, ListItem(name: name, items: items, location: fields.location(of: "list")))
  }

  private mutating func collectMacro(_ fields: ItemFields, file: Int, log: inout DiagnosticLog) {
    fields.checkKeys(known: ["macro", "condition", "append", "override"], log: &log)
    guard let name = identifier("macro", fields, &log), stands(fields, &log) else { return }
    guard fields.has("condition") else { return missing("condition", "macro", fields, &log) }
    guard let condition = fields.text("condition", log: &log) else { return }
    macros.define(
      name, MacroItem(name: name, condition: ItemText(scalar: condition, file: file), location: fields.location(of: "macro")))
  }

  private mutating func collectRule(_ fields: ItemFields, file: Int, log: inout DiagnosticLog) {
    fields.checkKeys(known: Self.ruleKeys, log: &log)
    guard let name = fields.text("rule", log: &log)?.text, stands(fields, &log) else { return }
    let isEnabled = fields.boolean("enabled", log: &log)
    if fields.names == ["rule", "enabled"], let isEnabled {
      if !rules.update(name, { $0.isEnabled = isEnabled }) {
        log.error(
          fields.location(of: "rule"), "no rule \(DisplayText.quoted(name)) stands before this",
          hint: hints.hint(name, among: rules.names))
      }
      return
    }
    if let source = fields.text("source", log: &log)?.text, source != "syscall" {
      return log.warn(
        fields.valueLocation(of: "source"), "unknown source \(DisplayText.quoted(source)): the rule is left out",
        hint: NearestName.hint(source, among: ["syscall"]))
    }
    for key in ["condition", "output", "desc", "priority"] where !fields.has(key) { missing(key, "rule", fields, &log) }
    if fields.boolean("capture", log: &log) == true {
      log.warn(fields.location(of: "capture"), "'capture' is not supported yet, and ignored")
    }
    let priority = priority(fields, &log)
    let condition = fields.text("condition", log: &log)
    let output = fields.text("output", log: &log)
    let tags = fields.texts("tags", log: &log)
    let description = fields["desc"]?.scalar
    if fields.has("desc"), description == nil { log.error(fields.valueLocation(of: "desc"), "'desc' must be a text") }
    let skipsUnknownFields = fields.boolean("skip-if-unknown-filter", log: &log) ?? false
    let warnsOfAllKinds = fields.boolean("warn_evttypes", log: &log) ?? true
    // The rest is said by now. What is left is checked for more, though the rule is lost.
    guard let condition, let output else { return }
    rules.define(
      name,
      RuleItem(
        name: name, condition: ItemText(scalar: condition, file: file), output: ItemText(scalar: output, file: file),
        description: description?.text.trimmed ?? "", priority: priority ?? .debug, tags: tags ?? [], isEnabled: isEnabled ?? true,
        skipsUnknownFields: skipsUnknownFields, warnsOfAllKinds: warnsOfAllKinds, location: fields.location(of: "rule")))
  }

  private func priority(_ fields: ItemFields, _ log: inout DiagnosticLog) -> Priority? {
    guard let text = fields.text("priority", log: &log)?.text else { return nil }
    if let priority = Priority(name: text) { return priority }
    let names = Priority.allCases.map(\.name)
    log.error(
      fields.valueLocation(of: "priority"), "unknown priority \(DisplayText.quoted(text))",
      hint: NearestName.hint(text, among: names) ?? "expected one of \(names.joined(separator: ", "))")
    return nil
  }

  /// The name of a list or macro, which conditions can only name if it is a word.
  private func identifier(_ key: String, _ fields: ItemFields, _ log: inout DiagnosticLog) -> String? {
    guard let name = fields.text(key, log: &log)?.text else { return nil }
    // Lists are put in as text, so that any word without delimiters will do.
    guard !name.isEmpty, name.utf8.allSatisfy(ConditionScanner.isBare), key == "list" || name.utf8.allSatisfy(ConditionScanner.isWord)
    else {
      log.error(fields.valueLocation(of: key), "\(DisplayText.quoted(name)) can't name a \(key)", hint: "expected letters, digits and '_'")
      return nil
    }
    return name
  }

  /// Whether the item stands for itself. What it asks for beyond that isn't supported yet, and is an error; its texts
  /// are still read for theirs.
  private func stands(_ fields: ItemFields, _ log: inout DiagnosticLog) -> Bool {
    var stands = true
    for key in Self.changingKeys + Self.addingKeys where fields.has(key) {
      // Keys that say nothing do no harm.
      if fields[key]?.scalar?.isNull == true || fields[key]?.scalar?.boolean == false { continue }
      if case .sequence(let items)? = fields[key]?.content, items.isEmpty { continue }
      log.error(fields.location(of: key), "'\(key)' is not supported yet")
      if Self.changingKeys.contains(key) { stands = false }
    }
    return stands
  }

  private func missing(_ key: String, _ kind: String, _ fields: ItemFields, _ log: inout DiagnosticLog) {
    let nearest = NearestName.to(key, among: fields.names.sorted())
    log.error(
      fields.location(of: kind), "the \(kind) has no '\(key)'",
      hint: nearest.map { "is \(DisplayText.quoted($0)) a slip of the pen?" })
  }
}

extension String {
  /// Without blanks and line ends at both ends.
  var trimmed: String {
    let isBlank: (Character) -> Bool = { $0 == " " || $0 == "\n" || $0 == "\t" || $0 == "\r" || $0 == "\r\n" }
    guard let first = firstIndex(where: { !isBlank($0) }), let last = lastIndex(where: { !isBlank($0) }) else { return "" }
    return String(self[first...last])
  }
}
