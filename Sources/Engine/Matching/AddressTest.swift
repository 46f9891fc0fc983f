import Rules

/// A predicate's test of addresses.
enum AddressTest {
  case exists
  case isIn([Network])
  case isNotIn([Network])

  /// nil: a test of another type.
  init?(_ test: Predicate.Test) {
    switch test {
    case .exists: self = .exists
    case .isInNetworks(let networks): self = .isIn(networks)
    case .isNotInNetworks(let networks): self = .isNotIn(networks)
    default: return nil
    }
  }

  func holds(_ address: SocketAddress) -> Bool {
    switch self {
    case .exists: true
    case .isIn(let networks): Self.contains(networks, address)
    case .isNotIn(let networks): !Self.contains(networks, address)
    }
  }

  /// Of both ends: `!=` holds if neither is equal, all else if either end does.
  var asksAllEnds: Bool {
    if case .isNotIn = self { true } else { false }
  }

  private static func contains(_ networks: [Network], _ address: SocketAddress) -> Bool {
    for network in networks
    where network.contains(family: address.family, high: address.high, low: address.low) { return true }
    return false
  }
}
