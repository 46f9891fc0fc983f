/// Text as a JSON string (RFC 8259).
package enum JSONString {
  /// Appends a string with its quotes. What could end a line, or act on a terminal that shows it, is written by number:
  /// readers get it back whole.
  ///
  /// - Parameter text: valid UTF-8; what is not shows as U+FFFD.
  package static func append(_ text: some Collection<UInt8>, to line: inout [UInt8]) {
    line.append(quote)
    if text.withContiguousStorageIfAvailable({ append($0, to: &line) }) == nil {
      Array(text).withUnsafeBufferPointer { append($0, to: &line) }
    }
    line.append(quote)
  }

  private static let quote = UInt8(ascii: "\"")
  private static let backslash = UInt8(ascii: "\\")

  private static func append(_ text: UnsafeBufferPointer<UInt8>, to line: inout [UInt8]) {
    // Most is ASCII that means nothing, and goes in whole runs.
    var start = 0
    var at = 0
    while at < text.count {
      let byte = text[at]
      if (0x20..<0x7F).contains(byte), byte != quote, byte != backslash {
        at += 1
        continue
      }
      line.append(contentsOf: text[start..<at])
      if byte == quote || byte == backslash {
        line.append(backslash)
        line.append(byte)
        at += 1
      } else {
        var rest = text[at...]
        appendScalar(&rest, to: &line)
        at = rest.startIndex
      }
      start = at
    }
    line.append(contentsOf: text[start...])
  }

  private static func appendScalar<Rest: Collection<UInt8>>(_ rest: inout Rest, to line: inout [UInt8])
  where Rest.SubSequence == Rest {
    var parser = UTF8.ForwardParser()
    var iterator = rest.prefix(4).makeIterator()
    switch parser.parseScalar(from: &iterator) {
    case .emptyInput: return
    case .error(let length):
      rest = rest.dropFirst(length)
      line.append(contentsOf: UTF8.encodedReplacementCharacter)
    case .valid(let encoded):
      rest = rest.dropFirst(encoded.count)
      let scalar = UTF8.decode(encoded)
      guard EscapedText.isHostile(scalar) else { return line.append(contentsOf: encoded) }
      for unit in UTF16.encode(scalar).map(Array.init) ?? [] {
        let digits = String(unit, radix: 16)
        line.append(contentsOf: "\\u".utf8)
        line.append(contentsOf: repeatElement(UInt8(ascii: "0"), count: 4 - digits.utf8.count))
        line.append(contentsOf: digits.utf8)
      }
    }
  }
}
