package import Engine
internal import Events
package import Rules

/// An alert as a line for people: `08:15:00.123 Warning       m1234 Rule: output`, the time in UTC; the tenant only where
/// there are some, `?` where it is not sure which.
package enum TerminalFormat {
  /// As wide as the longest name of a priority.
  private static let priorityWidth = 13

  /// Without the newline.
  /// - Parameter limit: bytes of the line without colours, see ``AlertFormat/line(for:place:limit:)``.
  package static func line(for alert: Alert, colours: Bool, limit: Int = .max) -> [UInt8] {
    AlertExcerpt.fit(alert, nil, limit: limit) { line($0, colours: colours) }
  }

  private static func line(_ excerpt: AlertExcerpt, colours: Bool) -> [UInt8] {
    let alert = excerpt.alert
    var line: [UInt8] = []
    let time = CivilTime(nanosecondsSince1970: alert.timestampNanoseconds).formatted(fractionDigits: 3)
    line.append(contentsOf: time.utf8.dropFirst(11).dropLast())  // `2026-11-24T` and `Z`
    line.append(" ")
    let name = alert.priority.name
    if colours { line.append(colour(alert.priority)) }
    line.append(contentsOf: name.utf8)
    if colours { line.append("\u{1B}[0m") }
    line.append(contentsOf: repeatElement(UInt8(ascii: " "), count: max(0, priorityWidth - name.utf8.count) + 1))
    if let tenant = alert.tenant ?? alert.identity.map({ _ in "?" }) {
      line.append(harmless: excerpt.text(tenant))
      line.append(" ")
    }
    line.append(harmless: excerpt.text(alert.rule))
    line.append(": ")
    line.append(harmless: excerpt.text(alert.message))
    return line
  }

  /// A priority's name, as a terminal shows it in colour.
  package static func coloured(_ priority: Priority) -> String { "\(colour(priority))\(priority.name)\u{1B}[0m" }

  private static func colour(_ priority: Priority) -> StaticString {
    switch priority {
    case .emergency, .alert, .critical: "\u{1B}[1;31m"  // bold red
    case .error: "\u{1B}[31m"  // red
    case .warning: "\u{1B}[33m"  // yellow
    case .notice: "\u{1B}[36m"  // cyan
    case .informational: "\u{1B}[32m"  // green
    case .debug: "\u{1B}[2m"  // faint
    }
  }
}
