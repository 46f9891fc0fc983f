internal import NIOCore

/// How much the peer's kernel has acknowledged of what was written to a TCP connection.
enum KernelAcknowledgement {
  /// `tcpi_bytes_acked` of linux/tcp.h's `struct tcp_info` (Linux 4.1), which the C library's is too old for: the
  /// sixteenth 64-bit word.
  private static let word = 15

  /// nil: not a socket.
  static func read(_ channel: any Channel) -> EventLoopFuture<UInt64>? {
    guard let options = channel as? any SocketOptionProvider else { return nil }
    // The kernel fills as much as it knows of the room.
    let info: EventLoopFuture<InlineArray<48, UInt64>> = options.unsafeGetSocketOption(level: .tcp, name: .tcp_info)
    return info.map { $0[word] }
  }
}
