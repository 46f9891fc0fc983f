package import Events
import Glibc
package import Rules

/// One end of a socket.
package struct SocketAddress: Hashable, Sendable {
  package let family: Network.Family
  /// As ``Network`` has it.
  package let high: UInt64
  package let low: UInt64
  /// 0: not known.
  package let port: UInt16

  /// - Parameters:
  ///   - family: AF_INET or AF_INET6. An IPv4 address in IPv6 clothes (::ffff:a.b.c.d) is taken as what goes over the
  ///     wire: IPv4, so that no rule on an address can be passed by that way of writing it.
  ///   - bytes: a record's `__u8 address[16]`.
  package init?<Bytes: BitwiseCopyable>(family: UInt16, bytes: Bytes, port: UInt16) {
    let words = withUnsafeBytes(of: bytes) {
      (UInt64(bigEndian: $0.loadUnaligned(as: UInt64.self)),
       UInt64(bigEndian: $0.loadUnaligned(fromByteOffset: 8, as: UInt64.self)))
    }
    self.port = port
    switch CInt(family) {
    case AF_INET:
      self.family = .v4
      high = words.0 & 0xFFFF_FFFF_0000_0000
      low = 0
    case AF_INET6 where words.0 == 0 && words.1 >> 32 == 0xFFFF:
      self.family = .v4
      high = words.1 << 32
      low = 0
    case AF_INET6:
      self.family = .v6
      high = words.0
      low = words.1
    default: return nil
    }
  }

  /// No address and no port.
  package var isUnspecified: Bool { high == 0 && low == 0 && port == 0 }

  /// Writes `10.0.0.1` or `fe80::1`.
  package func writeAddress(to writer: inout ByteWriter) {
    if family == .v4 {
      for shift in [UInt64(56), 48, 40, 32] {
        if shift < 56 { writer.append(byte: UInt8(ascii: ".")) }
        writer.append(high >> shift & 0xFF)
      }
      return
    }
    var bytes = (high.bigEndian, low.bigEndian)
    withUnsafeTemporaryAllocation(of: CChar.self, capacity: Int(INET6_ADDRSTRLEN)) { text in
      guard inet_ntop(AF_INET6, &bytes, text.baseAddress, socklen_t(text.count)) != nil else { return }
      let end = text.firstIndex(of: 0) ?? text.endIndex
      writer.append(UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(text)[..<end]))
    }
  }

  /// Writes the address, a colon and the port.
  package func write(to writer: inout ByteWriter) {
    writeAddress(to: &writer)
    writer.append(byte: UInt8(ascii: ":"))
    writer.append(UInt64(port))
  }
}
