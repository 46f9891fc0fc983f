import Delivery
import Engine
import Events
import Rules

enum Sample {
  /// 2026-11-24T08:15:00.123456789Z
  static let timestamp: Int64 = 1_795_508_100_123_456_789

  static func alert(
    id: String = "b7d1-42-9f", number: UInt64 = 42, node: String = "node-1", rule: String = "Shell by a web server",
    description: String = "A shell that a web server started", priority: Priority = .warning,
    tags: [String] = ["network", "T1059"], tenant: String? = nil, facility: SyslogFacility? = nil,
    identity: Identity? = nil, event: String = "execve",
    message: String = "Shell bash started by nginx (pid 7)",
    fields: [AlertField] = [
      AlertField(name: "proc.name", value: .text("bash")), AlertField(name: "proc.pid", value: .integer(7)),
      AlertField(name: "proc.is_exe_setuid", value: .boolean(false)),
    ]
  ) -> Alert {
    Alert(
      id: id, recordNumber: number, timestampNanoseconds: timestamp, node: node, rule: rule,
      ruleDescription: description, priority: priority, tags: tags, tenant: tenant, facility: facility,
      identity: identity, event: event, message: message, fields: fields)
  }

  /// As few bytes as a message can have.
  static func bare(_ message: String = "m", fields: [AlertField] = []) -> Alert {
    alert(id: "i", number: 1, node: "n", rule: "r", tags: [], event: "e", message: message, fields: fields)
  }

  /// Every way out of a line, a field or an encoding that comes to mind, as an engine without scruples lets it through.
  static let hostile =
    "a\nb\r\n<0>1 - - - - - - forged\u{0}\u{1B}[2J\u{7F}\u{85}\u{2028}\u{2029}\u{202E}\u{FEFF}"
    + "]\"][x@1 y=\"z\\\"\\é\u{1F600}\\xff"
  /// What is left of it for readers of lines.
  static let hostileShown =
    "a\\x0ab\\x0d\\x0a<0>1 - - - - - - forged\\x00\\x1b[2J\\x7f\\u{85}\\u{2028}\\u{2029}\\u{202e}\\u{feff}"
    + "]\"][x@1 y=\"z\\\"\\é\u{1F600}\\xff"
}

extension SinkStatus {
  /// Offered, delivered, refused, failed, waiting.
  var settled: [UInt64] { [counts.offered, counts.delivered, counts.refused, counts.failed, counts.waiting] }

  var reconciles: Bool {
    let counts = counts
    return counts.offered
      == counts.filtered + counts.delivered + counts.refused + counts.failed + counts.dropped + counts.waiting
  }
}
