/// Two tenants whose matches hold for one workload.
struct Overlap {
  /// By index in the tenancy.
  let tenant: Int
  /// The one that has it, as it stands before.
  let earlier: Int
  /// One for which both hold.
  let example: WorkloadExample
  /// Wherever the tenant's match holds, the earlier one's does.
  var isWhole: Bool
}
