import Glibc
import SystemPackage
import Testing

/// A pipe or a stream socket, both ends ours; closed when it goes out of scope.
final class Pipe {
  private var readEnd: Int32
  private(set) var writeEnd: Int32

  init(isSocket: Bool = false) throws {
    var ends: [Int32] = [-1, -1]
    let result = isSocket ? socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0, &ends) : pipe(&ends)
    try #require(result == 0)
    (readEnd, writeEnd) = (ends[0], ends[1])
  }

  deinit {
    closeReadEnd()
    closeWriteEnd()
  }

  func closeReadEnd() {
    if readEnd >= 0 { close(readEnd) }
    readEnd = -1
  }

  func closeWriteEnd() {
    if writeEnd >= 0 { close(writeEnd) }
    writeEnd = -1
  }

  /// Whether everyone who could write has gone. Reads nothing: that would wake a writer.
  var isHungUp: Bool {
    var polled = pollfd(fd: readEnd, events: 0, revents: 0)
    return poll(&polled, 1, 0) == 1 && Int32(polled.revents) & POLLHUP != 0
  }

  /// Writes newlines until nothing more goes in.
  func fill() {
    let flags = fcntl(writeEnd, F_GETFL)
    _ = fcntl(writeEnd, F_SETFL, flags | O_NONBLOCK)
    let newlines = [UInt8](repeating: 10, count: 4096)
    while write(writeEnd, newlines, newlines.count) > 0 {}
    _ = fcntl(writeEnd, F_SETFL, flags)
  }

  /// Reads until the text is what is asked for, or nothing has come for 20 seconds.
  func drain(until isEnd: (String) -> Bool) -> String {
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while true {
      var polled = pollfd(fd: readEnd, events: Int16(POLLIN), revents: 0)
      guard poll(&polled, 1, 20_000) == 1 else { break }
      let count = read(readEnd, &buffer, buffer.count)
      guard count > 0 else { break }
      bytes += buffer[..<count]
      if bytes.last == 10, isEnd(String(decoding: bytes.suffix(200), as: UTF8.self)) { break }
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
