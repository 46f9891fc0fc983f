/// Changes that modifiers make to values. Each gives one value or several, of which any may be found.
enum SigmaEncoding {
  enum ByteOrder: Hashable, Sendable {
    case little, big
    /// Little, after a byte order mark.
    case marked
  }

  /// - Parameter offset: in the file, for the error.
  static func values(
    of value: SigmaValue, by transformation: SigmaModifiers.Transformation, at offset: Int
  ) throws(SigmaError) -> [SigmaValue] {
    switch transformation {
    case .dashes: return dashes(value)
    case .utf16(let order): return [try utf16(value, order, offset)]
    case .base64: return [SigmaValue(bytes: base64(try plain(value, offset)))]
    case .base64Offset:
      let bytes = try plain(value, offset)
      return (0..<3).map { SigmaValue(bytes: base64(bytes, shiftedBy: $0)) }
    }
  }

  private static func plain(_ value: SigmaValue, _ offset: Int) throws(SigmaError) -> [UInt8] {
    guard let bytes = value.bytes else {
      throw SigmaError(at: offset, "a value with wildcards can't be turned into base64")
    }
    return bytes
  }

  /// The value with each of the characters that Windows takes for an option's `-`, in the place of each `-` or `/` that a
  /// word follows and none stands before.
  private static func dashes(_ value: SigmaValue) -> [SigmaValue] {
    var places: Set<Int> = []
    for (place, element) in value.elements.enumerated() {
      guard element == .byte(UInt8(ascii: "-")) || element == .byte(UInt8(ascii: "/")) else { continue }
      if isWord(value, place + 1), !isWord(value, place - 1) { places.insert(place) }
    }
    if places.isEmpty { return [value] }
    return ["-", "/", "\u{2013}", "\u{2014}", "\u{2015}"].map { dash in
      let written = dash.utf8.map { Wildcard.Element.byte($0) }
      return SigmaValue(value.elements.enumerated().flatMap { places.contains($0.offset) ? written : [$0.element] })
    }
  }

  private static func isWord(_ value: SigmaValue, _ place: Int) -> Bool {
    guard value.elements.indices.contains(place), case .byte(let byte) = value.elements[place] else { return false }
    return ConditionScanner.isWord(byte) || byte >= 0x80
  }

  private static func utf16(_ value: SigmaValue, _ order: ByteOrder, _ offset: Int) throws(SigmaError) -> SigmaValue {
    var elements: [Wildcard.Element] = order == .marked ? [.byte(0xFF), .byte(0xFE)] : []
    var run: [UInt8] = []
    func encode() throws(SigmaError) {
      guard let text = String(validating: run, as: UTF8.self) else {
        throw SigmaError(at: offset, "bytes that are no text can't be turned into UTF-16")
      }
      for unit in text.utf16 {
        let bytes = [UInt8(truncatingIfNeeded: unit), UInt8(truncatingIfNeeded: unit >> 8)]
        elements += (order == .big ? bytes.reversed() : bytes).map { .byte($0) }
      }
      run = []
    }
    for element in value.elements {
      if case .byte(let byte) = element { run.append(byte); continue }
      try encode()
      elements.append(element)
    }
    try encode()
    return SigmaValue(elements)
  }

  private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

  /// With its padding.
  static func base64(_ bytes: [UInt8]) -> [UInt8] {
    var result: [UInt8] = []
    for start in stride(from: 0, to: bytes.count, by: 3) {
      let group = bytes[start..<min(start + 3, bytes.count)]
      var bits: UInt32 = 0
      for index in 0..<3 { bits = bits << 8 | (index < group.count ? UInt32(group[start + index]) : 0) }
      for index in 0..<4 {
        result.append(index <= group.count ? alphabet[Int(bits >> UInt32(18 - 6 * index)) & 63] : UInt8(ascii: "="))
      }
    }
    return result
  }

  /// What of a text's base64 doesn't hang on the bytes around it, when `shift` bytes stand before it in its group.
  static func base64(_ bytes: [UInt8], shiftedBy shift: Int) -> [UInt8] {
    let encoded = base64([UInt8](repeating: 0x20, count: shift) + bytes)
    let before = shift == 0 ? 0 : shift + 1
    let last = (bytes.count + shift) % 3
    let after = last == 0 ? 0 : last == 1 ? 3 : 2
    guard before + after <= encoded.count else { return [] }
    return Array(encoded[before..<(encoded.count - after)])
  }
}
