internal import Events

/// What a line that a receiver wrote tells of the alert's place among those of its sink: a syslog message with its structured
/// data, whatever its text is, or JSON as ``JSONFormat`` has it, with or without something before it.
package struct ReceivedLine: Sendable, Equatable {
  package enum Content: Sendable, Equatable {
    /// An alert, and the one that went before it; 0: none.
    case alert(UInt64, previous: UInt64)
    /// A heartbeat: the last alert that was delivered, and the seconds until the next heartbeat.
    case heartbeat(last: UInt64, seconds: UInt64)
  }

  package let series: String
  /// As the line names it; nil: it doesn't.
  package let node: String?
  package let content: Content

  /// Longer ones are nobody's.
  private static let longestSeries = 64

  /// - Returns: nil: the line is something else, or its alert isn't numbered.
  package init?(_ line: [UInt8]) {
    guard let values = Self.structured(line) ?? Self.json(line) else { return nil }
    let isHeartbeat = values["rule"] == Heartbeat.rule && values["last.seq"] != nil
    guard let series = values[isHeartbeat ? "last.series" : "series"], !series.isEmpty, series.utf8.count <= Self.longestSeries,
      let sequence = UInt64(values[isHeartbeat ? "last.seq" : "seq"] ?? "")
    else { return nil }
    self.series = series
    node = values["node"]
    if isHeartbeat {
      content = .heartbeat(last: sequence, seconds: UInt64(values["heartbeat.seconds"] ?? "") ?? 0)
    } else {
      guard let previous = UInt64(values["prev"] ?? ""), previous < sequence else { return nil }
      content = .alert(sequence, previous: previous)
    }
  }

  private static let names: Set = ["rule", "node", "series", "seq", "prev", "last.series", "last.seq", "heartbeat.seconds"]

  /// RFC 5424, 6.3: `[alert@32473 name="value" ...]`, and the event's element behind it.
  private static func structured(_ line: [UInt8]) -> [String: String]? {
    guard var at = find("[alert@32473 ", in: line) else { return nil }
    var values: [String: String] = [:]
    if line.starts(with: "<".utf8) {
      // `<PRI>1 TIME HOST`, where a receiver keeps the whole message.
      let parts = line[..<at].split(separator: UInt8(ascii: " "), maxSplits: 3)
      if parts.count > 2 { values["node"] = String(decoding: parts[2], as: UTF8.self) }
    }
    while at < line.count, line[at] == UInt8(ascii: "[") {
      guard let blank = line[at...].firstIndex(where: { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "]") }) else { return nil }
      at = blank
      while at < line.count, line[at] == UInt8(ascii: " ") {
        guard let equals = line[at...].firstIndex(of: UInt8(ascii: "=")), equals + 1 < line.count,
          line[equals + 1] == UInt8(ascii: "\"")
        else { return nil }
        let name = String(decoding: line[(at + 1)..<equals], as: UTF8.self)
        var value: [UInt8] = []
        at = equals + 2
        while at < line.count, line[at] != UInt8(ascii: "\"") {
          if line[at] == UInt8(ascii: "\\"), at + 1 < line.count { at += 1 }
          value.append(line[at])
          at += 1
        }
        guard at < line.count else { return nil }
        at += 1
        if names.contains(name), values[name] == nil { values[name] = String(decoding: value, as: UTF8.self) }
      }
      guard at < line.count, line[at] == UInt8(ascii: "]") else { return nil }
      at += 1
    }
    return values
  }

  private static func json(_ line: [UInt8]) -> [String: String]? {
    guard let start = line.firstIndex(of: UInt8(ascii: "{")) else { return nil }
    return line[start...].withUnsafeBytes { bytes in
      var values: [String: String] = [:]
      var cursor = JSONCursor(bytes)
      do throws(JSONCursor.Fault) {
        try read(&cursor, into: &values, isWithin: false)
        return values
      } catch {
        return nil
      }
    }
  }

  private static func read(
    _ cursor: inout JSONCursor, into values: inout [String: String], isWithin: Bool
  ) throws(JSONCursor.Fault) {
    var key: [UInt8] = []
    var found: [(String, String)] = []
    var fields: [String: String] = [:]
    try cursor.object(&key) { (cursor, key, _) throws(JSONCursor.Fault) in
      let name = String(decoding: key, as: UTF8.self)
      switch cursor.peek() {
      case UInt8(ascii: "{") where name == "fields" && !isWithin: try read(&cursor, into: &fields, isWithin: true)
      case UInt8(ascii: "\"") where names.contains(name):
        var text: [UInt8] = []
        try cursor.string(into: &text)
        found.append((name, String(decoding: text, as: UTF8.self)))
      case let byte? where (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) && names.contains(name):
        found.append((name, String(try cursor.integer(0, .max))))
      default: try cursor.skipValue()
      }
    }
    values.merge(found) { first, _ in first }
    // What the event says of itself may not stand for what the alert says.
    for name in ["last.series", "last.seq", "heartbeat.seconds"] { values[name] = values[name] ?? fields[name] }
  }

  private static func find(_ text: StaticString, in line: [UInt8]) -> Int? {
    text.withUTF8Buffer { text in
      guard line.count >= text.count else { return nil }
      return (0...(line.count - text.count)).first { line[$0] == text[0] && line[$0..<($0 + text.count)].elementsEqual(text) }
    }
  }
}
