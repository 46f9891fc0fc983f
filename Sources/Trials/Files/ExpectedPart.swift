internal import Engine
internal import Events
package import Rules

/// What one part of an alert should be.
package struct ExpectedPart: Sendable {
  package enum Subject: Sendable {
    case priority, tenant, event, output
    case field(FieldReference)
    /// What only alerts have: `correlation.count`.
    case ofCorrelation(String)

    /// As a test writes it.
    package var name: String {
      switch self {
      case .priority: "priority"
      case .tenant: "tenant"
      case .event: "event"
      case .output: "output"
      case .field(let field): field.name
      case .ofCorrelation(let name): name
      }
    }
  }

  package enum Pattern: Sendable {
    case text(String)
    case glob(Glob)
    /// A good one, kept as text: what it unfolds to would be large for thousands of tests.
    case regex([UInt8])
  }

  package let subject: Subject
  package let pattern: Pattern

  package var text: String {
    let name = DisplayText.escaped(subject.name)
    return switch pattern {
    case .text(let text): "\(name) = \(Self.quoted(text))"
    case .glob(let glob): "\(name) glob \(Self.quoted(String(decoding: glob.pattern, as: UTF8.self)))"
    case .regex(let regex): "\(name) regex \(Self.quoted(String(decoding: regex, as: UTF8.self)))"
    }
  }

  /// What the alert has there; nil: nothing.
  func value(_ alert: Alert) -> String? {
    switch subject {
    case .priority: return alert.priority.name
    case .tenant: return alert.tenant
    case .event: return alert.event
    case .output: return alert.message
    case .field, .ofCorrelation:
      let name = subject.name.asAlertsShowIt
      return alert.fields.first { $0.name == name }?.value.shown
    }
  }

  /// False if the alert has nothing there.
  func holds(_ alert: Alert) -> Bool {
    guard let value = value(alert) else { return false }
    switch pattern {
    case .text(let text): return value == text
    case .glob(let glob): return Self.withBytes(value) { glob.matches($0) }
    case .regex(let pattern):
      guard let regex = try? RegularExpression(pattern) else { return false }
      return Self.withBytes(value) { regex.matches($0) }
    }
  }

  private static func withBytes(_ text: String, _ body: (RawSpan) -> Bool) -> Bool {
    let bytes = Array(text.utf8)
    return body(bytes.span.bytes)
  }

  static func quoted(_ text: String) -> String { "\"\(DisplayText.escaped(text, limit: 200))\"" }
}

extension String {
  /// Names in alerts are escaped, as all their text is.
  var asAlertsShowIt: String { EscapedText.escaped(utf8, limit: 4096) }
}
