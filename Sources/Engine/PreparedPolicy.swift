package import Rules

/// A policy made ready to be matched, apart from the engine that will run it: on another thread, while the old one
/// still runs.
///
/// Unchecked: what the matcher, the correlator and the tenancy point to is their own, and nobody else has it.
package struct PreparedPolicy: ~Copyable, @unchecked Sendable {
  package let policy: Policy
  private let matcher: Matcher
  private let correlator: Correlator
  private let tenancy: CompiledTenancy?
  /// nil: as the engine has it.
  private let quiet: QuietRules?

  /// Takes up to seconds for thousands of rules.
  ///
  /// - Parameter quiet: nil: as the engine that takes it has it set.
  package init(_ policy: Policy, quiet: QuietSettings? = nil) {
    self.policy = policy
    matcher = Matcher(policy)
    correlator = Correlator(policy)
    tenancy = CompiledTenancy(policy)
    self.quiet = quiet.map { QuietRules(policy, $0) }
  }

  consuming func take(
    _ matcher: inout Matcher, _ correlator: inout Correlator, _ quiet: inout Quiet, _ state: inout State
  ) {
    // First: what was held back is told of the tenants that it was of.
    quiet.replace(with: self.quiet ?? QuietRules(policy, quiet.rules.settings), state)
    state.replace(tenancy)
    matcher = self.matcher
    correlator = self.correlator
  }
}
