internal import Events

/// The text format of OpenMetrics 1.0: https://github.com/OpenObservability/OpenMetrics/blob/main/specification/OpenMetrics.md
struct OpenMetricsText {
  static let contentType = "application/openmetrics-text; version=1.0.0; charset=utf-8"

  enum Kind: String { case counter, gauge, histogram, info }

  private var text = ""

  /// Begins a family; its samples follow.
  /// - Parameter name: without the endings that the kind asks for, as `_total`, but with that of the unit.
  mutating func family(_ name: String, _ kind: Kind, unit: String? = nil, _ help: String) {
    text += "# TYPE \(name) \(kind.rawValue)\n"
    if let unit { text += "# UNIT \(name) \(unit)\n" }
    text += "# HELP \(name) \(Self.escaped(help))\n"
  }

  mutating func sample(_ name: String, labels: KeyValuePairs<String, String> = [:], _ value: UInt64) {
    line(name, labels, String(value))
  }

  mutating func sample(_ name: String, labels: KeyValuePairs<String, String> = [:], seconds: Double) {
    line(name, labels, String(seconds))
  }

  private mutating func line(_ name: String, _ labels: KeyValuePairs<String, String>, _ value: String) {
    text += name
    if !labels.isEmpty {
      text += "{" + labels.map { "\($0.key)=\"\(Self.escaped($0.value))\"" }.joined(separator: ",") + "}"
    }
    text += " \(value)\n"
  }

  /// The whole; nothing may follow.
  consuming func finished() -> [UInt8] { Array((text + "# EOF\n").utf8) }

  /// Backslash, quote and line feed (`escaped-char`); whatever else may act on a terminal is shown.
  private static func escaped(_ text: String) -> String {
    EscapedText.escaped(text.utf8, limit: 4096).reduce(into: "") { result, character in
      if character == "\\" || character == "\"" { result += "\\" }
      result.append(character)
    }
  }
}
