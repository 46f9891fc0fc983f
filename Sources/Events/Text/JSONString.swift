/// Text as a JSON string (RFC 8259).
package enum JSONString {
  /// Appends a string with its quotes. What could end a line, or act on a terminal that shows it, is written by number:
  /// readers get it back whole.
  ///
  /// - Parameter text: valid UTF-8; what is not shows as U+FFFD.
  package static func append(_ text: some Collection<UInt8>, to line: inout [UInt8]) {
    let quote = UInt8(ascii: "\"")
    let backslash = UInt8(ascii: "\\")
    line.append(quote)
    var rest = text[...]
    while let byte = rest.first {
      if byte == quote || byte == backslash {
        line.append(backslash)
        line.append(byte)
      } else if (0x20..<0x7F).contains(byte) {
        line.append(byte)
      } else {
        appendScalar(&rest, to: &line)
        continue
      }
      rest = rest.dropFirst()
    }
    line.append(quote)
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
