internal import Glibc
internal import SystemPackage

/// What a program writes to, and who reads it.
final class Pipe {
  private var reading: CInt = -1
  private(set) var writing: CInt = -1
  private(set) var isAtEnd = false

  init() throws(ProgramRun.Failure) {
    var ends: [CInt] = [-1, -1]
    guard pipe(&ends) == 0 else { throw .operation("making a pipe", Errno(rawValue: errno)) }
    reading = ends[0]
    writing = ends[1]
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    _ = fcntl(reading, F_SETFL, O_NONBLOCK)
  }

  deinit {
    closeWriting()
    close(reading)
  }

  func closeWriting() {
    if writing >= 0 { close(writing) }
    writing = -1
  }

  /// For poll(2); nothing of it once it is at its end.
  var pollable: pollfd { pollfd(fd: isAtEnd ? -1 : reading, events: Int16(POLLIN), revents: 0) }

  /// What is there now, at most 64 KiB of it.
  func read(into bytes: inout [UInt8]) {
    var chunk = [UInt8](repeating: 0, count: 1 << 16)
    let count = Glibc.read(reading, &chunk, chunk.count)
    if count > 0 {
      bytes += chunk[..<count]
    } else if count == 0 || errno != EAGAIN && errno != EINTR {
      isAtEnd = true
    }
  }
}
