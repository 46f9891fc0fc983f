/// Why a rule did, or did not, fire at a record.
package struct Explanation: Sendable {
  package let recordNumber: UInt64
  /// `evt.type` of the event.
  package let event: String
  /// Wall-clock time of the event, nanoseconds since 1970.
  package let timestampNanoseconds: Int64
  package let fires: Bool
  /// nil: the policy has no tenants.
  package let scope: Scope?
  /// The condition as a tree, from the whole down, each part after the one that it belongs to.
  package let parts: [Part]

  /// Which workloads the rule sees, and whether the record's is one of them.
  package struct Scope: Sendable {
    /// `site`, `ruleset web`, `tenant m1234`.
    package let text: String
    package let containsWorkload: Bool
    /// Whose the workload is; several: whose it may be.
    package let tenants: [String]
  }

  package struct Part: Sendable {
    /// `and`, `or`, `not`, a comparison as a rule would write it, or for what needs no look at the event `true`, `false`.
    package let text: String
    /// The macros that it stands for, an outer one before those in it.
    package let macros: [String]
    /// 0 for the whole.
    package let depth: Int
    package let value: Bool
    /// Of a comparison's field, escaped and cut: none, one, or more for one with several, as both ends of a socket.
    package let contents: [String]
    /// The comparison's field has no value, so that it is false whatever it asks.
    package let isAbsent: Bool
    /// With a value for this field, and for others of which it is said as well, the rule would have done the opposite.
    package let decided: Bool
  }
}
