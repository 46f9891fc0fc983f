import Events
import Rules

/// A rule's program for one kind of event, as the tests that are left once those of `evt.type` are settled, and where each
/// goes when it holds and when it doesn't.
struct Decisions {
  enum Next: Equatable {
    /// The operation of a test.
    case test(Int)
    case end(Bool)
  }

  let start: Next
  private let program: Program
  /// By operation, with false and with true at hand; one more for the end.
  private let settled: [(whenFalse: Next, whenTrue: Next)]

  init(_ program: Program, _ kind: EventKind, _ predicates: [Predicate]) {
    self.program = program
    let count = program.operations.count
    var settled = [(whenFalse: Next, whenTrue: Next)](repeating: (.end(false), .end(true)), count: count + 1)
    for index in program.operations.indices.reversed() {
      let next = settled[index + 1]
      /// Jumps go forward, whoever made the program.
      func target(_ operation: Int) -> Int { min(count, max(index + 1, operation)) }
      switch program.operations[index] {
      case .test(let predicate):
        if case .isKind(let kinds) = predicates[predicate].test {
          let value = kinds.contains(kind) ? next.whenTrue : next.whenFalse
          settled[index] = (value, value)
        } else {
          settled[index] = (.test(index), .test(index))
        }
      case .constant(let value): settled[index] = value ? (next.whenTrue, next.whenTrue) : (next.whenFalse, next.whenFalse)
      case .not: settled[index] = (next.whenTrue, next.whenFalse)
      case .jumpIfFalse(let operation): settled[index] = (settled[target(operation)].whenFalse, next.whenTrue)
      case .jumpIfTrue(let operation): settled[index] = (next.whenFalse, settled[target(operation)].whenTrue)
      }
    }
    self.settled = settled
    start = settled[0].whenTrue
  }

  /// Indices of the predicates that may have to be tried.
  var predicates: Set<Int> {
    var found: Set<Int> = []
    for (index, operation) in program.operations.enumerated() {
      if case .test(let predicate) = operation, settled[index].whenTrue == .test(index) { found.insert(predicate) }
    }
    return found
  }

  /// The cheapest predicates of which one must hold for the rule to: every way through the tests to its end passes one
  /// that holds.
  ///
  /// - Parameter cost: of a predicate.
  /// - Returns: nil: there are none. Empty: the rule can't hold.
  func necessary(_ cost: (Int) -> Double) -> (predicates: Set<Int>, cost: Double)? {
    var cuts = [Cut?](repeating: nil, count: program.operations.count)
    func cut(_ next: Next) -> Cut? {
      switch next {
      case .test(let operation): cuts[operation]
      case .end(let value): value ? nil : Cut(cost: 0)
      }
    }
    for index in program.operations.indices.reversed() {
      guard case .test(let predicate) = program.operations[index], settled[index].whenTrue == .test(index) else { continue }
      let next = settled[index + 1]
      guard let whenFalse = cut(next.whenFalse) else { continue }
      let deeper = cut(next.whenTrue)
      let own = cost(predicate)
      if own < deeper?.cost ?? .infinity {
        cuts[index] = Cut(cost: own + whenFalse.cost, predicate: predicate, parts: [next.whenFalse])
      } else if let deeper {
        let isSame = next.whenFalse == next.whenTrue
        cuts[index] = Cut(
          cost: isSame ? deeper.cost : deeper.cost + whenFalse.cost,
          parts: isSame ? [next.whenTrue] : [next.whenTrue, next.whenFalse])
      }
    }
    guard let whole = cut(start) else { return nil }
    return (collect(cuts), whole.cost)
  }

  private struct Cut {
    let cost: Double
    var predicate: Int?
    var parts: [Next] = []
  }

  private func collect(_ cuts: [Cut?]) -> Set<Int> {
    var predicates: Set<Int> = []
    var seen: Set<Int> = []
    var left = [start]
    while let next = left.popLast() {
      guard case .test(let operation) = next, seen.insert(operation).inserted, let cut = cuts[operation] else { continue }
      if let predicate = cut.predicate { predicates.insert(predicate) }
      left += cut.parts
    }
    return predicates
  }
}
