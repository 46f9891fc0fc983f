/// A correlation that fired: what tells it from others.
struct CorrelationOutcome {
  /// By index in the policy.
  let correlation: Int
  /// Of the window: two of a correlation may be full at one record.
  let group: ValueIdentity
  /// As ``CorrelationWindow/Result/tenant``.
  let tenant: Int32

  /// What its alert's id has behind the correlation's name.
  var suffix: String { "\0" + String(group.high, radix: 16) + String(group.low, radix: 16) }
}
