import Events
import Rules

extension AlertBuilder {
  static let heldRule = "Alerts held back"
  /// Bytes of a text that all alerts of a window have in common.
  private static let heldLimit = 256

  /// What the alerts of a window have in common, by the event at hand.
  static func heldDetails(_ key: QuietRules.Key, _ state: borrowing State) -> (fields: [AlertField], message: String) {
    switch key {
    case .none, .group: ([], "")
    case .message(let output, _):
      (fields(workloadFields(state), state, limit: heldLimit), message(output, state, limit: heldLimit))
    case .fields(let references, _):
      (
        fields(references, state, limit: heldLimit).map { AlertField(name: "held.by.\($0.name)", value: $0.value) }, ""
      )
    }
  }

  /// - Parameter tenant: by index; -1: not sure whose.
  static func alert(_ summary: HeldSummary, _ rules: QuietRules, tenant: Int32, _ state: borrowing State) -> Alert {
    let held = summary.held
    let source = rules.sources[Int(held.last.source)]
    let last = identifier(held.last, rules, state)
    var fields: [AlertField] = []
    func add(_ name: String, _ text: String) { fields.append(AlertField(name: name, value: .text(text))) }
    func add(_ name: String, _ number: UInt64) {
      fields.append(AlertField(name: name, value: .integer(Int64(clamping: number))))
    }
    if summary.rules == 1 { add("held.rule", text(source.name)) } else { add("held.rules", UInt64(summary.rules)) }
    add("held.count", held.count)
    add("held.reason", summary.reason.name)
    add("held.first.id", identifier(held.first, rules, state))
    add("held.first.time", CivilTime(nanosecondsSince1970: held.first.wallNanoseconds).formatted())
    add("held.last.id", last)
    add("held.last.time", CivilTime(nanosecondsSince1970: held.last.wallNanoseconds).formatted())
    if case .same(let sent, _) = summary.reason { add("held.same.id", identifier(sent, rules, state)) }
    return Alert(
      // Each alert is in one summary only, so that the last of them tells summaries apart.
      id: identifier(state, record: held.last.record, rule: "\(heldRule)\0\(last)"), recordNumber: held.last.record,
      timestampNanoseconds: held.last.wallNanoseconds, node: text(state.stream.node), rule: heldRule,
      ruleDescription: "Alerts that were too many to be told one by one: they are counted here, and nowhere else",
      priority: held.priority, tags: (summary.rules == 1 ? source.tags.map { text($0) } : []) + ["selvage"],
      tenant: state.tenantName(tenant), facility: state.facility(tenant), event: held.last.kind.name,
      message: message(summary, rules, tenant), fields: fields + held.fields)
  }

  private static func identifier(_ mark: HeldBack.Mark, _ rules: QuietRules, _ state: borrowing State) -> String {
    let source = rules.sources[Int(mark.source)]
    return identifier(state, record: mark.record, rule: identifying(source.name, source.scope, state) + mark.suffix)
  }

  /// `12 alerts of "Shell by a web server" held back, proc.name=curl: more than 5 within 60s; records 17 to 42`.
  private static func message(_ summary: HeldSummary, _ rules: QuietRules, _ tenant: Int32) -> String {
    let held = summary.held
    var message = "\(held.count) \(held.count == 1 ? "alert" : "alerts") of "
    message += summary.rules == 1 ? "\"\(text(rules.sources[Int(held.last.source)].name))\"" : "\(summary.rules) rules"
    message += " held back"
    for field in held.fields where field.name.hasPrefix("held.by.") {
      message += ", \(field.name.dropFirst("held.by.".utf8.count))=\(field.value.shown)"
    }
    for field in held.fields where field.name.hasPrefix("correlation.by.") {
      message += ", \(field.name.dropFirst("correlation.by.".utf8.count))=\(field.value.shown)"
    }
    switch summary.reason {
    case .same(_, let seconds): message += ": within \(TimeSpan.text(Int(clamping: seconds))) of one that says the same"
    case .throttle(let limit, let seconds):
      message += ": more than \(limit) within \(TimeSpan.text(Int(clamping: seconds)))"
    case .budget(let overrun):
      var reasons: [String] = []
      if overrun.rule > 0 { reasons.append("\(overrun.rule) above \(rules.alertsOfRule) a minute of a rule") }
      if overrun.tenant > 0 {
        reasons.append("\(overrun.tenant) above \(rules.alertsOfTenant(tenant)) a minute of priority \(held.priority.name)")
      }
      if overrun.throttle > 0 { reasons.append("\(overrun.throttle) alike, of more kinds than are told one by one") }
      message += ": " + reasons.joined(separator: ", ")
    }
    message += "; records \(held.first.record) to \(held.last.record)"
    if !held.message.isEmpty { message += "; each: \(held.message)" }
    return message.utf8.count <= messageLimit ? message : cut(message)
  }
}
