internal import Glibc

/// Gives every address another of its family and class, by a key: equal stays equal, and no two become one. What says
/// nothing of anybody stays: no address, loopback, link-local, multicast. Private addresses stay private, in their block.
struct AddressPermutation {
  private let hash: KeyedHash
  /// Addresses of one /24 (IPv6: /64) stay together in another.
  private let keepsNetworks: Bool
  private var known: [UInt128: UInt128] = [:]

  /// Addresses whose result is remembered; then it starts anew.
  private static let maximumKnown = 1 << 16
  private static let rounds: UInt8 = 8

  init(_ hash: KeyedHash, keepsNetworks: Bool) {
    self.hash = hash
    self.keepsNetworks = keepsNetworks
  }

  /// - Parameters:
  ///   - address: 16 bytes, in network byte order.
  ///   - family: AF_INET or AF_INET6; what is of another is all zero or not told apart, and becomes zero.
  mutating func permuted(_ address: [UInt8], family: Int32) -> [UInt8] {
    let number = address.prefix(16).reduce(UInt128(0)) { $0 << 8 | UInt128($1) }
    let result: UInt128
    switch family {
    case AF_INET: result = permuted(v4: number >> 96) << 96
    // ::ffff:a.b.c.d, and 64:ff9b::a.b.c.d: what goes over the wire is that IPv4 address.
    case AF_INET6 where number >> 32 == 0xFFFF || number >> 32 == UInt128(0x0064_FF9B) << 64:
      result = ((number >> 32) << 32) | permuted(v4: number & 0xFFFF_FFFF)
    case AF_INET6: result = permuted(v6: number)
    default: result = 0
    }
    return withUnsafeBytes(of: result.bigEndian) { Array($0) }
  }

  private mutating func permuted(v4 address: UInt128) -> UInt128 {
    if let result = known[address] { return result }
    return remember(address, permuted(address, bits: 32, networkBits: 24, Self.classV4))
  }

  private mutating func permuted(v6 address: UInt128) -> UInt128 {
    // No IPv4 address is as large as an IPv6 address of note; those that are small stay as they are.
    guard address >= 1 << 32 else { return address }
    if let result = known[address] { return result }
    return remember(address, permuted(address, bits: 128, networkBits: 64, Self.classV6))
  }

  private mutating func remember(_ address: UInt128, _ result: UInt128) -> UInt128 {
    if known.count >= Self.maximumKnown { known.removeAll(keepingCapacity: true) }
    known[address] = result
    return result
  }

  /// A permutation of the class: what leads out of it is permuted again, until it is in.
  private func permuted(_ address: UInt128, bits: Int, networkBits: Int, _ classOf: (UInt128) -> Class) -> UInt128 {
    let own = classOf(address)
    guard let prefix = own.prefix else { return address }
    let free = bits - prefix
    let hostBits = bits - networkBits
    var result = address
    repeat {
      let kept = (result >> UInt128(free)) << UInt128(free)
      let rest = result & Self.mask(free)
      if keepsNetworks, free > hostBits {
        let network = permuted(rest >> UInt128(hostBits), bits: free - hostBits, use: 1, kept >> UInt128(hostBits))
        result = kept | network << UInt128(hostBits) | rest & Self.mask(hostBits)
      } else {
        result = kept | permuted(rest, bits: free, use: 2, kept)
      }
    } while classOf(result) != own
    guard keepsNetworks, free > hostBits else { return result }
    let network = (result >> UInt128(hostBits)) << UInt128(hostBits)
    return network | permuted(result & Self.mask(hostBits), bits: hostBits, use: 3, network)
  }

  /// A Feistel network: two parts of the bits, each changed in turn by a hash of the other.
  private func permuted(_ value: UInt128, bits: Int, use: UInt8, _ tweak: UInt128) -> UInt128 {
    let lowBits = bits / 2
    let highBits = bits - lowBits
    var high = value >> UInt128(lowBits)
    var low = value & Self.mask(lowBits)
    for round in 0..<Self.rounds {
      if round.isMultiple(of: 2) {
        high ^= mixed(low, use, round, tweak) & Self.mask(highBits)
      } else {
        low ^= mixed(high, use, round, tweak) & Self.mask(lowBits)
      }
    }
    return high << UInt128(lowBits) | low
  }

  private func mixed(_ half: UInt128, _ use: UInt8, _ round: UInt8, _ tweak: UInt128) -> UInt128 {
    var message: [UInt8] = [use, round]
    withUnsafeBytes(of: half.bigEndian) { message.append(contentsOf: $0) }
    withUnsafeBytes(of: tweak.bigEndian) { message.append(contentsOf: $0) }
    return UInt128(hash.number(0x41, message))
  }

  private static func mask(_ bits: Int) -> UInt128 { bits >= 128 ? .max : (1 << UInt128(bits)) - 1 }

  // MARK: - Classes

  private struct Class: Equatable {
    let number: Int
    /// Bits that stay; nil: all do.
    let prefix: Int?
  }

  private static func classV4(_ address: UInt128) -> Class {
    let address = UInt32(truncatingIfNeeded: address)
    switch (address >> 24, address >> 16) {
    // This network, loopback, link-local, multicast and broadcast.
    case (0, _), (127, _), (_, 0xA9FE), (224..., _): return Class(number: 1, prefix: nil)
    case (10, _): return Class(number: 2, prefix: 8)
    case (_, 0xAC10...0xAC1F): return Class(number: 3, prefix: 12)
    case (_, 0xC0A8): return Class(number: 4, prefix: 16)
    case (_, 0x6440...0x647F): return Class(number: 5, prefix: 10)  // shared (RFC 6598)
    default: return Class(number: 0, prefix: 0)
    }
  }

  private static func classV6(_ address: UInt128) -> Class {
    switch address >> 112 {
    case 0xFE80...0xFEBF, 0xFF00...0xFFFF: Class(number: 1, prefix: nil)  // link-local, multicast
    case 0xFC00...0xFDFF: Class(number: 2, prefix: 7)
    case 0x2000...0x3FFF: Class(number: 3, prefix: 3)
    default: Class(number: 0, prefix: 0)
    }
  }
}
