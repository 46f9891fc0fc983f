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

  package init(operations: [Operation], absences: [Int: String] = [:]) {
    self.operations = operations
    self.absences = absences
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
