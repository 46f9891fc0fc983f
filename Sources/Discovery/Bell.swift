internal import Glibc
package import SystemPackage

/// Wakes a thread that waits for files. Any thread rings.
package final class Bell: Sendable {
  /// Readable when it was rung.
  package let descriptor: FileDescriptor
  private let rope: FileDescriptor

  package init() throws(Errno) {
    var ends: [CInt] = [-1, -1]
    guard pipe(&ends) == 0 else { throw Errno(rawValue: errno) }
    descriptor = FileDescriptor(rawValue: ends[0])
    rope = FileDescriptor(rawValue: ends[1])
    for end in ends {
      _ = fcntl(end, F_SETFD, FD_CLOEXEC)
      _ = fcntl(end, F_SETFL, O_NONBLOCK)
    }
  }

  deinit {
    try? descriptor.close()
    try? rope.close()
  }

  /// A full pipe rings already.
  package func ring() { _ = write(rope.rawValue, "!", 1) }

  /// Until it is rung again.
  package func silence() {
    var bytes = [UInt8](repeating: 0, count: 64)
    while read(descriptor.rawValue, &bytes, bytes.count) == bytes.count {}
  }

  /// Waits for it.
  /// - Returns: false: the time is over.
  package func wait(milliseconds: Int32) -> Bool {
    var polled = pollfd(fd: descriptor.rawValue, events: Int16(POLLIN), revents: 0)
    return poll(&polled, 1, milliseconds) > 0
  }
}
