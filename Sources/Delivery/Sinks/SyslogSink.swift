internal import Engine
internal import Glibc
internal import SystemPackage

/// A syslog receiver, a datagram an alert. When it is away or takes no more, an alert is tried again for a bounded
/// time, then given up, and the next one is tried; a receiver that comes back finds what still waits.
final class SyslogSink: Sink {
  private let endpoint: SyslogEndpoint
  private let format: SyslogFormat
  private let limit: Int
  private let retryMilliseconds: Int
  private var socket: DatagramSocket?
  /// Connections in a row that did not work.
  private var badConnections = 0

  private static let firstPauseMilliseconds = 1
  private static let longestPauseMilliseconds = 250

  init(endpoint: SyslogEndpoint, format: SyslogFormat, limit: Int, retryMilliseconds: Int) {
    self.endpoint = endpoint
    self.format = format
    self.limit = limit
    self.retryMilliseconds = retryMilliseconds
  }

  func deliver(_ alert: Alert, queue: SinkQueue) throws(DeliveryError) {
    var message = format.message(for: alert, limit: limit)
    let deadline = MonotonicTime.now().adding(milliseconds: retryMilliseconds)
    var pauseMilliseconds = Self.firstPauseMilliseconds
    /// A full receiver that poll called writable: don't ask it again at once.
    var isRefusedTwice = false
    while true {
      let number: Int32
      let failure: DeliveryError
      do throws(DeliveryError) {
        number = try send(message)
        failure = .system(what: "send to \(endpoint.name)", Errno(rawValue: number))
      } catch {
        number = 0
        failure = error
      }
      var awaited: Int32?
      switch number {
      case 0 where socket != nil:
        badConnections = 0
        return
      case EINTR: continue
      case EMSGSIZE where message.count > SyslogFormat.smallestLimit:
        // The kernel takes less than the setting says.
        message = format.message(for: alert, limit: message.count / 2)
        continue
      case EMSGSIZE: throw failure
      case EAGAIN where !isRefusedTwice: awaited = socket?.descriptor
      case EAGAIN, ENOBUFS: break  // full, but connected
      default:
        socket = nil
        badConnections &+= 1
      }
      queue.note(failure)
      let remaining = deadline.remainingMilliseconds
      guard remaining > 0 else {
        socket = nil  // the path may lead to another receiver by now
        throw failure
      }
      let pause = awaited == nil ? min(pauseMilliseconds, remaining) : remaining
      switch queue.stopSignal.pause(writable: awaited, milliseconds: pause) {
      case .stopped: throw .stopped
      case .ready: isRefusedTwice = true
      case .timeout:
        pauseMilliseconds = min(pauseMilliseconds * 2, Self.longestPauseMilliseconds)
        isRefusedTwice = false
      }
    }
  }

  /// Connects first where there is no connection.
  /// - Returns: 0, or the errno of `send`.
  private func send(_ message: [UInt8]) throws(DeliveryError) -> Int32 {
    if socket == nil { socket = try endpoint.connect(attempt: badConnections & 0xFF) }
    return socket?.send(message) ?? ENOTCONN
  }
}
