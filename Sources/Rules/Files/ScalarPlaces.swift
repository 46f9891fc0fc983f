/// Finds each byte of a scalar in the file: past quotes, escapes, indentation and folded line ends.
enum ScalarPlaces {
  /// - Parameter number: the file's, for the places.
  static func text(of scalar: YAMLScalar, in file: SourceFile, number: Int) -> ConditionText {
    func place(_ offset: Int) -> TextPlace { TextPlace(file: number, offset: offset) }
    var text = ConditionText(start: place(scalar.start))
    let raw = file.bytes[scalar.start..<max(scalar.start, min(scalar.end, file.bytes.count))]
    var cursor = contentStart(of: scalar, in: raw)
    var pending: (offset: Int, bytes: Int)?
    for byte in scalar.text.utf8 {
      if let escape = pending {
        // The further bytes of a character that one escape wrote.
        text.append(CollectionOfOne(byte), allAt: place(escape.offset))
        pending = escape.bytes > 1 ? (escape.offset, escape.bytes - 1) : nil
        continue
      }
      let isBlank = ConditionScanner.isBlank(byte)
      if !isBlank { skipFolding(scalar, raw, &cursor) }
      if cursor < raw.endIndex, scalar.style == .doubleQuoted, raw[cursor] == UInt8(ascii: "\\") {
        text.append(CollectionOfOne(byte), allAt: place(cursor))
        if byte >= 0xC0 { pending = (cursor, byte >= 0xF0 ? 3 : byte >= 0xE0 ? 2 : 1) }
        cursor += escapeLength(raw[cursor...])
      } else if cursor < raw.endIndex, raw[cursor] == byte {
        text.append(byte, at: place(cursor))
        let isDoubledQuote = byte == UInt8(ascii: "'") && scalar.style == .singleQuoted
        cursor += isDoubledQuote ? 2 : 1
      } else {
        // A folded line end; or, should it ever happen, a byte that can't be found.
        text.append(CollectionOfOne(byte), allAt: place(min(cursor, raw.endIndex)))
      }
    }
    return text
  }

  private static func contentStart(of scalar: YAMLScalar, in raw: ArraySlice<UInt8>) -> Int {
    switch scalar.style {
    case .plain: scalar.start
    case .singleQuoted, .doubleQuoted: scalar.start + 1
    // The line of the indicator, `>-` or `|2`, isn't content.
    case .block: (raw.firstIndex { $0 == 0x0A || $0 == 0x0D } ?? raw.endIndex)
    }
  }

  /// Goes past blanks and line ends, which the value has fewer of.
  private static func skipFolding(_ scalar: YAMLScalar, _ raw: ArraySlice<UInt8>, _ cursor: inout Int) {
    while cursor < raw.endIndex {
      if ConditionScanner.isBlank(raw[cursor]) {
        cursor += 1
      } else if scalar.style == .doubleQuoted, raw[cursor] == UInt8(ascii: "\\"), cursor + 1 < raw.endIndex,
        raw[cursor + 1] == 0x0A || raw[cursor + 1] == 0x0D {
        cursor += 2
      } else {
        return
      }
    }
  }

  private static func escapeLength(_ raw: ArraySlice<UInt8>) -> Int {
    guard raw.startIndex + 1 < raw.endIndex else { return 1 }
    return switch raw[raw.startIndex + 1] {
    case UInt8(ascii: "x"): 4
    case UInt8(ascii: "u"): 6
    case UInt8(ascii: "U"): 10
    default: 2
    }
  }
}
