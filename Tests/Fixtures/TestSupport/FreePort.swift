internal import Glibc
internal import SystemPackage

package enum FreePort {
  /// Of TCP on 127.0.0.1: free a moment ago.
  package static func find() throws -> UInt16 {
    let descriptor = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    try expect(descriptor >= 0, "socket: \(Errno(rawValue: errno))")
    defer { close(descriptor) }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = in_addr_t(0x7F00_0001).bigEndian
    var size = socklen_t(MemoryLayout<sockaddr_in>.size)
    let result = withUnsafeMutablePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
        bind(descriptor, address, size) == 0 && getsockname(descriptor, address, &size) == 0
      }
    }
    try expect(result, "bind: \(Errno(rawValue: errno))")
    return UInt16(bigEndian: address.sin_port)
  }

  /// Whether someone listens there, on 127.0.0.1 or on all addresses.
  package static func isListening(_ port: UInt16) -> Bool {
    let digits = String(port, radix: 16, uppercase: true)
    let entry = ":" + String(repeating: "0", count: 4 - digits.count) + digits
    return ["/proc/net/tcp", "/proc/net/tcp6"].contains { path in
      lines(contents(path)).contains { line in
        let fields = line.split(separator: " ")
        // local address, peer, state: 0A is LISTEN
        return fields.count > 3 && fields[1].hasSuffix(entry) && fields[3] == "0A"
      }
    }
  }
}
