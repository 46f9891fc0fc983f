internal import Glibc
internal import SystemPackage

/// A bound datagram socket, read when a test asks; closed when it goes out of scope, its path left as a dead receiver
/// leaves it.
package final class DatagramReceiver {
  private let descriptor: Int32
  package private(set) var port: UInt16 = 0

  package init(unixPath path: String) throws {
    unlink(path)
    descriptor = Glibc.socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    try expect(descriptor >= 0, "socket: \(Errno(rawValue: errno))")
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
    let result = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
      }
    }
    try expect(result == 0, "bind \(path): \(Errno(rawValue: errno))")
  }

  /// At every address of the node, IPv4's too, and a port that the kernel chooses.
  package init() throws {
    descriptor = Glibc.socket(AF_INET6, Int32(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    try expect(descriptor >= 0, "socket: \(Errno(rawValue: errno))")
    var no: Int32 = 0
    setsockopt(descriptor, Int32(IPPROTO_IPV6), IPV6_V6ONLY, &no, socklen_t(MemoryLayout<Int32>.size))
    var address = sockaddr_in6()
    address.sin6_family = sa_family_t(AF_INET6)
    var size = socklen_t(MemoryLayout<sockaddr_in6>.size)
    let result = withUnsafeMutablePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
        bind(descriptor, address, size) == 0 && getsockname(descriptor, address, &size) == 0
      }
    }
    try expect(result, "bind")
    port = UInt16(bigEndian: address.sin6_port)
  }

  deinit { close(descriptor) }

  /// The next message.
  package func receive(seconds: Int = 20) throws -> String {
    var polled = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    try expect(poll(&polled, 1, Int32(seconds) * 1000) == 1, "nothing came")
    guard let message = receiveNow() else { throw TestFailure("nothing came") }
    return message
  }

  /// nil: there is none.
  package func receiveNow() -> String? {
    var buffer = [UInt8](repeating: 0, count: 1 << 17)
    let count = recv(descriptor, &buffer, buffer.count, Int32(MSG_DONTWAIT))
    return count < 0 ? nil : String(decoding: buffer[..<count], as: UTF8.self)
  }
}
