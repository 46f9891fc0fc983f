internal import Glibc

/// An IP network; an address is a network of full length.
package struct Network: Hashable, Sendable {
  package enum Family: UInt8, Hashable, Sendable { case v4 = 4, v6 = 6 }

  package let family: Family
  /// The address in network byte order as two words, IPv4 in the upper half of `high`; bits past the prefix are zero.
  package let high: UInt64
  package let low: UInt64
  /// 0 to 32 or 0 to 128.
  package let prefixLength: Int

  /// - Parameter prefixLength: clamped to what the family has.
  package init(family: Family, high: UInt64, low: UInt64, prefixLength: Int) {
    let length = max(0, min(prefixLength, family == .v4 ? 32 : 128))
    self.family = family
    self.prefixLength = length
    self.high = length >= 64 ? high : length == 0 ? 0 : high & (UInt64.max << UInt64(64 - length))
    self.low = length >= 128 ? low : length <= 64 ? 0 : low & (UInt64.max << UInt64(128 - length))
  }

  /// nil: neither an address nor a network, as rules write them.
  package init?(text: String) {
    guard let network = ConstantParser.network(Array(text.utf8)) else { return nil }
    self = network
  }

  package func contains(_ other: Network) -> Bool {
    other.family == family && other.prefixLength >= prefixLength
      && Network(family: family, high: other.high, low: other.low, prefixLength: prefixLength) == self
  }

  /// As rules write it: `10.0.0.0/8`, an address without a length.
  package var text: String {
    var address = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
    var words = (high.bigEndian, low.bigEndian)
    guard inet_ntop(family == .v4 ? AF_INET : AF_INET6, &words, &address, socklen_t(address.count)) != nil else { return "?" }
    let text = String(decoding: address.prefix { $0 != 0 }.map(UInt8.init), as: UTF8.self)
    return prefixLength == (family == .v4 ? 32 : 128) ? text : "\(text)/\(prefixLength)"
  }
}
