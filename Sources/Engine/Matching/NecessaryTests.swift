import Events
import Rules

/// What a rule's program comes down to for one kind of event, for which the tests of `evt.type` are settled.
struct NecessaryTests {
  /// The first operation that has to be run; the program's end if nothing has to be tried and the rule holds.
  let start: Int
  /// Predicates that all must hold for the rule to; not all there are: those that its first tests tell.
  let predicates: [Int]

  /// Tests looked at; more would only find more of what one is enough of.
  private static let limit = 16

  /// nil: the rule can't hold for this kind.
  init?(_ program: Program, _ kind: EventKind, _ predicates: [Predicate]) {
    let run = Run(program: program, kind: kind, predicates: predicates)
    guard var (test, predicate) = run.nextTest(from: 0, true) else {
      guard run.outcome(from: 0, true) == true else { return nil }
      start = program.operations.count
      self.predicates = []
      return
    }
    start = test
    var found: [Int] = []
    for _ in 0..<Self.limit {
      let value: Bool
      if run.outcome(from: test + 1, false) == false {
        found.append(predicate)
        value = true
      } else if run.outcome(from: test + 1, true) == false {
        value = false
      } else {
        break
      }
      guard let next = run.nextTest(from: test + 1, value) else { break }
      (test, predicate) = next
    }
    self.predicates = found
  }
}

/// Runs a program as far as it goes without an event.
private struct Run {
  let program: Program
  let kind: EventKind
  let predicates: [Predicate]

  /// The first test that has to be tried when `value` is at hand at an operation; nil: none has to be.
  func nextTest(from operation: Int, _ value: Bool) -> (operation: Int, predicate: Int)? {
    let (end, _) = settled(operation, value)
    guard end < program.operations.count, case .test(let predicate) = program.operations[end] else { return nil }
    return (end, predicate)
  }

  /// The program's value, if none has to be tried.
  func outcome(from operation: Int, _ value: Bool) -> Bool? {
    let (end, value) = settled(operation, value)
    return end < program.operations.count ? nil : value
  }

  private func settled(_ operation: Int, _ value: Bool) -> (operation: Int, value: Bool) {
    var next = operation
    var value = value
    while next < program.operations.count {
      switch program.operations[next] {
      case .test(let predicate):
        guard case .isKind(let kinds) = predicates[predicate].test else { return (next, value) }
        value = kinds.contains(kind)
      case .constant(let constant): value = constant
      case .not: value.toggle()
      case .jumpIfFalse(let target): if !value { next = max(next + 1, target); continue }
      case .jumpIfTrue(let target): if value { next = max(next + 1, target); continue }
      }
      next += 1
    }
    return (next, value)
  }
}
