internal import Engine
internal import Events
package import Rules

/// Alerts of one rule that a test asks for.
package struct ExpectedAlert: Sendable {
  package let rule: String
  package let location: SourceLocation
  /// How many there are; ends at `Int.max` where more will do.
  package let count: ClosedRange<Int>
  package let parts: [ExpectedPart]

  /// As people read it: `2 alerts of 'X' with proc.name = "curl"`.
  package var text: String {
    let what = "of \(DisplayText.quoted(rule))"
    let with = parts.isEmpty ? "" : " with \(parts.map(\.text).joined(separator: ", "))"
    let number =
      switch (count.lowerBound, count.upperBound) {
      case (0, 0): "no alert"
      case (let least, .max): least == 1 ? "an alert or more" : "\(least) alerts or more"
      case (let exact, _): exact == 1 ? "one alert" : "\(exact) alerts"
      }
    return "\(number) \(what)\(with)"
  }

  /// The parts that the alert has otherwise; nil: it is another rule's.
  func mismatches(_ alert: Alert) -> [ExpectedPart]? {
    guard alert.rule == rule.asAlertsShowIt else { return nil }
    return parts.filter { !$0.holds(alert) }
  }
}
