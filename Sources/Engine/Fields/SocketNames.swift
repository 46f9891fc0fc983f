import CEvents
package import Events
import Glibc

/// Names of what sockets and files are.
package enum SocketNames {
  static let inet6 = UInt16(AF_INET6)

  /// Writes `tcp`, `udp`, ...; the number of one without a name here.
  package static func writeProtocol(_ number: UInt16, to writer: inout ByteWriter) {
    switch number {
    case 1: writer.append("icmp")
    case 6, 262: writer.append("tcp")  // 262: MPTCP, which is TCP to a rule
    case 17: writer.append("udp")
    case 33: writer.append("dccp")
    case 58: writer.append("icmpv6")
    case 132: writer.append("sctp")
    case 136: writer.append("udplite")
    case 255: writer.append("raw")
    default: writer.append(UInt64(number))
    }
  }

  static func writeType(_ number: UInt16, to writer: inout ByteWriter) {
    switch number {
    case 1: writer.append("stream")
    case 2: writer.append("dgram")
    case 3: writer.append("raw")
    case 5: writer.append("seqpacket")
    case 6: writer.append("dccp")
    default: writer.append(UInt64(number))
    }
  }

  /// What a process has as its file descriptor 0, 1 or 2; nil: closed, or not known.
  static func standardStreamType(_ stdio: sv_stdio) -> String? {
    switch (stdio.type, CInt(stdio.family)) {
    case (1, _): "fifo"
    case (2, _): "char"
    case (4, _): "directory"
    case (6, _): "block"
    case (8, _): "file"
    case (12, AF_INET): "ipv4"
    case (12, AF_INET6): "ipv6"
    case (12, AF_UNIX): "unix"
    case (12, _): "socket"
    default: nil
    }
  }
}
