import Events
import Rules

/// Gates that only open when an address is in one of several networks: one look for each length of prefix.
struct NetworkIndex: BitwiseCopyable {
  private struct Prefix: BitwiseCopyable {
    let family: UInt8
    let length: UInt8
    let high: UInt64
    let low: UInt64
  }

  private let field: Field
  private let prefixes: UnsafeBufferPointer<Prefix>
  private let gates: HashedGates

  init(_ field: Field, _ networks: [Network: [Int32]], _ constants: Constants) {
    self.field = field
    var byHash: [UInt64: [Int32]] = [:]
    var masks: Set<Network> = []
    for (network, ids) in networks {
      let mask = Network(family: network.family, high: .max, low: .max, prefixLength: network.prefixLength)
      masks.insert(mask)
      let prefix = Self.prefix(mask)
      byHash[Self.hash(prefix, network.high, network.low), default: []] += ids
    }
    prefixes = constants.keep(masks.map(Self.prefix))
    gates = HashedGates(byHash, constants)
  }

  /// Opens the gates that either of the event's ends leaves possible.
  func open(_ state: borrowing State, _ gates: RuleGates) {
    let ends = state.ends(field)
    if let address = ends.0 { open(address, gates) }
    if let address = ends.1 { open(address, gates) }
  }

  private func open(_ address: SocketAddress, _ gates: RuleGates) {
    for prefix in prefixes where prefix.family == address.family.rawValue {
      self.gates.open(Self.hash(prefix, address.high & prefix.high, address.low & prefix.low), gates)
    }
  }

  private static func prefix(_ mask: Network) -> Prefix {
    Prefix(family: mask.family.rawValue, length: UInt8(truncatingIfNeeded: mask.prefixLength), high: mask.high, low: mask.low)
  }

  private static func hash(_ prefix: Prefix, _ high: UInt64, _ low: UInt64) -> UInt64 {
    let kind = UInt64(prefix.family) << 8 | UInt64(prefix.length)
    return FoldedBytes.hash(FoldedBytes.hash(FoldedBytes.hash(FoldedBytes.basis, kind), high), low)
  }
}
