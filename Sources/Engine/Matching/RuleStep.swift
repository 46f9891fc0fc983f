import Rules

/// A condition's operation as plain bytes, jumps counted from the start of all rules' steps.
enum RuleStep: BitwiseCopyable {
  case test(Int32)
  case constant(Bool)
  case not
  case jumpIfFalse(Int32)
  case jumpIfTrue(Int32)

  /// - Parameters:
  ///   - place: of the operation among all steps.
  ///   - start: of its program.
  init(_ operation: Program.Operation, at place: Int, start: Int, end: Int) {
    /// Forward always, and no further than the program's end: a run ends, whoever made the program.
    func target(_ operation: Int) -> Int32 { Int32(truncatingIfNeeded: min(end, max(place + 1, start + operation))) }
    switch operation {
    case .test(let predicate): self = .test(Int32(truncatingIfNeeded: predicate))
    case .constant(let value): self = .constant(value)
    case .not: self = .not
    case .jumpIfFalse(let operation): self = .jumpIfFalse(target(operation))
    case .jumpIfTrue(let operation): self = .jumpIfTrue(target(operation))
    }
  }
}
