internal import Glibc

/// Ends every pause of a sink's thread, for good, from any thread.
final class StopSignal: Sendable {
  /// `ready`: the other descriptor is, as asked.
  enum Pause { case ready, timeout, stopped }

  /// When one end has been shut down, the other is readable for good.
  private let ends: DescriptorPair

  init() throws(DeliveryError) { ends = try DescriptorPair() }

  func stop() { _ = shutdown(ends.writeEnd, Int32(SHUT_WR)) }

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
        pollfd(fd: ends.readEnd, events: Int16(POLLIN), revents: 0),
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
