/// What the policy makes of the event's workload: whose it is, and which rulesets are active for it. Holds until the next
/// record.
struct Membership: BitwiseCopyable {
  /// By index in the tenancy; -1: not sure yet, or the policy has no tenants.
  var tenant: Int32 = -1
  /// A bit for each ruleset; nil: the policy has none.
  var rulesets: UnsafePointer<UInt64>?

  func isActive(_ ruleset: Int32) -> Bool {
    guard let rulesets else { return false }
    return rulesets[Int(ruleset) >> 6] & (1 << UInt64(ruleset & 63)) != 0
  }
}
