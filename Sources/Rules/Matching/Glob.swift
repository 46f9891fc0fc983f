/// A pattern as fnmatch(3) without flags has it: `*` any run (of `/` too), `?` one byte, `[...]` one of a set, `\` takes
/// what follows as it is. An unclosed `[` stands for itself.
package struct Glob: Hashable, Sendable {
  enum Element: Hashable, Sendable {
    case byte(UInt8)
    case anyByte
    case anyRun
    case oneOf(ByteSet)
  }

  /// As written.
  package let pattern: [UInt8]
  /// Of ASCII letters.
  package let ignoresCase: Bool
  private let elements: [Element]
  /// It ends in a lone backslash or names an unknown class: fnmatch never matches such.
  private let isVoid: Bool

  package init(_ pattern: [UInt8], ignoresCase: Bool = false) {
    self.pattern = pattern
    self.ignoresCase = ignoresCase
    func literal(_ byte: UInt8) -> Element {
      ignoresCase && ConditionScanner.isLetter(byte) ? .oneOf(ByteSet([byte]).ignoringCase) : .byte(byte)
    }
    var elements: [Element] = []
    var isVoid = false
    var next = 0
    while next < pattern.count {
      let byte = pattern[next]
      next += 1
      switch byte {
      case UInt8(ascii: "*"):
        if elements.last != .anyRun { elements.append(.anyRun) }
      case UInt8(ascii: "?"): elements.append(.anyByte)
      case UInt8(ascii: "\\"):
        if next < pattern.count {
          elements.append(literal(pattern[next]))
          next += 1
        } else {
          isVoid = true
        }
      case UInt8(ascii: "["):
        switch BracketExpression.parse(pattern[next...], ignoresCase: ignoresCase) {
        case .set(let set, let end):
          elements.append(.oneOf(set))
          next = end
        case .literal: elements.append(.byte(byte))
        case .void: isVoid = true
        }
      default: elements.append(literal(byte))
      }
      if isVoid { break }
    }
    self.elements = elements
    self.isVoid = isVoid
  }

  /// Without case; nil: it names none.
  package var necessaryLiteral: NecessaryLiteral? {
    NecessaryLiteral(
      longestOf: elements.map { element in
        switch element {
        case .byte(let byte): byte
        case .oneOf(let set): set.onlyByte
        case .anyByte, .anyRun: nil
        }
      })
  }

  /// Whether the whole of `bytes` fits. Takes at most bytes times elements steps, and no memory.
  package func matches(_ bytes: RawSpan) -> Bool {
    guard !isVoid else { return false }
    let count = bytes.byteCount
    return RunMatching.matches(
      bytes: count, elements: elements.count,
      isRun: { if case .anyRun = elements[$0] { true } else { false } },
      next: { element, position in
        guard position < count, fits(elements[element], bytes.unsafeLoad(fromByteOffset: position, as: UInt8.self))
        else { return nil }
        return position + 1
      })
  }

  private func fits(_ element: Element, _ byte: UInt8) -> Bool {
    switch element {
    case .byte(let wanted): byte == wanted
    case .anyByte: true
    case .anyRun: false
    case .oneOf(let set): set.contains(byte)
    }
  }

  package static func == (a: Glob, b: Glob) -> Bool {
    a.pattern == b.pattern && a.ignoresCase == b.ignoresCase
  }

  package func hash(into hasher: inout Hasher) {
    hasher.combine(pattern)
    hasher.combine(ignoresCase)
  }
}
