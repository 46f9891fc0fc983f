/// Predicates met so far, each once, and how much they and the texts that they come from take.
struct PredicatePool {
  private(set) var predicates: [Predicate] = []
  private var indices: [Predicate: Int] = [:]
  private(set) var limit: Int
  /// Bytes of conditions, and of what is made of them, that may still come; less than none: too much came.
  private(set) var bytesLeft: Int

  /// A few bytes of pattern unfold to thousands of steps.
  static let bytesOfStep = 8

  /// - Parameter limit: of all bytes.
  init(limit: Int = .max) {
    self.limit = limit
    bytesLeft = limit
  }

  mutating func index(of predicate: Predicate) -> Int {
    if let index = indices[predicate] { return index }
    indices[predicate] = predicates.count
    predicates.append(predicate)
    take(predicate.test.regexSteps * Self.bytesOfStep)
    return predicates.count - 1
  }

  /// Counts anew, for texts that have a limit of their own.
  mutating func restart(limit: Int) {
    self.limit = limit
    bytesLeft = limit
  }

  mutating func take(_ bytes: Int) { bytesLeft = max(-1, bytesLeft - bytes) }

  /// What to say once too much came.
  func sizeError(at offset: Int) -> ConditionError {
    ConditionError(
      .syntax, at: offset, "all conditions together are longer than \(limit) bytes, their regular expressions unfolded",
      hint: "a step of a regular expression counts as \(Self.bytesOfStep) bytes, and {n} repeats what stands before it")
  }
}

extension Predicate.Test {
  fileprivate var regexSteps: Int {
    switch self {
    case .regex(let regex): regex.states.count
    case .ofExpression(_, let test): test.regexSteps
    default: 0
    }
  }
}
