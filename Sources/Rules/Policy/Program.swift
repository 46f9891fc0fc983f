/// A condition as flat operations over predicates, run from the first with one truth value at hand.
package struct Program: Hashable, Sendable {
  package enum Operation: Hashable, Sendable {
    /// The value becomes the predicate's.
    case test(Int)
    case constant(Bool)
    case not
    /// Goes on at the operation if the value is false; `and` in short.
    case jumpIfFalse(Int)
    /// Goes on at the operation if the value is true; `or` in short.
    case jumpIfTrue(Int)
  }

  /// Jumps only go forward, to at most one past the end: a run takes at most as many steps as there are operations.
  package let operations: [Operation]
  /// By place, of the constants that stand for a comparison with a field that this version can't supply: the comparison.
  package let absences: [Int: String]
  /// By place, of other constants: the comparison that they stand for, as written.
  package let constants: [Int: String]
  /// What came of macros, in the order of their beginnings, an outer one before those in it.
  package let macroSpans: [MacroSpan]

  /// The operations that a macro stands for.
  package struct MacroSpan: Hashable, Sendable {
    package let name: String
    package let start: Int
    /// One past the last.
    package var end: Int
  }

  package init(
    operations: [Operation], absences: [Int: String] = [:], constants: [Int: String] = [:], macroSpans: [MacroSpan] = []
  ) {
    self.operations = operations
    self.absences = absences
    self.constants = constants
    self.macroSpans = macroSpans
  }

  /// The same with operations of which each took the place of another.
  func replacing(_ operations: [Operation]) -> Program {
    Program(operations: operations, absences: absences, constants: constants, macroSpans: macroSpans)
  }

  /// Programs that do the same are equal, however they were written.
  package static func == (a: Program, b: Program) -> Bool { a.operations == b.operations && a.absences == b.absences }

  package func hash(into hasher: inout Hasher) {
    hasher.combine(operations)
    hasher.combine(absences)
  }

  /// - Parameter test: a predicate's value, by its index.
  package func run(_ test: (Int) -> Bool) -> Bool { run { predicate, _ in test(predicate) } }

  /// - Parameter test: a predicate's value, by its index and the place of the operation that asks for it.
  package func run(_ test: (_ predicate: Int, _ place: Int) -> Bool) -> Bool {
    var value = true
    var next = 0
    while next < operations.count {
      switch operations[next] {
      case .test(let predicate): value = test(predicate, next)
      case .constant(let constant): value = constant
      case .not: value.toggle()
      case .jumpIfFalse(let target): if !value { next = max(next + 1, target); continue }
      case .jumpIfTrue(let target): if value { next = max(next + 1, target); continue }
      }
      next += 1
    }
    return value
  }
}
