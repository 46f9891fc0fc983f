package import Rules

/// A policy made ready to be matched, apart from the engine that will run it: on another thread, while the old one
/// still runs.
///
/// Unchecked: what the matcher points to is its own, and nobody else has it.
package struct PreparedPolicy: ~Copyable, @unchecked Sendable {
  package let policy: Policy
  let matcher: Matcher

  /// Takes up to seconds for thousands of rules.
  package init(_ policy: Policy) {
    self.policy = policy
    matcher = Matcher(policy)
  }

  consuming func take() -> Matcher { matcher }
}
