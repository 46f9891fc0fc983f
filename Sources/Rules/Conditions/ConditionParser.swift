internal import Events

// Expr   = And { "or" (ws And | "(" Expr ")") }
// And    = Not { "and" (ws Not | "(" Expr ")") }
// Not    = { "not" ws } ( "not(" Expr ")" | Check )
// Check  = "(" Expr ")" | Lhs Cond | Ident                 Ident: a macro's name
// Lhs    = Field | Transf
// Field  = Name [ "[" (Quoted | bare-without-brackets-quotes-blanks) "]" ]     at least one dot in Name
// Transf = ("tolower("|"toupper("|"b64("|"basename("|"len("|"join("|"concat("|"getopt(") TArg {"," TArg} ")" [ "[" arg "]" ]
// TArg   = Num | Quoted | "(" [TArg{","TArg}] ")" | Transf | Field
// Cond   = "exists"
//        | ("<="|"<"|">="|">") (Quoted | Bare | Rhs)
//        | StrOp (Quoted | Bare | Rhs)
//        | StrOp ws ("oneof"|"anyof"|"allof") ws (List|Ident)
//        | ("intersects"|"in"|"pmatch") (List | Rhs | Ident)
// StrOp  = "=="|"="|"!="|"glob"|"iglob"|"contains"|"icontains"|"bcontains"|"startswith"|"bstartswith"|"endswith"|"regex"
// Rhs    = "val(" Field ")" | Transf
// List   = "(" [ V {"," V} ] ")"      V = Quoted | Bare
// Bare   = chars other than ( ) " ' = , and blanks     Ident = letter, then word characters
//
// ws: space, tab, backspace, CR, LF; allowed between any two parts. `not` binds before `and`, `and` before `or`.

/// Parses conditions. Open parentheses wait on a stack of its own, so that depth costs memory and not the thread's stack.
struct ConditionParser {
  /// Parentheses within parentheses.
  static let maximumDepth = 1000

  var scanner: ConditionScanner
  private var nodes: [Condition.Node] = []
  private var groups: [Group] = [Group()]

  /// What stands between two parentheses, as far as it is read.
  private struct Group {
    /// Operands of `or` that are complete.
    var alternatives: [Int] = []
    /// Operands of `and` so far.
    var terms: [Int] = []
    /// An odd number of `not` stands before the opening parenthesis.
    var isNegated = false
    var offset = 0
  }

  /// Blanks at the end, as a block of YAML has them, are no part of it: what is missing there is missed where they begin.
  init(_ text: [UInt8]) {
    let end = text.lastIndex { !ConditionScanner.isBlank($0) }.map { $0 + 1 } ?? 0
    scanner = ConditionScanner(Array(text[..<end]))
  }

  static func parse(_ text: [UInt8]) throws(ConditionError) -> Condition {
    var parser = ConditionParser(text)
    return try parser.parse()
  }

  private mutating func parse() throws(ConditionError) -> Condition {
    scanner.skipBlanks()
    if scanner.isAtEnd { throw ConditionError(.syntax, at: 0, "the condition is empty") }
    while true {
      try parseOperand()
      if try !parseConnective() { return Condition(nodes: nodes) }
    }
  }

  /// Reads `not`s and opening parentheses up to and with a check.
  private mutating func parseOperand() throws(ConditionError) {
    while true {
      var isNegated = false
      scanner.skipBlanks()
      while scanner.skipKeyword("not") {
        isNegated.toggle()
        scanner.skipBlanks()
      }
      let start = scanner.offset
      if scanner.skip(UInt8(ascii: "(")) {
        guard groups.count <= Self.maximumDepth else {
          throw ConditionError(.syntax, at: start, "parentheses are nested deeper than \(Self.maximumDepth)")
        }
        groups.append(Group(isNegated: isNegated, offset: start))
        continue
      }
      addTerm(add(try parseLeaf()), isNegated: isNegated)
      return
    }
  }

  /// Reads closing parentheses and then `and` or `or`.
  /// - Returns: false at the end of the text.
  private mutating func parseConnective() throws(ConditionError) -> Bool {
    while true {
      scanner.skipBlanks()
      if scanner.isAtEnd {
        let group = groups.removeLast()
        guard groups.isEmpty else {
          throw ConditionError(.syntax, at: group.offset, "this '(' is never closed", hint: "expected ')'")
        }
        _ = close(group)
        return false
      }
      if scanner.current == UInt8(ascii: ")") {
        guard groups.count > 1 else { throw ConditionError(.syntax, at: scanner.offset, "no '(' is open for this ')'") }
        scanner.advance()
        let group = groups.removeLast()
        addTerm(close(group), isNegated: group.isNegated)
        continue
      }
      if scanner.skipKeyword("and") { return true }
      if scanner.skipKeyword("or") {
        var group = groups.removeLast()
        group.alternatives.append(joined(group.terms) { .and($0) })
        group.terms = []
        groups.append(group)
        return true
      }
      throw unexpectedConnective()
    }
  }

  mutating func add(_ node: Condition.Node) -> Int {
    nodes.append(node)
    return nodes.count - 1
  }

  private mutating func addTerm(_ node: Int, isNegated: Bool) {
    let term = isNegated ? add(.not(node)) : node
    var group = groups.removeLast()
    group.terms.append(term)
    groups.append(group)
  }

  private mutating func close(_ group: Group) -> Int {
    let last = joined(group.terms) { .and($0) }
    return joined(group.alternatives + [last]) { .or($0) }
  }

  private mutating func joined(_ operands: [Int], _ node: ([Int]) -> Condition.Node) -> Int {
    operands.count == 1 ? operands[0] : add(node(operands))
  }

  private func unexpectedConnective() -> ConditionError {
    let offset = scanner.offset
    let word = String(decoding: scanner.lookAhead { ConditionScanner.isBare($0) }.prefix(40), as: UTF8.self)
    switch word {
    case "and", "or", "not": return ConditionError(.syntax, at: offset, "expected something after '\(word)'")
    case "&&", "&": return ConditionError(.syntax, at: offset, "unexpected '\(word)'", hint: "did you mean 'and'?")
    case "||", "|": return ConditionError(.syntax, at: offset, "unexpected '\(word)'", hint: "did you mean 'or'?")
    default:
      let nearest = NearestName.to(word, among: ["and", "or"])
      return ConditionError(
        .syntax, at: offset, "unexpected \(scanner.found)",
        hint: nearest.map { "did you mean '\($0)'?" } ?? "expected 'and', 'or'\(groups.count > 1 ? ", ')'" : "") or the end")
    }
  }
}
