/// Where a rule's steps are.
struct RuleSteps: BitwiseCopyable {
  let rule: Int32
  let start: Int32
  let end: Int32

  /// - Parameter operation: of the rule's program, where a run may as well begin.
  func starting(at operation: Int) -> RuleSteps {
    RuleSteps(rule: rule, start: min(end, start + Int32(truncatingIfNeeded: operation)), end: end)
  }
}
