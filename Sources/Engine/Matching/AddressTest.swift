import Rules

/// A predicate's test of addresses.
enum AddressTest: BitwiseCopyable {
  case exists
  case isIn(UnsafeBufferPointer<MaskedNetwork>)
  case isNotIn(UnsafeBufferPointer<MaskedNetwork>)

  /// nil: a test of another type.
  init?(_ test: Predicate.Test, _ constants: Constants) {
    switch test {
    case .exists: self = .exists
    case .isInNetworks(let networks): self = .isIn(constants.keep(networks.map { MaskedNetwork($0) }))
    case .isNotInNetworks(let networks): self = .isNotIn(constants.keep(networks.map { MaskedNetwork($0) }))
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

  private static func contains(_ networks: UnsafeBufferPointer<MaskedNetwork>, _ address: SocketAddress) -> Bool {
    for network in networks where network.contains(address) { return true }
    return false
  }
}

/// A network with its masks made.
struct MaskedNetwork: BitwiseCopyable {
  private let high: UInt64
  private let low: UInt64
  private let highMask: UInt64
  private let lowMask: UInt64
  private let family: UInt8

  init(_ network: Network) {
    let all = Network(family: network.family, high: .max, low: .max, prefixLength: network.prefixLength)
    (high, low) = (network.high, network.low)
    (highMask, lowMask) = (all.high, all.low)
    family = network.family.rawValue
  }

  func contains(_ address: SocketAddress) -> Bool {
    address.family.rawValue == family && address.high & highMask == high && address.low & lowMask == low
  }
}
