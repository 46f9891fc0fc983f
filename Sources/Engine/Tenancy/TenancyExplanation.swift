package import Events

/// Why a workload belongs to a tenant, and why which rulesets are active for it. All text in it is valid UTF-8 without
/// control characters.
package struct TenancyExplanation: Sendable {
  /// A part of a condition, from the whole down, each after the one that it belongs to.
  package struct Part: Sendable, Hashable {
    /// `and`, `or`, `not`, or a comparison as a policy would write it.
    package let text: String
    /// 0 for the whole.
    package let depth: Int
    package let truth: Truth
    /// Of a comparison's field, escaped and cut: none, one, or more.
    package let contents: [String]
  }

  /// A tenant that has the workload, or may have it.
  package struct Candidate: Sendable, Hashable {
    package let tenant: String
    package let truth: Truth
    /// Of its `match`; none of `host` and `unassigned`.
    package let match: [Part]
  }

  package struct RulesetState: Sendable, Hashable {
    package let ruleset: String
    package let isActive: Bool
    /// Those candidates that list it, so that it is active whatever its condition says.
    package let listedBy: [String]
    /// Of its `when`; nil: it has none.
    package let truth: Truth?
    package let when: [Part]
  }

  /// Something that a source said of the workload.
  package struct Fact: Sendable, Hashable {
    /// As rules write the field.
    package let name: String
    package let value: String
    /// nil: the kernel's own cgroups and mounts.
    package let source: FactSource?
    /// CLOCK_BOOTTIME when it was told.
    package let timeNanoseconds: UInt64
  }

  package let workload: WorkloadSummary
  /// CLOCK_BOOTTIME of the latest record: what facts' age counts from.
  package let timeNanoseconds: UInt64
  /// In the order in which they are tried; of the many that a workload may be of when nothing is known, the first few.
  package let candidates: [Candidate]
  /// In the order of the policy; none: it has no tenants.
  package let rulesets: [RulesetState]
  package let facts: [Fact]

  /// Candidates that are explained; ``WorkloadSummary/candidates`` has all.
  package static let maximumCandidates = 32
}
