internal import Glibc
internal import SystemPackage

extension StreamSocket {
  /// Listens for TCP connections.
  ///
  /// - Parameter address: `127.0.0.1:9464`, `[::]:9464`; numbers, no names.
  package static func listening(internet address: String) throws(ControlError) -> StreamSocket {
    guard let colon = address.lastIndex(of: ":") else { throw .address(address) }
    var host = address[..<colon]
    if host.hasPrefix("["), host.hasSuffix("]") { host = host.dropFirst().dropLast() }
    var hints = addrinfo()
    hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
    hints.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV
    var list: UnsafeMutablePointer<addrinfo>?
    let port = String(address[address.index(after: colon)...])
    guard !host.isEmpty, !port.isEmpty, getaddrinfo(String(host), port, &hints, &list) == 0, let found = list?.pointee else {
      throw .address(address)
    }
    defer { freeaddrinfo(list) }
    let kind = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue)
    let descriptor = Glibc.socket(found.ai_family, kind, 0)
    guard descriptor >= 0 else { throw .system("socket", path: address, Errno(rawValue: errno)) }
    let socket = StreamSocket(owning: FileDescriptor(rawValue: descriptor))
    var yes: CInt = 1
    setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<CInt>.size))
    guard bind(descriptor, found.ai_addr, found.ai_addrlen) == 0 else {
      throw .system("bind", path: address, Errno(rawValue: errno))
    }
    guard listen(descriptor, 16) == 0 else { throw .system("listen", path: address, Errno(rawValue: errno)) }
    return socket
  }
}
