/// Where a rule's steps are.
struct RuleSteps: BitwiseCopyable {
  let rule: Int32
  var start: Int32
  let end: Int32
  /// Which workloads it sees, by index among the matcher's scopes; -1: all that it is tried on.
  let scope: Int32

  /// - Parameter operation: of the rule's program, where a run may as well begin.
  func starting(at operation: Int) -> RuleSteps {
    var steps = self
    steps.start = min(end, start + Int32(truncatingIfNeeded: operation))
    return steps
  }
}
