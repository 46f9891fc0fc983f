// Alt   = Seq { "|" Seq }
// Seq   = { Atom [ "*" | "+" | "?" | "{" n [ "," [ m ] ] "}" ] }
// Atom  = "(" Alt ")" | "[" ["^"] members "]" | "." | "^" | "$" | "\" escape | any other byte
//
// As RE2 has POSIX: a repetition of a repetition, as `a**`, is an error; `\` stands before punctuation, or in
// \a \f \n \r \t \v \xHH \x{HH}; `{` that begins no repetition is itself.

/// Parses a pattern. Groups recurse, to a bounded depth.
struct RegexParser {
  private static let maximumDepth = 100
  private static let maximumRepeat = 1000

  private(set) var options: RegularExpression.Options
  private let bytes: [UInt8]
  private var next = 0
  private var depth = 0

  init(_ pattern: [UInt8], _ options: RegularExpression.Options) {
    bytes = pattern
    self.options = options
  }

  mutating func parse() throws(RegularExpressionError) -> RegexTree {
    if options.hasPerlSyntax { try parseFlags() }
    let tree = try parseAlternatives()
    guard next == bytes.count else { throw failure("no '(' is open for this ')'") }
    return tree
  }

  private func failure(_ message: String, at offset: Int? = nil) -> RegularExpressionError {
    RegularExpressionError(offset: offset ?? next, message: message)
  }

  private var current: UInt8? { next < bytes.count ? bytes[next] : nil }

  private mutating func skip(_ character: Unicode.Scalar) -> Bool {
    guard current == UInt8(ascii: character) else { return false }
    next += 1
    return true
  }

  /// `(?ims)` at the start.
  private mutating func parseFlags() throws(RegularExpressionError) {
    guard bytes.starts(with: "(?".utf8), let end = bytes.firstIndex(of: UInt8(ascii: ")")),
      end > 2, bytes[2..<end].allSatisfy(ConditionScanner.isLetter)
    else { return }
    for (index, flag) in bytes[2..<end].enumerated() {
      switch flag {
      case UInt8(ascii: "i"): options.ignoresCase = true
      case UInt8(ascii: "m"): options.anchorsMatchLines = true
      case UInt8(ascii: "s"): options.dotMatchesNewline = true
      default: throw failure("unknown flag", at: index + 2)
      }
    }
    next = end + 1
  }

  private mutating func parseAlternatives() throws(RegularExpressionError) -> RegexTree {
    var alternatives = [try parseSequence()]
    while skip("|") { alternatives.append(try parseSequence()) }
    return alternatives.count == 1 ? alternatives[0] : .alternatives(alternatives)
  }

  private mutating func parseSequence() throws(RegularExpressionError) -> RegexTree {
    var parts: [RegexTree] = []
    while let byte = current, byte != UInt8(ascii: "|"), byte != UInt8(ascii: ")") {
      let atom = try parseAtom()
      parts.append(try parseRepetition(of: atom))
    }
    return parts.count == 1 ? parts[0] : parts.isEmpty ? .empty : .sequence(parts)
  }

  private mutating func parseRepetition(of atom: RegexTree) throws(RegularExpressionError) -> RegexTree {
    guard let (minimum, maximum) = try parseCount() else { return atom }
    if options.hasPerlSyntax { _ = skip("?") }
    let start = next
    if try parseCount() != nil { throw failure("a repetition of a repetition", at: start) }
    return .repeated(atom, minimum: minimum, maximum: maximum)
  }

  /// nil: no repetition stands here.
  private mutating func parseCount() throws(RegularExpressionError) -> (Int, Int?)? {
    if skip("*") { return (0, nil) }
    if skip("+") { return (1, nil) }
    if skip("?") { return (0, 1) }
    guard current == UInt8(ascii: "{") else { return nil }
    let start = next
    next += 1
    guard let minimum = parseNumber() else {
      next = start
      return nil
    }
    var maximum: Int? = minimum
    if skip(",") { maximum = current == UInt8(ascii: "}") ? nil : parseNumber() ?? -1 }
    guard maximum != -1, skip("}") else {
      next = start
      return nil
    }
    guard minimum <= Self.maximumRepeat, maximum ?? 0 <= Self.maximumRepeat, maximum ?? .max >= minimum else {
      throw failure("bad repetition; at most \(Self.maximumRepeat), the lower bound first", at: start)
    }
    return (minimum, maximum)
  }

  private mutating func parseNumber() -> Int? {
    let digits = bytes[next...].prefix(while: ConditionScanner.isDigit)
    guard (1...9).contains(digits.count) else { return nil }
    next += digits.count
    return digits.reduce(0) { $0 * 10 + Int($1 - 0x30) }
  }

