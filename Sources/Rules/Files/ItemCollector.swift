internal import Events

/// Reads the items of rule files in order: lists, macros and rules by name.
struct ItemCollector {
  var lists = ItemTable<ListItem>()
  var macros = ItemTable<MacroItem>()
  var rules = ItemTable<RuleItem>()
  private(set) var sigma: [SigmaDocument] = []
  var hints = NameHints()
  /// Exceptions that expired before are passed over. nil: none expires.
  let today: CalendarDay?
  /// What a tenant's files stand on, and leave as it is. nil: these are the site's.
  let site: SiteParts?

  init(today: CalendarDay?, site: SiteParts? = nil) {
    self.today = today
    self.site = site
  }

  /// Of the reference, whose rule language this is.
  private static let engineVersion = (0, 63, 0)
  private static let kinds = ["rule", "macro", "list", "required_engine_version", "required_plugin_versions"]
  private static let item = "an item with 'rule', 'macro' or 'list'"
  private static let itemHint = "items look like `- rule: NAME`"

  /// - Parameter firstNumber: the first file's.
  mutating func collect(_ sources: [SourceFile], firstNumber: Int = 0, limits: LoadLimits, log: inout DiagnosticLog) {
    for (number, source) in sources.enumerated() {
      do throws(YAMLReader.Failure) {
        collect(try YAMLReader.read(source, limits: limits), of: source, number: firstNumber + number, log: &log)
      } catch {
        log.error(source.location(at: error.offset), error.message, hint: error.hint)
      }
    }
  }

  private mutating func collect(_ documents: [YAMLNode], of file: SourceFile, number: Int, log: inout DiagnosticLog) {
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
    } else if fields.has("required_engine_version") {
      checkEngineVersion(fields, &log)
    } else if fields.has("required_plugin_versions") {
      log.warn(fields.location(of: "required_plugin_versions"), "plugins are not supported: 'required_plugin_versions' is ignored")
    } else {
      let nearest = fields.names.sorted().prefix(20).lazy.compactMap { NearestName.hint($0, among: Self.kinds) }.first
      log.error(
        fields.file.location(at: fields.node.start), "an item has one of \(Self.kinds.map { "'\($0)'" }.joined(separator: ", "))",
        hint: nearest)
    }
  }

  private mutating func collectList(_ fields: ItemFields, log: inout DiagnosticLog) {
    fields.checkKeys(known: ["list", "items", "append", "override"], log: &log)
    let change = ItemChange.read(
      fields, kind: "list", appendable: ["items"], replaceable: ["items"], old: ["items"], log: &log)
    guard let name = identifier("list", fields, &log), change != .broken, !isOfSite("list", name, fields, &log)
    else { return }
    guard fields.has("items") else { return missing("items", "list", fields, &log) }
    guard let items = fields.texts("items", log: &log) else { return }
    if let index = items.firstIndex(where: { $0.utf8.contains(0) }) {
      return log.error(fields.valueLocation(of: "items"), "item \(index + 1) has a NUL in it")
    }
    guard case .some(let changes) = change else {
      return lists.define(name, ListItem(name: name, items: items, location: fields.location(of: "list")))
    }
    let isKnown = lists.update(name) { $0.items = changes["items"] == .append ? $0.items + items : items }
    if !isKnown { undefined("list", name, lists.names, fields, &log) }
  }

  private mutating func collectMacro(_ fields: ItemFields, file: Int, log: inout DiagnosticLog) {
    fields.checkKeys(known: ["macro", "condition", "append", "override"], log: &log)
    let change = ItemChange.read(
      fields, kind: "macro", appendable: ["condition"], replaceable: ["condition"], old: ["condition"], log: &log)
    guard let name = identifier("macro", fields, &log), change != .broken, !isOfSite("macro", name, fields, &log)
    else { return }
    guard fields.has("condition") else { return missing("condition", "macro", fields, &log) }
    guard let scalar = fields.text("condition", log: &log) else { return }
    let condition = ItemText(scalar: scalar, file: file)
    guard case .some(let changes) = change else {
      return macros.define(name, MacroItem(name: name, condition: [condition], location: fields.location(of: "macro")))
    }
    let isKnown = macros.update(name) {
      $0.condition = changes["condition"] == .append ? $0.condition + [condition] : [condition]
    }
    if !isKnown { undefined("macro", name, macros.names, fields, &log) }
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

  /// A number as Falco once counted its engines, or `0.50.0`.
  private func checkEngineVersion(_ fields: ItemFields, _ log: inout DiagnosticLog) {
    guard let text = fields.text("required_engine_version", log: &log)?.text else { return }
    let parts = text.split(separator: ".", omittingEmptySubsequences: false).map { part in
      part.utf8.allSatisfy(ConditionScanner.isDigit) ? Int(part) : nil
    }
    let numbers = parts.compactMap { $0 }
    guard numbers.count == parts.count, numbers.count == 1 || numbers.count == 3 else {
      return log.error(
        fields.valueLocation(of: "required_engine_version"), "\(DisplayText.quoted(text)) is no version", hint: "expected one as 0.50.0")
    }
    let version = numbers.count == 1 ? (0, numbers[0], 0) : (numbers[0], numbers[1], numbers[2])
    let own = Self.engineVersion
    if version > own {
      log.warn(
        fields.valueLocation(of: "required_engine_version"),
        "made for a later rule language, \(DisplayText.escaped(text)): this one is that of \(own.0).\(own.1).\(own.2)")
    }
  }

  /// Whether the site has one of that name, which a tenant can neither change nor define anew; said in the log.
  func isOfSite(_ kind: String, _ name: String, _ fields: ItemFields, _ log: inout DiagnosticLog) -> Bool {
    guard let site, site.has(kind, name) else { return false }
    let verb =
      fields.has("append") || fields.has("override") ? "change it"
      : fields.names == ["rule", "enabled"] ? "switch it on or off" : "define it anew"
    log.error(
      fields.location(of: kind), "the \(kind) \(DisplayText.quoted(name)) is the site's: a tenant's file can't \(verb)",
      hint: verb == "define it anew" ? "give this one another name" : "a tenant's files define rules, macros and lists of its own")
    return true
  }

  mutating func undefined(_ kind: String, _ name: String, _ names: [String], _ fields: ItemFields, _ log: inout DiagnosticLog) {
    log.error(
      fields.location(of: kind), "no \(kind) \(DisplayText.quoted(name)) stands before this", hint: hints.hint(name, among: names))
  }

  func missing(_ key: String, _ kind: String, _ fields: ItemFields, _ log: inout DiagnosticLog) {
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
