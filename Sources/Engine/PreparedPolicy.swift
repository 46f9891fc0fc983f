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

  /// Takes up to seconds for thousands of rules.
  package init(_ policy: Policy) {
    self.policy = policy
    matcher = Matcher(policy)
    correlator = Correlator(policy)
    tenancy = CompiledTenancy(policy)
  }

  consuming func take(_ matcher: inout Matcher, _ correlator: inout Correlator, _ state: inout State) {
    state.replace(tenancy)
    matcher = self.matcher
    correlator = self.correlator
  }
}
