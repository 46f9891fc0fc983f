internal import Glibc
internal import SystemPackage

/// A syslog receiver, a datagram an alert.
final class SyslogSink: Sink {
  private let endpoint: SyslogEndpoint
  private let format: SyslogFormat
  private let limit: Int
  private var socket: DatagramSocket?
  /// Connections in a row that did not work.
  private var badConnections = 0
  /// The receiver took no more the last time, for the first time in a row.
  private var isFull = false

  init(endpoint: SyslogEndpoint, format: SyslogFormat, limit: Int) {
    self.endpoint = endpoint
    self.format = format
    self.limit = limit
  }

  var awaited: Int32? { isFull ? socket?.descriptor : nil }

  func failOver() { if !isFull { socket = nil } }

  func deliver(_ alerts: [OutgoingAlert], stop: StopSignal, confirm: (Int) -> Void) throws(DeliveryError) {
    for (index, alert) in alerts.enumerated() {
      try deliver(alert)
      confirm(index + 1)
    }
  }

  private func deliver(_ alert: OutgoingAlert) throws(DeliveryError) {
    var message = format.message(for: alert, limit: limit)
    while true {
      let number = try send(message)
      switch number {
      case 0:
        badConnections = 0
        isFull = false
        return
      case EINTR: continue
      case EMSGSIZE where message.count > format.smallestLimit:
        // The kernel takes less than the setting says.
        message = format.message(for: alert, limit: message.count / 2)
        continue
      case EMSGSIZE: throw .refused("\(endpoint.name): the kernel takes no message of \(message.count) bytes")
      // Full, but connected. The second time it may be that its path leads to another one by now.
      case EAGAIN, ENOBUFS: isFull.toggle()
      default:
        isFull = false
        badConnections &+= 1
      }
      throw .system(what: "send to \(endpoint.name)", Errno(rawValue: number))
    }
  }

  /// Connects first where there is no connection.
  /// - Returns: 0, or the errno of `send`.
  private func send(_ message: [UInt8]) throws(DeliveryError) -> Int32 {
    if socket == nil {
      do throws(DeliveryError) {
        socket = try endpoint.connect(attempt: badConnections & 0xFF)
      } catch {
        badConnections &+= 1
        throw error
      }
    }
    return socket?.send(message) ?? ENOTCONN
  }
}
