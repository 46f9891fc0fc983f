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

  let rule: String
  let file: String
  let line: Int
  let record: UInt64
  let event: String
  let time: String
  let fires: Bool
  let parts: [Part]

  init(_ rule: Rule, _ explanation: Explanation) {
    self.rule = rule.name
    file = rule.location.file
    line = rule.location.line
    record = explanation.recordNumber
    event = explanation.event
    time = CivilTime(nanosecondsSince1970: explanation.timestampNanoseconds).formatted()
    fires = explanation.fires
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
    let decisive = parts.filter(\.decided)
    guard !decisive.isEmpty else { return lines.joined(separator: "\n") }
    lines += ["", decisive.count == 1 ? "An absent field decided:" : "Absent fields decided:"]
    for part in decisive { lines.append("  \(Self.cut(part.text)) is false, as the field has no value") }
    lines.append("Were that otherwise, the rule would \(fires ? "not fire" : "fire").")
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
