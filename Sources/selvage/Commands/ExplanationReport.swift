internal import Engine
internal import Events
internal import Rules

/// An explanation, for people and programs.
struct ExplanationReport: Encodable {
  /// A part of the condition; what belongs to it follows, one deeper.
  struct Part: Encodable {
    let depth: Int
    let text: String
    /// Names of the macros that it came of, an outer one first.
    let macros: [String]
    let value: Bool
    /// The field's content; none of what is no comparison.
    let contents: [String]
    let absent: Bool
    let decided: Bool

    /// `spawned: evt.type = execve`.
    var named: String { (macros + [text]).joined(separator: ": ") }
  }

  /// Which workloads the rule sees.
  struct Scope: Encodable {
    let rulesOf: String
    let seesWorkload: Bool
    /// Whose the workload is; several: whose it may be.
    let tenants: [String]

    var text: String {
      let more = tenants.count > 5 ? ", and \(tenants.count - 5) more" : ""
      let names = tenants.prefix(5).map { DisplayText.escaped($0) }.joined(separator: ", ") + more
      let whose = tenants.count == 1 ? "The workload is of the tenant \(names)" : "Whose the workload is is not sure: \(names)"
      let rule = "the rule is one of \(DisplayText.escaped(rulesOf))"
      return seesWorkload ? "\(whose); \(rule)." : "\(whose); \(rule), which it does not see."
    }
  }

  let rule: String
  let file: String
  let line: Int
  let record: UInt64
  let event: String
  let time: String
  let fires: Bool
  /// Only with tenants.
  let scope: Scope?
  let parts: [Part]

  init(_ rule: Rule, _ explanation: Explanation) {
    self.rule = rule.name
    file = rule.location.file
    line = rule.location.line
    record = explanation.recordNumber
    event = explanation.event
    time = CivilTime(nanosecondsSince1970: explanation.timestampNanoseconds).formatted()
    fires = explanation.fires
    scope = explanation.scope.map { Scope(rulesOf: $0.text, seesWorkload: $0.containsWorkload, tenants: $0.tenants) }
    parts = explanation.parts.map {
      Part(
        depth: $0.depth, text: $0.text, macros: $0.macros, value: $0.value, contents: $0.contents, absent: $0.isAbsent, decided: $0.decided)
    }
  }

  var text: String {
    var lines = [
      "\(DisplayText.escaped(rule, limit: 1024)) (\(DisplayText.escaped(file, limit: 4096)):\(line))",
      "record \(record), \(event) at \(time): \(fires ? "fires" : "does not fire")", "",
    ]
    // Comparisons of a like length stand in columns.
    let width = parts.map { Self.indented($0).count }.filter { $0 <= 60 }.max() ?? 0
    for part in parts {
      let text = Self.indented(part)
      let value = part.value ? "true   " : "false  "
      let content = Self.content(part)
      if content.isEmpty || text.count > width {
        lines.append(value + text)
        if !content.isEmpty { lines.append("       \(text.prefix { $0 == " " })    \(content)") }
      } else {
        lines.append(value + text + String(repeating: " ", count: width - text.count + 2) + content)
      }
    }
    if let scope { lines += ["", scope.text] }
    let decisive = parts.filter(\.decided)
    guard !decisive.isEmpty else { return lines.joined(separator: "\n") }
    lines += ["", decisive.count == 1 ? "An absent field decided:" : "Absent fields decided:"]
    for part in decisive { lines.append("  \(Self.cut(part.text)) is false, as the field has no value") }
    let holds = parts.first?.value ?? fires
    let name = scope?.seesWorkload == false ? "condition" : "rule"
    lines.append("Were that otherwise, the \(name) would \(holds ? "not " : "")\(name == "rule" ? "fire" : "hold").")
    return lines.joined(separator: "\n")
  }

  private static func indented(_ part: Part) -> String {
    // Deep ones would be out of sight.
    String(repeating: " ", count: min(part.depth, 40) * 2) + cut(part.named)
  }

  private static func content(_ part: Part) -> String {
    if part.absent { return "absent, so false" + (part.decided ? " <- decided" : "") }
    return part.contents.joined(separator: ", ")
  }

  /// A list may have thousands of values.
  private static func cut(_ text: String) -> String { text.count <= 200 ? text : "\(text.prefix(200))..." }
}