  private mutating func parseAtom() throws(RegularExpressionError) -> RegexTree {
    guard let byte = current else { return .empty }
    let start = next
    switch byte {
    case UInt8(ascii: "("): return try parseGroup()
    case UInt8(ascii: "["): return .set(folded(try parseBrackets()))
    case UInt8(ascii: "*"), UInt8(ascii: "+"), UInt8(ascii: "?"):
      throw failure("nothing stands before this repetition", at: start)
    case UInt8(ascii: "\\"): return .set(folded(try parseEscape()))
    case UInt8(ascii: "{"):
      if try parseCount() != nil { throw failure("nothing stands before this repetition", at: start) }
    default: break
    }
    next += 1
    switch byte {
    case UInt8(ascii: "^"): return .lineStart
    case UInt8(ascii: "$"): return .lineEnd
    case UInt8(ascii: "."):
      var set = ByteSet()
      if !options.dotMatchesNewline { set.insert(UInt8(ascii: "\n")) }
      set.invert()
      return .set(set)
    default: return .set(folded(ByteSet([byte])))
    }
  }

  private mutating func parseGroup() throws(RegularExpressionError) -> RegexTree {
    let start = next
    next += 1
    depth += 1
    defer { depth -= 1 }
    guard depth <= Self.maximumDepth else { throw failure("groups are nested deeper than \(Self.maximumDepth)", at: start) }
    if options.hasPerlSyntax, skip("?") {
      guard skip(":") else { throw failure("only (?:...) is known of the groups with '?'", at: start) }
    }
    let tree = try parseAlternatives()
    guard skip(")") else { throw failure("this '(' is never closed", at: start) }
    return tree
  }

  // MARK: - Sets

  private func folded(_ set: ByteSet) -> ByteSet { options.ignoresCase ? set.ignoringCase : set }

  private mutating func parseEscape() throws(RegularExpressionError) -> ByteSet {
    let start = next
    next += 1
    guard let byte = current else { throw failure("a '\\' ends it", at: start) }
    next += 1
    switch byte {
    case UInt8(ascii: "a"): return ByteSet([7])
    case UInt8(ascii: "f"): return ByteSet([12])
    case UInt8(ascii: "n"): return ByteSet([10])
    case UInt8(ascii: "r"): return ByteSet([13])
    case UInt8(ascii: "t"): return ByteSet([9])
    case UInt8(ascii: "v"): return ByteSet([11])
    case UInt8(ascii: "x"):
      let isBraced = skip("{")
      let digits = bytes[next...].prefix(2)
      next += digits.count
      guard let bytes = ConstantParser.hexBytes(Array(digits)), bytes.count == 1, !isBraced || skip("}") else {
        throw failure("'\\x' needs two hex digits", at: start)
      }
      return ByteSet(bytes)
    default:
      if options.hasPerlSyntax, let set = Self.perlClass(byte) { return set }
      guard !ConditionScanner.isWord(byte) || byte == UInt8(ascii: "_"), byte < 0x80 else {
        throw failure("unknown escape '\\\(Character(Unicode.Scalar(byte)))'", at: start)
      }
      return ByteSet([byte])
    }
  }

  private static func perlClass(_ byte: UInt8) -> ByteSet? {
    var set: ByteSet
    switch byte | 0x20 {
    case UInt8(ascii: "d"): set = ByteSet(UInt8(ascii: "0")...UInt8(ascii: "9"))
    case UInt8(ascii: "s"): set = ByteSet([9, 10, 12, 13, 32])
    case UInt8(ascii: "w"): set = ByteSet((UInt8.min...0x7F).filter(ConditionScanner.isWord))
    default: return nil
    }
    if byte & 0x20 == 0 { set.invert() }
    return set
  }

  private mutating func parseBrackets() throws(RegularExpressionError) -> ByteSet {
    let start = next
    next += 1
    let isInverted = skip("^")
    var set = ByteSet()
    var isFirst = true
    while isFirst || current != UInt8(ascii: "]") {
      guard let byte = current else { throw failure("this '[' is never closed", at: start) }
      isFirst = false
      if byte == UInt8(ascii: "["), next + 1 < bytes.count, bytes[next + 1] == UInt8(ascii: ":") {
        let name = bytes[(next + 2)...].prefix { (0x61...0x7A).contains($0) || $0 == UInt8(ascii: "^") }
        guard let members = BracketExpression.members(ofClass: name), bytes[name.endIndex...].starts(with: ":]".utf8) else {
          throw failure("unknown class of characters")
        }
        set.formUnion(members)
        next = name.endIndex + 2
        continue
      }
      let memberStart = next
      let low = try parseMember()
      guard current == UInt8(ascii: "-"), next + 1 < bytes.count, bytes[next + 1] != UInt8(ascii: "]") else {
        set.formUnion(low)
        continue
      }
      next += 1
      guard let first = low.single, let last = try parseMember().single, first <= last else {
        throw failure("a range goes from a lower to a higher character", at: memberStart)
      }
      for member in first...last { set.insert(member) }
    }
    next += 1
    // Case goes before the inversion, so that neither case of what is left out gets in.
    if options.ignoresCase { set = set.ignoringCase }
    if isInverted { set.invert() }
    return set
  }

  private mutating func parseMember() throws(RegularExpressionError) -> ByteSet {
    guard let byte = current else { return ByteSet() }
    if byte == UInt8(ascii: "\\") { return try parseEscape() }
    guard byte < 0x80 else { throw failure("brackets hold ASCII only: write (é|ü) with the characters in groups") }
    next += 1
    return ByteSet([byte])
  }
}
