package import Engine
internal import Events
internal import Rules

/// An alert as a JSON object (RFC 8259) on a line of its own: `time`, `node`, `tenant` if there is one, `identity` if that
/// is not known, `rule`, `priority`, `event`, `id`, `record`, `tags`, `output`, `description`, and `fields`, an object in
/// the alert's order. The bytes depend on the alert alone.
package enum JSONFormat {
  /// Without the newline.
  package static func line(for alert: Alert) -> [UInt8] {
    var line: [UInt8] = []
    line.reserveCapacity(1024)
    line.append("{\"time\":\"")
    line.append(contentsOf: CivilTime(nanosecondsSince1970: alert.timestampNanoseconds).formatted().utf8)
    line.append("\",\"node\":")
    append(alert.node, to: &line)
    if let tenant = alert.tenant {
      line.append(",\"tenant\":")
      append(tenant, to: &line)
    }
    if let identity = alert.identity {
      line.append(",\"identity\":")
      append(identity.name, to: &line)
    }
    line.append(",\"rule\":")
    append(alert.rule, to: &line)
    line.append(",\"priority\":")
    append(alert.priority.name, to: &line)
    line.append(",\"event\":")
    append(alert.event, to: &line)
    line.append(",\"id\":")
    append(alert.id, to: &line)
    line.append(",\"record\":")
    line.append(number: alert.recordNumber)
    line.append(",\"tags\":[")
    for (index, tag) in alert.tags.enumerated() {
      if index > 0 { line.append(",") }
      append(tag, to: &line)
    }
    line.append("],\"output\":")
    append(alert.message, to: &line)
    line.append(",\"description\":")
    append(alert.ruleDescription, to: &line)
    line.append(",\"fields\":{")
    for (index, field) in alert.distinctFields.enumerated() {
      if index > 0 { line.append(",") }
      append(field.name, to: &line)
      line.append(":")
      switch field.value {
      case .text(let text): append(text, to: &line)
      case .integer(let number): line.append(number: number)
      case .boolean(let isTrue): line.append(isTrue ? "true" : "false")
      }
    }
    line.append("}}")
    return line
  }

  private static func append(_ text: String, to line: inout [UInt8]) { JSONString.append(text.utf8, to: &line) }
}
