internal import FoundationEssentials

/// A value as JSON, with its newline.
enum JSONBytes {
  static func of(_ value: some Encodable) -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    // Texts and numbers can't fail, but for a number that is none.
    guard let data = try? encoder.encode(value) else { return Array("{}\n".utf8) }
    return Array(data) + [UInt8(ascii: "\n")]
  }
}
