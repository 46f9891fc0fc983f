internal import Glibc
internal import SystemPackage

/// Ends every pause of a sink's thread, for good, from any thread.
final class StopSignal: Sendable {
  /// `ready`: the other descriptor is, as asked.
  enum Pause { case ready, timeout, stopped }

  /// Connected to each other; when one has been shut down, the other is readable for good. (An eventfd would do, but
  /// Glibc's module has none.)
  private let readEnd: Int32
  private let writeEnd: Int32

  init() throws(DeliveryError) {
    var ends: [Int32] = [-1, -1]
    let result = socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0, &ends)
    let number = errno
    guard result == 0 else { throw .system(what: "socketpair", Errno(rawValue: number)) }
    (readEnd, writeEnd) = (ends[0], ends[1])
  }

  deinit {
    _ = close(readEnd)
    _ = close(writeEnd)
  }

  func stop() { _ = shutdown(writeEnd, Int32(SHUT_WR)) }

  /// Waits until `other` can be written to (or has an error to tell), if there is one.
  /// - Parameter milliseconds: at most; nil: for ever.
  func pause(writable other: Int32? = nil, milliseconds: Int?) -> Pause {
    pause(other, Int16(POLLOUT), milliseconds: milliseconds)
  }

  /// As ``pause(writable:milliseconds:)``, for one that is to be read from.
  func pause(readable other: Int32, milliseconds: Int?) -> Pause {
    pause(other, Int16(POLLIN), milliseconds: milliseconds)
  }

  private func pause(_ other: Int32?, _ events: Int16, milliseconds: Int?) -> Pause {
    let deadline = milliseconds.map { MonotonicTime.now().adding(milliseconds: $0) }
    while true {
      // A negative descriptor is passed over by poll.
      var polled = [
        pollfd(fd: readEnd, events: Int16(POLLIN), revents: 0),
        pollfd(fd: other ?? -1, events: events, revents: 0),
      ]
      let timeout = deadline.map { Int32(clamping: $0.remainingMilliseconds) } ?? -1
      let count = poll(&polled, 2, timeout)
      if polled[0].revents != 0 { return .stopped }
      if polled[1].revents != 0 { return .ready }
      // Interrupted, or the timeout was cut to what poll takes: not over yet.
      if count == 0, deadline.map({ $0.remainingMilliseconds == 0 }) ?? false { return .timeout }
    }
  }
}
