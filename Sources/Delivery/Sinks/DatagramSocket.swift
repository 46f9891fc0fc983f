internal import Glibc

/// A connected, non-blocking datagram socket; closed when it goes out of scope.
struct DatagramSocket: ~Copyable {
  let descriptor: Int32

  /// Takes the descriptor over.
  init(owning descriptor: Int32) { self.descriptor = descriptor }

  deinit { _ = close(descriptor) }

  /// - Returns: 0, or the errno.
  func send(_ message: [UInt8]) -> Int32 {
    message.withUnsafeBytes { bytes in
      let flags = Int32(MSG_DONTWAIT | MSG_NOSIGNAL)
      let count = Glibc.send(descriptor, bytes.baseAddress, bytes.count, flags)
      let number = errno
      return count < 0 ? number : 0
    }
  }
}
