internal import Events

extension ItemCollector {
  private static let keys = [
    "rule", "condition", "output", "desc", "priority", "tags", "enabled", "source", "exceptions", "warn_evttypes",
    "skip-if-unknown-filter", "capture", "capture_duration", "append", "override", "throttle",
  ]
  private static let appendable = ["condition", "output", "desc", "tags", "exceptions"]
  private static let replaceable =
    appendable + ["priority", "enabled", "warn_evttypes", "skip-if-unknown-filter", "capture", "capture_duration", "throttle"]

  /// What an item of a rule says; nil: nothing, or something that the log tells of.
  private struct Parts {
    var condition: ItemText?
    var output: ItemText?
    var description: String?
    var priority: Priority?
    var tags: [String]?
    var exceptions: [ExceptionReader.Item]?
    var throttle: Throttle?
    var isEnabled: Bool?
    var skipsUnknownFields: Bool?
    var warnsOfAllKinds: Bool?
  }

  mutating func collectRule(_ fields: ItemFields, file: Int, log: inout DiagnosticLog) {
    fields.checkKeys(known: Self.keys, log: &log)
    let change = ItemChange.read(
      fields, kind: "rule", appendable: Self.appendable, replaceable: Self.replaceable, old: ["condition", "exceptions"],
      log: &log)
    guard let name = fields.text("rule", log: &log)?.text, change != .broken, !isOfSite("rule", name, fields, &log)
    else { return }
    if fields.names == ["rule", "enabled"] {
      guard let isEnabled = fields.boolean("enabled", log: &log) else { return }
      if !rules.update(name, { $0.isEnabled = isEnabled }) { undefined("rule", name, rules.names, fields, &log) }
      return
    }
    if let source = fields.text("source", log: &log)?.text, source != "syscall" {
      return log.warn(
        fields.valueLocation(of: "source"), "unknown source \(DisplayText.quoted(source)): the rule is left out",
        hint: NearestName.hint(source, among: ["syscall"]))
    }
    if case .some(let changes) = change {
      return changeRule(name, changes, parts(of: fields, file, &log), fields, &log)
    }
    for key in ["condition", "output", "desc", "priority"] where !fields.has(key) { missing(key, "rule", fields, &log) }
    let parts = parts(of: fields, file, &log)
    // The rest is said by now. What is left is checked for more, though the rule is lost.
    guard let condition = parts.condition, let output = parts.output else { return }
    var rule = RuleItem(
      name: name, condition: [condition], output: [output], description: parts.description ?? "",
      priority: parts.priority ?? .debug, tags: parts.tags ?? [], throttle: parts.throttle,
      isEnabled: parts.isEnabled ?? true, skipsUnknownFields: parts.skipsUnknownFields ?? false,
      warnsOfAllKinds: parts.warnsOfAllKinds ?? true, location: fields.location(of: "rule"))
    ExceptionReader.merge(parts.exceptions ?? [], into: &rule.exceptions, log: &log)
    rules.define(name, rule)
  }

  private mutating func changeRule(
    _ name: String, _ changes: [String: ItemChange], _ parts: Parts, _ fields: ItemFields, _ log: inout DiagnosticLog
  ) {
    guard let index = rules.index(of: name) else { return undefined("rule", name, rules.names, fields, &log) }
    var rule = rules.entries[index].item
    func appends(_ key: String) -> Bool { changes[key] == .append }
    func changed(_ key: String) -> Bool { changes[key] != nil }
    if changed("condition"), let condition = parts.condition {
      rule.condition = appends("condition") ? rule.condition + [condition] : [condition]
    }
    if changed("output"), let output = parts.output { rule.output = appends("output") ? rule.output + [output] : [output] }
    if changed("desc"), let text = parts.description {
      rule.description = appends("desc") && !rule.description.isEmpty ? "\(rule.description) \(text)" : text
    }
    if changed("tags"), let tags = parts.tags {
      rule.tags = appends("tags") ? rule.tags + tags.filter { !rule.tags.contains($0) } : tags
    }
    if changed("exceptions"), let exceptions = parts.exceptions {
      if !appends("exceptions") { rule.exceptions = [] }
      ExceptionReader.merge(exceptions, into: &rule.exceptions, log: &log)
    }
    if changed("priority"), let priority = parts.priority { rule.priority = priority }
    if changed("enabled"), let isEnabled = parts.isEnabled { rule.isEnabled = isEnabled }
    if changed("warn_evttypes"), let warns = parts.warnsOfAllKinds { rule.warnsOfAllKinds = warns }
    if changed("skip-if-unknown-filter"), let skips = parts.skipsUnknownFields { rule.skipsUnknownFields = skips }
    if changed("throttle") { rule.throttle = parts.throttle }
    _ = rules.update(name) { $0 = rule }
  }

  private func parts(of fields: ItemFields, _ file: Int, _ log: inout DiagnosticLog) -> Parts {
    var parts = Parts()
    parts.condition = fields.text("condition", log: &log).map { ItemText(scalar: $0, file: file) }
    parts.output = fields.text("output", log: &log).map { ItemText(scalar: $0, file: file) }
    parts.description = fields["desc"]?.scalar?.text.trimmed
    if fields.has("desc"), parts.description == nil { log.error(fields.valueLocation(of: "desc"), "'desc' must be a text") }
    parts.priority = priority(fields, &log)
    parts.tags = fields.texts("tags", log: &log)
    parts.exceptions = ExceptionReader(fields: fields, file: file).read(log: &log)
    parts.throttle = ThrottleReader.read(fields, log: &log)
    parts.isEnabled = fields.boolean("enabled", log: &log)
    parts.skipsUnknownFields = fields.boolean("skip-if-unknown-filter", log: &log)
    parts.warnsOfAllKinds = fields.boolean("warn_evttypes", log: &log)
    _ = fields.integer("capture_duration", range: 0...Int(Int32.max), log: &log)
    if fields.boolean("capture", log: &log) == true {
      log.warn(fields.location(of: "capture"), "'capture' is not supported yet, and ignored")
    }
    return parts
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
}
