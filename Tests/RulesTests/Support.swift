import Events
import Glibc
import Testing

@testable import Rules

func load(_ text: String, _ limits: LoadLimits = LoadLimits()) -> LoadResult {
  PolicyLoader(limits: limits).load(files: [("test.yaml", Array(text.utf8))])
}

/// A rule file with one rule of that condition, in a block so that any text will do.
func ruleFile(_ condition: String, before: String = "", output: String = "fired") -> String {
  """
  \(before)
  - rule: R
    desc: d
    condition: |
      \(condition.split(separator: "\n", omittingEmptySubsequences: false).joined(separator: "\n    "))
    output: '\(output)'
    priority: Warning
  """
}

/// The only rule of a policy with that condition.
func compile(_ condition: String, before: String = "") throws -> (rule: Rule, policy: Policy) {
  let loaded = load(ruleFile(condition, before: before))
  let policy = try #require(loaded.policy, "\(loaded.report)")
  return (try #require(policy.rules.first, "\(loaded.report)"), policy)
}

/// The only error that a condition gives, as `line:column message; hint` within the condition.
func failure(_ condition: String, before: String = "") -> String {
  let loaded = load(ruleFile(condition, before: before))
  #expect(loaded.policy == nil, "no error: \(condition)")
  let last = before.split(separator: "\n", omittingEmptySubsequences: false).count + 3
  return loaded.errors.map { error in
    let location = error.location
    return "\(location.line - last):\(location.column - 4) \(error.message)\(error.hint.map { "; \($0)" } ?? "")"
  }.joined(separator: "\n")
}

/// The tests of a condition, in order of use.
func tests(_ condition: String) throws -> [Predicate.Test] { try compile(condition).policy.predicates.map(\.test) }

/// Whether a diagnostic's place is one that an editor can go to.
func isInside(_ location: Rules.SourceLocation, _ file: SourceFile?) -> Bool {
  guard let line = file?.line(location.line) else { return false }
  let characters = line.count { $0 & 0xC0 != 0x80 }
  return (1...characters + 1).contains(location.column)
}

/// What work costs: the time of this thread's processor, so that a busy machine doesn't count.
func cost(_ work: () throws -> Void) rethrows -> Duration {
  func now() -> Duration {
    var time = timespec()
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
  }
  let start = now()
  try work()
  return now() - start
}
