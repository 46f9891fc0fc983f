/// A line of the Common Event Format, read by the standard's words alone.
struct CEFLine {
  /// Seven, the first being the version.
  private(set) var header: [String] = []
  private(set) var values: [(key: String, value: String)] = []

  /// nil: not the standard's.
  init?(_ line: [UInt8]) {
    let text = String(decoding: line, as: UTF8.self)
    guard Array(text.utf8) == line, text.hasPrefix("CEF:0|") else { return nil }
    var rest = Array(text.unicodeScalars)[...]
    while header.count < 7 {
      guard let part = Self.take(&rest, until: "|", escapable: ["|", "\\"]) else { return nil }
      header.append(part)
    }
    while !rest.isEmpty {
      // A value goes on to the blank before the next key, or to the end.
      let key = rest.prefix { $0.isASCII && $0.properties.isAlphabetic || ("0"..."9").contains($0) }
      rest = rest.dropFirst(key.count)
      guard !key.isEmpty, rest.popFirst() == "=" else { return nil }
      var value = String.UnicodeScalarView()
      while let scalar = rest.first {
        if scalar == " ", Self.isKey(rest.dropFirst()) { break }
        rest.removeFirst()
        if scalar == "=" { return nil }
        guard scalar == "\\" else {
          value.append(scalar)
          continue
        }
        guard let escaped = rest.popFirst(), ["=", "\\"].contains(escaped) else { return nil }
        value.append(escaped)
      }
      values.append((String(String.UnicodeScalarView(key)), String(value)))
      if rest.first == " " { rest.removeFirst() }
    }
  }

  /// nil: there is none, or it comes twice.
  subscript(key: String) -> String? {
    let found = values.filter { $0.key == key }
    return found.count == 1 ? found[0].value : nil
  }

  private static func isKey(_ rest: ArraySlice<Unicode.Scalar>) -> Bool {
    let key = rest.prefix { $0.isASCII && $0.properties.isAlphabetic || ("0"..."9").contains($0) }
    return !key.isEmpty && rest.dropFirst(key.count).first == "="
  }

  private static func take(
    _ rest: inout ArraySlice<Unicode.Scalar>, until end: Unicode.Scalar, escapable: [Unicode.Scalar]
  ) -> String? {
    var part = String.UnicodeScalarView()
    while let scalar = rest.popFirst() {
      if scalar == end { return String(part) }
      guard scalar == "\\" else {
        part.append(scalar)
        continue
      }
      guard let escaped = rest.popFirst(), escapable.contains(escaped) else { return nil }
      part.append(escaped)
    }
    return nil
  }
}
