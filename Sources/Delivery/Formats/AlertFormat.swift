package import Engine

/// How an alert is written as one line of UTF-8: without a newline, the bytes depending on the alert and its place alone.
package enum AlertFormat: String, CaseIterable, Sendable {
  /// For people, see ``TerminalFormat``.
  case text
  case json
  /// `@cee: ` and the JSON: the mark by which syslog receivers know that a message is JSON (rsyslog's mmjsonparse).
  case cee
  case cef
  case ocsf
  case ecs

  /// Room for what tells which alert it is, however long its parts are.
  package static let smallestLimit = 1280

  /// A JSON value a line.
  package var isJSON: Bool {
    switch self {
    case .json, .ocsf, .ecs: true
    case .text, .cee, .cef: false
    }
  }

  private static let cookie = "@cee: "

  /// - Parameters:
  ///   - place: nil: it is not numbered.
  ///   - limit: bytes, at least ``smallestLimit``. What is longer is cut as ``AlertExcerpt`` says, and says so.
  package func line(for alert: Alert, place: Place?, limit: Int = .max) -> [UInt8] {
    switch self {
    case .text: TerminalFormat.line(for: alert, colours: false, limit: limit)
    case .json: JSONFormat.line(for: alert, place: place, limit: limit)
    case .cee: Self.cookie.utf8 + JSONFormat.line(for: alert, place: place, limit: limit - Self.cookie.utf8.count)
    case .cef: CEFFormat.line(for: alert, place: place, limit: limit)
    case .ocsf: OCSFFormat.line(for: alert, place: place, limit: limit)
    case .ecs: ECSFormat.line(for: alert, place: place, limit: limit)
    }
  }
}
