/// What somebody may see and do.
enum Role: Equatable, Sendable {
  /// All.
  case staff
  /// What is these tenants' own.
  case owner(Set<String>)
  case stranger
}
