/// A rule that fires only where another does.
struct Shadow: Equatable {
  /// By index in the policy.
  let rule: Int
  let other: Int
  /// The other fires only where this one does, as well.
  let isEqual: Bool
}
