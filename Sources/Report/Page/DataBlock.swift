import FoundationEssentials

/// Values as JSON that may stand in a `script` element: it has no character that ends the element, begins a comment, or
/// is a line's end to a script though not to JSON.
enum DataBlock {
  static func bytes(_ value: some Encodable) -> [UInt8] {
    let encoder = JSONEncoder()
    // The same page for the same trace.
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    // Texts and whole numbers alone: this does not throw.
    guard let json = try? encoder.encode(value) else { return Array("null".utf8) }
    return escaped(Array(json))
  }

  /// These characters stand only within JSON's strings, where they may be written by number.
  static func escaped(_ json: [UInt8]) -> [UInt8] {
    var result: [UInt8] = []
    result.reserveCapacity(json.count)
    var index = 0
    while index < json.count {
      let byte = json[index]
      switch byte {
      case UInt8(ascii: "<"): result.append(contentsOf: "\\u003c".utf8)
      case UInt8(ascii: ">"): result.append(contentsOf: "\\u003e".utf8)
      case UInt8(ascii: "&"): result.append(contentsOf: "\\u0026".utf8)
      case 0xE2 where json[index...].starts(with: [0xE2, 0x80, 0xA8]):
        result.append(contentsOf: "\\u2028".utf8)
        index += 2
      case 0xE2 where json[index...].starts(with: [0xE2, 0x80, 0xA9]):
        result.append(contentsOf: "\\u2029".utf8)
        index += 2
      default: result.append(byte)
      }
      index += 1
    }
    return result
  }
}
