/// A condition as parsed: nodes that name their children by index, children first, so that nothing that walks it
/// needs recursion. The last node is the whole.
struct Condition: Sendable {
  enum Node: Sendable {
    case check(Check)
    case macro(name: String, offset: Int)
    case not(Int)
    /// Two or more.
    case and([Int])
    case or([Int])
  }

  let nodes: [Node]
}

/// A leaf of a condition: one field, one comparison.
struct Check: Sendable {
  let subject: Subject
  let comparison: Comparison
  let comparisonOffset: Int
  let operand: Operand
  /// Byte offset of its first character.
  let offset: Int

  enum Subject: Sendable {
    case field(FieldName)
    case transformer(Transformer)
  }

  enum Operand: Sendable {
    /// Only `exists` has none.
    case none
    case literal(Literal)
    case list([Literal])
    /// What may name a list that isn't defined.
    case identifier(Literal)
    case field(FieldName)
    case transformer(Transformer)
  }
}

/// A field as written, not looked up.
struct FieldName: Sendable {
  let name: String
  /// What stands in its brackets, unquoted.
  let argument: [UInt8]?
  let offset: Int
  let argumentOffset: Int
}

/// A constant as written, quotes and escapes resolved.
struct Literal: Hashable, Sendable {
  let bytes: [UInt8]
  let offset: Int
}

/// A function over fields, as written.
struct Transformer: Sendable {
  enum Function: String, CaseIterable, Sendable {
    case tolower, toupper, b64, basename, len, join, concat, getopt
  }

  indirect enum Argument: Sendable {
    case field(FieldName)
    case text(Literal)
    case number(Literal)
    case transformer(Transformer)
    case list([Argument], offset: Int)
  }

  let function: Function
  let arguments: [Argument]
  /// What stands in brackets behind it.
  let selector: Literal?
  let offset: Int

  var name: String { function.rawValue }
}

enum Comparison: String, CaseIterable, Sendable {
  case exists
  case lessOrEqual = "<="
  case less = "<"
  case greaterOrEqual = ">="
  case greater = ">"
  case equalTwice = "=="
  case equal = "="
  case notEqual = "!="
  case glob, iglob, contains, icontains, bcontains
  case startsWith = "startswith"
  case bstartsWith = "bstartswith"
  case endsWith = "endswith"
  case regex, intersects
  case isIn = "in"
  case pmatch

  /// Written in letters, so that a blank ends it.
  var isWord: Bool { rawValue.utf8.first.map(ConditionScanner.isWord) ?? false }
}
