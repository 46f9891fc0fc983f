internal import Events

/// Parses a condition.
///
///     Or  = And { "or" And }            And = Not { "and" Not }           Not = { "not" } Term
///     Term = "(" Or ")" | search | ("1" | "any" | "all") "of" ("them" | pattern)
///
/// Keywords may stand in any case. What is open waits on a stack of its own: no nesting can exhaust the thread's.
struct SigmaConditionParser {
  private enum Waiting {
    case parenthesis(offset: Int)
    case not, and, or

    /// Whether it takes its operands before an operator of this one's precedence does.
    var precedence: Int {
      switch self {
      case .parenthesis: 0
      case .or: 1
      case .and: 2
      case .not: 3
      }
    }
  }

  private let bytes: [UInt8]
  private let names: [String]
  private let indices: [String: Int]
  private var offset = 0
  private var nodes: [SigmaCondition.Node] = []
  private var operands: [Int] = []
  private var waiting: [Waiting] = []

  private static let maximumDepth = 1_000

  /// - Parameter searches: their names.
  static func parse(_ text: [UInt8], searches names: [String]) throws(SigmaError) -> SigmaCondition {
    var parser = SigmaConditionParser(text, names)
    return try parser.parse()
  }

  private init(_ bytes: [UInt8], _ names: [String]) {
    self.bytes = bytes
    self.names = names
    indices = Dictionary(names.enumerated().map { ($1, $0) }) { first, _ in first }
  }

  private mutating func parse() throws(SigmaError) -> SigmaCondition {
    var expectsTerm = true
    while let word = nextWord() {
      let lowercased = word.text.lowercased()
      if expectsTerm {
        switch lowercased {
        case "(": try push(.parenthesis(offset: word.offset), at: word.offset)
        case "not": try push(.not, at: word.offset)
        case ")", "and", "or", "of", "|":
          throw SigmaError(
            at: word.offset, "expected a search's name, 'not' or '(', found \(DisplayText.quoted(word.text))")
        default:
          try term(word)
          expectsTerm = false
        }
        continue
      }
      switch lowercased {
      case "and", "or":
        let operation: Waiting = lowercased == "and" ? .and : .or
        reduce(to: operation.precedence)
        waiting.append(operation)
        expectsTerm = true
      case ")":
        reduce(to: 1)
        guard case .parenthesis? = waiting.popLast() else {
          throw SigmaError(at: word.offset, "this ')' closes nothing")
        }
      case "|", "near":
        throw SigmaError(.unsupported, at: word.offset, "aggregations in conditions are not supported")
      default:
        throw SigmaError(
          at: word.offset, "expected 'and', 'or' or the end, found \(DisplayText.quoted(word.text))",
          hint: NearestName.hint(word.text, among: ["and", "or"]))
      }
    }
    guard !expectsTerm else {
      throw SigmaError(
        at: bytes.count,
        operands.isEmpty && waiting.isEmpty ? "the condition is empty" : "expected a search's name, found the end")
    }
    reduce(to: 1)
    if case .parenthesis(let offset)? = waiting.last {
      throw SigmaError(at: offset, "this '(' is never closed", hint: "expected ')'")
    }
    return SigmaCondition(nodes: nodes)
  }

  private mutating func push(_ operation: Waiting, at offset: Int) throws(SigmaError) {
    guard waiting.count < Self.maximumDepth else {
      throw SigmaError(at: offset, "nested deeper than \(Self.maximumDepth)")
    }
    waiting.append(operation)
  }

  /// Gives those that wait and bind at least as tightly their operands.
  private mutating func reduce(to precedence: Int) {
    while let operation = waiting.last, operation.precedence >= precedence {
      waiting.removeLast()
      guard let last = operands.popLast() else { return }
      switch operation {
      case .parenthesis: return
      case .not: add(.not(last))
      case .and: add(.and([operands.popLast() ?? last, last]))
      case .or: add(.or([operands.popLast() ?? last, last]))
      }
    }
  }

  private mutating func add(_ node: SigmaCondition.Node) {
    operands.append(nodes.count)
    nodes.append(node)
  }

  // MARK: Terms

  private mutating func term(_ word: Word) throws(SigmaError) {
    let start = offset
    if let of = nextWord(), of.text.lowercased() == "of" { return try quantified(word) }
    offset = start
    guard let index = indices[word.text] else {
      throw SigmaError(
        at: word.offset, "unknown search \(DisplayText.quoted(word.text))",
        hint: NearestName.hint(word.text, among: names) ?? "names under 'detection' are known")
    }
    add(.search(index))
  }

  private mutating func quantified(_ count: Word) throws(SigmaError) {
    let asksAll = count.text.lowercased() == "all"
    guard asksAll || count.text == "1" || count.text.lowercased() == "any" else {
      throw SigmaError(
        at: count.offset, "expected '1 of', 'any of' or 'all of', found \(DisplayText.quoted(count.text + " of"))")
    }
    guard let pattern = nextWord(), pattern.text != "(", pattern.text != ")", pattern.text != "|" else {
      throw SigmaError(at: min(offset, bytes.count), "expected 'them' or a pattern of names behind 'of'")
    }
    let found = matches(pattern.text)
    guard !found.isEmpty else {
      throw SigmaError(
        at: pattern.offset, "no search's name fits \(DisplayText.quoted(pattern.text))",
        hint: NearestName.hint(pattern.text, among: names))
    }
    let first = nodes.count
    for index in found { nodes.append(.search(index)) }
    if found.count == 1 { return operands.append(first) }
    let children = Array(first..<nodes.count)
    add(asksAll ? .and(children) : .or(children))
  }

  private func matches(_ pattern: String) -> [Int] {
    if pattern.lowercased() == "them", indices[pattern] == nil {
      return names.indices.filter { !names[$0].hasPrefix("_") }
    }
    let wildcard = Wildcard(pattern.utf8.map { $0 == UInt8(ascii: "*") ? .anyRun : .byte($0) }, ignoresCase: false)
    return names.indices.filter { Self.fits(Array(names[$0].utf8), wildcard) }
  }

  private static func fits(_ name: [UInt8], _ wildcard: Wildcard) -> Bool { wildcard.matches(name.span.bytes) }

  // MARK: Words

  private struct Word {
    let text: String
    let offset: Int
  }

  /// nil: the end.
  private mutating func nextWord() -> Word? {
    while offset < bytes.count, ConditionScanner.isBlank(bytes[offset]) { offset += 1 }
    guard offset < bytes.count else { return nil }
    let start = offset
    if Self.stands(bytes[offset]) {
      offset += 1
    } else {
      while offset < bytes.count, !ConditionScanner.isBlank(bytes[offset]), !Self.stands(bytes[offset]) { offset += 1 }
    }
    return Word(text: String(decoding: bytes[start..<offset], as: UTF8.self), offset: start)
  }

  /// Is a word by itself.
  private static func stands(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: "(") || byte == UInt8(ascii: ")") || byte == UInt8(ascii: "|")
  }
}
