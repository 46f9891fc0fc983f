/// A value's text: bytes, and the wildcards among them.
struct SigmaValue: Hashable, Sendable {
  var elements: [Wildcard.Element]

  init(_ elements: [Wildcard.Element]) { self.elements = elements }
  init(bytes: some Sequence<UInt8>) { elements = bytes.map { .byte($0) } }

  /// As a rule writes it: `*` and `?` are wildcards; `\` takes a wildcard or a backslash behind it as it is, and is
  /// itself before all else.
  init(written text: String) {
    elements = []
    var isEscaped = false
    for byte in text.utf8 {
      let isSpecial = byte == UInt8(ascii: "*") || byte == UInt8(ascii: "?") || byte == UInt8(ascii: "\\")
      if isEscaped {
        if !isSpecial { elements.append(.byte(UInt8(ascii: "\\"))) }
        elements.append(.byte(byte))
        isEscaped = false
        continue
      }
      switch byte {
      case UInt8(ascii: "\\"): isEscaped = true
      case UInt8(ascii: "*"): elements.append(.anyRun)
      case UInt8(ascii: "?"): elements.append(.anyCharacter)
      default: elements.append(.byte(byte))
      }
    }
    if isEscaped { elements.append(.byte(UInt8(ascii: "\\"))) }
  }

  /// nil: there are wildcards in it.
  var bytes: [UInt8]? { Self.bytes(elements[...]) }

  private static func bytes(_ elements: ArraySlice<Wildcard.Element>) -> [UInt8]? {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(elements.count)
    for element in elements {
      guard case .byte(let byte) = element else { return nil }
      bytes.append(byte)
    }
    return bytes
  }

  /// The plainest test of a field's text for this value.
  /// - Parameter comparison: `contains`, `startswith`, `endswith`, or the whole.
  func test(_ comparison: SigmaModifiers.Comparison, keepsCase: Bool) -> Predicate.Test {
    var all = elements
    if comparison == .contains || comparison == .endsWith { all.insert(.anyRun, at: 0) }
    if comparison == .contains || comparison == .startsWith { all.append(.anyRun) }
    var middle = all[...]
    while middle.first == .anyRun { middle = middle.dropFirst() }
    let hasStart = middle.count < all.count
    while middle.last == .anyRun { middle = middle.dropLast() }
    let hasEnd = all.last == .anyRun
    guard let bytes = Self.bytes(middle) else { return .wildcard(Wildcard(all, ignoresCase: !keepsCase)) }
    if bytes.isEmpty, !all.isEmpty { return .exists }
    let lowercased = keepsCase ? bytes : bytes.map(Wildcard.lowercased)
    return switch (hasStart, hasEnd) {
    case (true, true): keepsCase ? .contains(bytes) : .containsIgnoringCase(lowercased)
    case (true, false): keepsCase ? .endsWith(bytes) : .endsWithIgnoringCase(lowercased)
    case (false, true): keepsCase ? .startsWith(bytes) : .startsWithIgnoringCase(lowercased)
    case (false, false): keepsCase ? .equals(bytes) : .equalsIgnoringCase(lowercased)
    }
  }
}
