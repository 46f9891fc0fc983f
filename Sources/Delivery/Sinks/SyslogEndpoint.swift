internal import Glibc
internal import SystemPackage

/// Where a syslog receiver is to be found.
enum SyslogEndpoint {
  case unix(path: String, sockaddr_un)
  case udp(host: String, port: UInt16)

  init(unixPath path: String) throws(DeliveryError) {
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    let bytes = Array(path.utf8)
    let fits = withUnsafeMutableBytes(of: &address.sun_path) { room in
      guard bytes.count < room.count else { return false }
      room.copyBytes(from: bytes)
      return true
    }
    guard fits, !bytes.isEmpty, !bytes.contains(0) else {
      let longest = MemoryLayout.size(ofValue: address.sun_path) - 1
      throw .setting("\(path): a socket's path has 1 to \(longest) bytes, none of them zero")
    }
    self = .unix(path: path, address)
  }

  init(udpHost host: String, port: UInt16) throws(DeliveryError) {
    guard !host.isEmpty, !host.utf8.contains(0) else {
      throw .setting("the name of a syslog host is empty or has a zero byte in it")
    }
    guard port != 0 else { throw .setting("syslog at \(host): port 0 is none") }
    self = .udp(host: host, port: port)
  }

  var name: String {
    switch self {
    case .unix(let path, _): path
    case .udp(let host, let port): "\(host) port \(port)"
    }
  }

  /// Does not wait, but for the resolver where the host has a name.
  /// - Parameter attempt: since it last worked; of a host's addresses, each gets its turn to be the first.
  func connect(attempt: Int) throws(DeliveryError) -> DatagramSocket {
    switch self {
    case .unix(_, var address):
      return try withUnsafePointer(to: &address) { pointer throws(DeliveryError) in
        try pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address throws(DeliveryError) in
          try connect(AF_UNIX, address, socklen_t(MemoryLayout<sockaddr_un>.size))
        }
      }
    case .udp(let host, let port): return try connectUDP(host: host, port: port, attempt: attempt)
    }
  }

  private func connectUDP(host: String, port: UInt16, attempt: Int) throws(DeliveryError) -> DatagramSocket {
    var hints = addrinfo()
    hints.ai_socktype = Int32(SOCK_DGRAM.rawValue)
    hints.ai_flags = AI_NUMERICSERV
    var list: UnsafeMutablePointer<addrinfo>?
    let code = getaddrinfo(host, String(port), &hints, &list)
    guard code == 0 else { throw .unresolved(host: host, reason: String(cString: gai_strerror(code))) }
    defer { freeaddrinfo(list) }
    let candidates = Array(sequence(first: list?.pointee) { $0?.ai_next?.pointee }.compactMap { $0 })
    var failure = DeliveryError.unresolved(host: host, reason: "none")
    for index in candidates.indices {
      let entry = candidates[(index + attempt) % candidates.count]
      do throws(DeliveryError) {
        return try connect(entry.ai_family, entry.ai_addr, entry.ai_addrlen)
      } catch {
        failure = error
      }
    }
    throw failure
  }

  private func connect(
    _ family: Int32, _ address: UnsafePointer<sockaddr>?, _ size: socklen_t
  ) throws(DeliveryError) -> DatagramSocket {
    let kind = Int32(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue)
    let descriptor = Glibc.socket(family, kind, 0)
    let number = errno
    guard descriptor >= 0 else { throw .system(what: "socket for \(name)", Errno(rawValue: number)) }
    let socket = DatagramSocket(owning: descriptor)
    let result = Glibc.connect(descriptor, address, size)
    let failure = errno
    guard result == 0 else { throw .system(what: "connect to \(name)", Errno(rawValue: failure)) }
    return socket
  }
}
