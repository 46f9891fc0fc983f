internal import Events

/// A path of the agent's API, with its query.
package enum ControlPath {
  /// - Parameter query: names, and values that may hold anything; those without a value are left out.
  package static func of(_ path: String, _ query: KeyValuePairs<String, String?>) -> String {
    let given = query.compactMap { name, value in value.map { "\(name)=\(escaped($0))" } }
    return given.isEmpty ? path : "\(path)?\(given.joined(separator: "&"))"
  }

  /// Every byte that might mean something in a URL as `%HH`.
  static func escaped(_ text: String) -> String {
    var escaped: [UInt8] = []
    for byte in text.utf8 {
      if isPlain(byte) {
        escaped.append(byte)
      } else {
        escaped.append(UInt8(ascii: "%"))
        HexText.append([byte], to: &escaped)
      }
    }
    return String(decoding: escaped, as: UTF8.self)
  }

  private static func isPlain(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"): true
    case UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "~"): true
    default: false
    }
  }
}
