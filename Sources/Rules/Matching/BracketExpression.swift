/// What stands between `[` and `]` in a glob, in the C locale.
enum BracketExpression {
  enum Outcome {
    /// - Parameter end: index after the `]`.
    case set(ByteSet, end: Int)
    /// Never closed: the `[` stands for itself.
    case literal
    /// Nothing can match.
    case void
  }

  /// - Parameters:
  ///   - text: starts after the `[`, goes to the pattern's end.
  ///   - ignoresCase: of ASCII letters.
  static func parse(_ text: ArraySlice<UInt8>, ignoresCase: Bool = false) -> Outcome {
    var set = ByteSet()
    var next = text.startIndex
    let isInverted = text.first == UInt8(ascii: "!") || text.first == UInt8(ascii: "^")
    if isInverted { next += 1 }
    let first = next
    while next < text.endIndex {
      if text[next] == UInt8(ascii: "]"), next > first {
        if ignoresCase { set = set.ignoringCase }
        if isInverted { set.invert() }
        return .set(set, end: next + 1)
      }
      if let (name, end) = className(in: text, at: next) {
        guard let belongs = classes[name] else { return isClosed(text, from: end) ? .void : .literal }
        for byte in UInt8.min...0x7F where belongs(byte) { set.insert(byte) }
        next = end
        continue
      }
      guard let low = single(in: text, at: &next) else { return .void }
      let isRange = next + 1 < text.endIndex && text[next] == UInt8(ascii: "-") && text[next + 1] != UInt8(ascii: "]")
      guard isRange else {
        set.insert(low)
        continue
      }
      next += 1
      guard let high = single(in: text, at: &next) else { return .void }
      if low <= high { for byte in low...high { set.insert(byte) } }
    }
    return .literal
  }

  /// One member or end of a range: a byte, `\` and a byte, `[.x.]` or `[=x=]`. nil: a backslash ends the pattern.
  private static func single(in text: ArraySlice<UInt8>, at next: inout Int) -> UInt8? {
    let byte = text[next]
    next += 1
    if byte == UInt8(ascii: "\\") {
      guard next < text.endIndex else { return nil }
      defer { next += 1 }
      return text[next]
    }
    let marks = [UInt8(ascii: "."), UInt8(ascii: "=")]
    if byte == UInt8(ascii: "["), next + 3 < text.endIndex, marks.contains(text[next]),
      text[next + 2] == text[next], text[next + 3] == UInt8(ascii: "]") {
      defer { next += 4 }
      return text[next + 1]
    }
    return byte
  }

  /// `[:name:]` at `start`, and the index after it.
  private static func className(in text: ArraySlice<UInt8>, at start: Int) -> (String, Int)? {
    guard start + 1 < text.endIndex, text[start] == UInt8(ascii: "["), text[start + 1] == UInt8(ascii: ":") else { return nil }
    let name = text[(start + 2)...].prefix { (0x61..<0x7A).contains($0) }
    guard name.endIndex + 1 < text.endIndex, text[name.endIndex] == UInt8(ascii: ":"),
      text[name.endIndex + 1] == UInt8(ascii: "]")
    else { return nil }
    return (String(decoding: name, as: UTF8.self), name.endIndex + 2)
  }

  /// Of `[:name:]`. nil: no such class.
  static func members(ofClass name: ArraySlice<UInt8>) -> ByteSet? {
    let isInverted = name.first == UInt8(ascii: "^")
    let name = String(decoding: isInverted ? name.dropFirst() : name, as: UTF8.self)
    if name == "word" { return ByteSet((UInt8.min...0x7F).filter(ConditionScanner.isWord)) }
    guard let belongs = classes[name] else { return nil }
    var set = ByteSet((UInt8.min...0x7F).filter(belongs))
    if isInverted { set.invert() }
    return set
  }

  private static func isClosed(_ text: ArraySlice<UInt8>, from start: Int) -> Bool {
    text[start...].contains(UInt8(ascii: "]"))
  }

  private static let classes: [String: @Sendable (UInt8) -> Bool] = [
    "alpha": { ConditionScanner.isLetter($0) },
    "digit": { ConditionScanner.isDigit($0) },
    "alnum": { ConditionScanner.isLetter($0) || ConditionScanner.isDigit($0) },
    "upper": { (0x41...0x5A).contains($0) },
    "lower": { (0x61...0x7A).contains($0) },
    "space": { $0 == 0x20 || (0x09...0x0D).contains($0) },
    "blank": { $0 == 0x20 || $0 == 0x09 },
    "cntrl": { $0 < 0x20 || $0 == 0x7F },
    "print": { (0x20...0x7E).contains($0) },
    "graph": { (0x21...0x7E).contains($0) },
    "punct": { (0x21...0x7E).contains($0) && !ConditionScanner.isLetter($0) && !ConditionScanner.isDigit($0) },
    "xdigit": { ConditionScanner.isDigit($0) || (0x61...0x66).contains($0 | 0x20) && $0 < 0x80 },
  ]
}
