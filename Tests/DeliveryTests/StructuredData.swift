/// Structured data and text of a message, read by the grammar of RFC 5424 alone.
struct StructuredData {
  private(set) var elements: [(name: String, parameters: [(name: String, value: String)])] = []
  /// Without the byte order mark.
  private(set) var message = ""

  /// nil: not the grammar's.
  init?(_ text: String) {
    var rest = Array(text.unicodeScalars)[...]
    func take(_ scalar: Unicode.Scalar) -> Bool {
      guard rest.first == scalar else { return false }
      rest.removeFirst()
      return true
    }
    /// SD-NAME
    func name() -> String? {
      let name = rest.prefix { (0x21...0x7E).contains($0.value) && !["=", "]", "\""].contains($0) }
      rest.removeFirst(name.count)
      return (1...32).contains(name.count) ? String(String.UnicodeScalarView(name)) : nil
    }
    for _ in 0..<6 {  // the header
      let part = rest.prefix { (0x21...0x7E).contains($0.value) }
      rest.removeFirst(part.count)
      guard !part.isEmpty, take(" ") else { return nil }
    }
    while take("[") {
      guard let id = name() else { return nil }
      var parameters: [(name: String, value: String)] = []
      while take(" ") {
        guard let name = name(), take("="), take("\"") else { return nil }
        var value = String.UnicodeScalarView()
        while let next = rest.popFirst(), next != "\"" {
          if next == "]" { return nil }
          guard next == "\\" else {
            value.append(next)
            continue
          }
          guard let escaped = rest.popFirst(), ["\"", "\\", "]"].contains(escaped) else { return nil }
          value.append(escaped)
        }
        parameters.append((name, String(value)))
      }
      guard take("]") else { return nil }
      elements.append((id, parameters))
    }
    guard !elements.isEmpty, take(" ") else { return nil }
    let hasMark = take("\u{FEFF}")
    guard hasMark || rest.allSatisfy(\.isASCII) else { return nil }
    message = String(String.UnicodeScalarView(rest))
  }

  /// An element's parameters; nil: there is none, or it has a name twice.
  subscript(name: String) -> [String: String]? {
    guard let element = elements.first(where: { $0.name == name }) else { return nil }
    let parameters = Dictionary(element.parameters.map { ($0.name, $0.value) }) { first, _ in first }
    return parameters.count == element.parameters.count ? parameters : nil
  }
}
