import CTriggers
import Glibc
import SystemPackage

/// An address and a port, as records have them: 16 bytes in network order, the port in the host's.
struct Endpoint: Equatable {
  var family: CInt
  var address: [UInt8]
  var port: UInt16

  static func loopback4(_ port: UInt16 = 0) -> Endpoint { ip4(127, 0, 0, 1, port: port) }
  static func ip4(_ a: UInt8, _ b: UInt8, _ c: UInt8, _ d: UInt8, port: UInt16 = 0) -> Endpoint {
    Endpoint(family: AF_INET, address: [a, b, c, d] + [UInt8](repeating: 0, count: 12), port: port)
  }
  static func loopback6(_ port: UInt16 = 0) -> Endpoint {
    Endpoint(family: AF_INET6, address: [UInt8](repeating: 0, count: 15) + [1], port: port)
  }
  /// 127.0.0.1 as an IPv6 address.
  static func mapped(_ port: UInt16) -> Endpoint {
    Endpoint(family: AF_INET6, address: [UInt8](repeating: 0, count: 10) + [255, 255, 127, 0, 0, 1], port: port)
  }

  func withAddress<Result>(_ body: (UnsafePointer<sockaddr>, socklen_t) throws -> Result) rethrows -> Result {
    var storage = sockaddr_storage()
    let length = withUnsafeMutableBytes(of: &storage) { bytes -> Int in
      bytes.storeBytes(of: sa_family_t(family), as: sa_family_t.self)
      bytes.storeBytes(of: port.bigEndian, toByteOffset: 2, as: UInt16.self)
      let offset = family == AF_INET ? 4 : 8
      for (index, byte) in address.prefix(family == AF_INET ? 4 : 16).enumerated() { bytes[offset + index] = byte }
      return family == AF_INET ? MemoryLayout<sockaddr_in>.size : MemoryLayout<sockaddr_in6>.size
    }
    return try withUnsafePointer(to: &storage) {
      try $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { try body($0, socklen_t(length)) }
    }
  }

  /// What `call` (getsockname, getpeername) writes.
  init(
    of descriptor: CInt, _ call: (CInt, UnsafeMutablePointer<sockaddr>, UnsafeMutablePointer<socklen_t>) -> CInt
  ) throws {
    var storage = sockaddr_storage()
    var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
    let result = withUnsafeMutablePointer(to: &storage) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { call(descriptor, $0, &length) }
    }
    guard result == 0 else { throw Errno(rawValue: errno) }
    family = CInt(storage.ss_family)
    (address, port) = withUnsafeBytes(of: storage) { [family] bytes in
      let port = UInt16(bigEndian: bytes.load(fromByteOffset: 2, as: UInt16.self))
      guard family == AF_INET else { return (Array(bytes[8..<24]), port) }
      return (Array(bytes[4..<8]) + [UInt8](repeating: 0, count: 12), port)
    }
  }

  init(family: CInt, address: [UInt8], port: UInt16) {
    self.family = family
    self.address = address
    self.port = port
  }
}

/// A socket of the test's own process, closed at the end of its life.
final class TestSocket {
  // Of sys/socket.h, for files that import no C.
  static let stream: CInt = 1
  static let datagram: CInt = 2
  static let raw: CInt = 3

  let descriptor: CInt
  private var isOpen = true

  init(_ family: CInt, _ type: CInt = TestSocket.stream, protocol: CInt = 0, nonBlocking: Bool = false) throws {
    let flags = CInt(SOCK_CLOEXEC.rawValue) | (nonBlocking ? CInt(SOCK_NONBLOCK.rawValue) : 0)
    descriptor = socket(family, type | flags, `protocol`)
    guard descriptor >= 0 else { throw Errno(rawValue: errno) }
  }

  private init(taking descriptor: CInt) { self.descriptor = descriptor }

  deinit { close() }

  func close() {
    guard isOpen else { return }
    isOpen = false
    _ = Glibc.close(descriptor)
  }

  /// Listens on a port that the kernel chooses.
  static func listening(_ at: Endpoint = .loopback4()) throws -> TestSocket {
    let socket = try TestSocket(at.family)
    try socket.bind(at)
    guard listen(socket.descriptor, 16) == 0 else { throw Errno(rawValue: errno) }
    return socket
  }

  func bind(_ endpoint: Endpoint) throws {
    try check(endpoint.withAddress { Glibc.bind(descriptor, $0, $1) })
  }

  /// The errno that connect failed with.
  @discardableResult func connect(_ endpoint: Endpoint) -> Errno? {
    endpoint.withAddress { Glibc.connect(descriptor, $0, $1) } == 0 ? nil : Errno(rawValue: errno)
  }

  func accept() throws -> TestSocket {
    let accepted = Glibc.accept(descriptor, nil, nil)
    try check(accepted)
    return TestSocket(taking: accepted)
  }

  func send(to endpoint: Endpoint) throws {
    try check(CInt(endpoint.withAddress { sendto(descriptor, "x", 1, 0, $0, $1) }))
  }

  func set(_ level: CInt, _ option: CInt, to value: CInt) throws {
    var value = value
    try check(setsockopt(descriptor, level, option, &value, socklen_t(MemoryLayout<CInt>.size)))
  }

  var local: Endpoint { get throws { try Endpoint(of: descriptor, getsockname) } }
  var remote: Endpoint { get throws { try Endpoint(of: descriptor, getpeername) } }

  /// SO_COOKIE.
  var cookie: UInt64 {
    get throws {
      var cookie: UInt64 = 0
      var length = socklen_t(8)
      try check(getsockopt(descriptor, SOL_SOCKET, 57, &cookie, &length))
      return cookie
    }
  }

  private func check(_ result: CInt) throws {
    guard result >= 0 else { throw Errno(rawValue: errno) }
  }
}
