/// A pattern with Sigma's wildcards: `*` any run, `?` one character. It has no other syntax, so that any text can stand
/// in it; the whole of a text must fit.
package struct Wildcard: Hashable, Sendable {
  package enum Element: Hashable, Sendable {
    case byte(UInt8)
    /// One character of UTF-8; of bytes that are none, those that would begin one, else a byte.
    case anyCharacter
    case anyRun
  }

  package let elements: [Element]
  /// Of ASCII letters; the elements' bytes are then in lower case.
  package let ignoresCase: Bool

  package init(_ elements: [Element], ignoresCase: Bool) {
    self.ignoresCase = ignoresCase
    var kept: [Element] = []
    for element in elements {
      switch element {
      case .byte(let byte): kept.append(.byte(ignoresCase ? Self.lowercased(byte) : byte))
      // In front of a run: so it is never tried in the midst of a character.
      case .anyCharacter: kept.insert(element, at: kept.last == .anyRun ? kept.count - 1 : kept.count)
      case .anyRun: if kept.last != .anyRun { kept.append(element) }
      }
    }
    self.elements = kept
  }

  /// Only what stands there.
  init(bytes: [UInt8]) { self.init(bytes.map { .byte($0) }, ignoresCase: true) }

  /// As the language of Falco's rules writes it.
  var globPattern: [UInt8] {
    elements.flatMap { element -> [UInt8] in
      switch element {
      case .anyRun: [UInt8(ascii: "*")]
      case .anyCharacter: [UInt8(ascii: "?")]
      case .byte(let byte): "*?[\\".utf8.contains(byte) ? [UInt8(ascii: "\\"), byte] : [byte]
      }
    }
  }

  package static func lowercased(_ byte: UInt8) -> UInt8 { (0x41...0x5A).contains(byte) ? byte | 0x20 : byte }

  /// nil: it names none.
  package var necessaryLiteral: NecessaryLiteral? {
    NecessaryLiteral(longestOf: elements.map { if case .byte(let byte) = $0 { byte } else { nil } })
  }

  /// Whether the whole of `text` fits. Takes at most bytes times elements steps, and no memory.
  package func matches(_ text: RawSpan) -> Bool {
    RunMatching.matches(
      bytes: text.byteCount, elements: elements.count,
      isRun: { if case .anyRun = elements[$0] { true } else { false } },
      next: { element, position in next(text, position, elements[element]) })
  }

  /// Where the text goes on after the element; nil: it doesn't fit.
  private func next(_ text: RawSpan, _ position: Int, _ element: Element) -> Int? {
    guard position < text.byteCount else { return nil }
    let byte = text.unsafeLoad(fromByteOffset: position, as: UInt8.self)
    switch element {
    case .byte(let wanted): return (ignoresCase ? Self.lowercased(byte) : byte) == wanted ? position + 1 : nil
    case .anyRun: return nil
    case .anyCharacter:
      // What may follow the first byte, by the Unicode standard's table 3-7.
      let (length, second): (Int, ClosedRange<UInt8>) =
        switch byte {
        case 0xC2...0xDF: (2, 0x80...0xBF)
        case 0xE0: (3, 0xA0...0xBF)
        case 0xED: (3, 0x80...0x9F)
        case 0xE1...0xEF: (3, 0x80...0xBF)
        case 0xF0: (4, 0x90...0xBF)
        case 0xF1...0xF3: (4, 0x80...0xBF)
        case 0xF4: (4, 0x80...0x8F)
        default: (1, 0x80...0xBF)
        }
      var end = position + 1
      while end < min(text.byteCount, position + length),
        (end == position + 1 ? second : 0x80...0xBF).contains(text.unsafeLoad(fromByteOffset: end, as: UInt8.self))
      {
        end += 1
      }
      return end
    }
  }
}
