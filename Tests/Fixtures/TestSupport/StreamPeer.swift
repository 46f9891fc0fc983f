internal import Glibc
internal import Synchronization
internal import SystemPackage

/// A server on 127.0.0.1 that does with each connection what a test wants, one after the other, on a thread of its own.
package final class StreamPeer: Sendable {
  /// A connection that was accepted; closed at the end of what the test does with it.
  package final class Connection: Sendable {
    private let descriptor: Int32
    /// From 0.
    package let number: Int

    fileprivate init(_ descriptor: Int32, number: Int) {
      self.descriptor = descriptor
      self.number = number
      // Whatever the test does, its server does not wait for ever.
      var limit = timeval(tv_sec: 20, tv_usec: 0)
      setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
      setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
    }

    deinit { close(descriptor) }

    /// What comes next; none: the end.
    package func read(upTo count: Int = 65_536) -> [UInt8] {
      var buffer = [UInt8](repeating: 0, count: count)
      let result = recv(descriptor, &buffer, count, 0)
      return result > 0 ? Array(buffer[..<result]) : []
    }

    /// Reads and forgets until the other end closes.
    package func readAll() { while !read().isEmpty {} }

    package func write(_ text: String) { write(Array(text.utf8)) }

    package func write(_ bytes: [UInt8]) {
      var written = 0
      while written < bytes.count {
        let result = bytes[written...].withUnsafeBytes { send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
        guard result > 0 else { return }
        written += result
      }
    }

    /// As a program does that dies with something unread.
    package func reset() {
      var linger = Glibc.linger(l_onoff: 1, l_linger: 0)
      setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &linger, socklen_t(MemoryLayout<Glibc.linger>.size))
    }
  }

  package let port: UInt16
  private let listener: Int32

  /// - Parameter receiveBuffer: octets that the kernel takes for a connection before it is read; nil: as usual.
  package init(receiveBuffer: Int32? = nil, _ body: @escaping @Sendable (Connection) -> Void) throws {
    let descriptor = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    try expect(descriptor >= 0, "socket: \(Errno(rawValue: errno))")
    if var receiveBuffer {
      setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &receiveBuffer, socklen_t(MemoryLayout<Int32>.size))
    }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = in_addr_t(0x7F00_0001).bigEndian
    var size = socklen_t(MemoryLayout<sockaddr_in>.size)
    let result = withUnsafeMutablePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
        bind(descriptor, address, size) == 0 && listen(descriptor, 16) == 0 && getsockname(descriptor, address, &size) == 0
      }
    }
    try expect(result, "listen: \(Errno(rawValue: errno))")
    listener = descriptor
    port = UInt16(bigEndian: address.sin_port)
    try DetachedThread.start {
      var number = 0
      while true {
        let accepted = accept(descriptor, nil, nil)
        guard accepted >= 0 else { break }
        body(Connection(accepted, number: number))
        number += 1
      }
      close(descriptor)
    }
  }

  /// Ends the thread when it accepts the next time.
  deinit { shutdown(listener, Int32(SHUT_RDWR)) }
}

private enum DetachedThread {
  private final class Body: Sendable {
    let run: @Sendable () -> Void
    init(_ run: @escaping @Sendable () -> Void) { self.run = run }
  }

  static func start(_ body: @escaping @Sendable () -> Void) throws {
    var thread = pthread_t()
    let result = pthread_create(&thread, nil, { context in
      guard let context else { return nil }
      Unmanaged<Body>.fromOpaque(context).takeRetainedValue().run()
      return nil
    }, Unmanaged.passRetained(Body(body)).toOpaque())
    try expect(result == 0, "pthread_create: \(Errno(rawValue: result))")
    pthread_detach(thread)
  }
}
