/// A receiver's host and TCP port.
struct StreamAddress: Equatable, Sendable {
  let host: String
  let port: UInt16

  /// - Parameter host: a name, or an address without brackets.
  init(host: String, port: UInt16) throws(DeliveryError) {
    guard !host.isEmpty, !host.utf8.contains(0) else {
      throw .setting("the name of a syslog host is empty or has a zero byte in it")
    }
    guard port != 0 else { throw .setting("syslog at \(host): port 0 is none") }
    self.host = host
    self.port = port
  }

  /// As errors and statuses show it.
  var name: String { "\(host) port \(port)" }
}
