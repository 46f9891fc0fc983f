/// Where a syslog receiver is to be found, and how it is spoken to.
package enum SyslogReceiver: Sendable, Equatable {
  /// A datagram an alert, over a local socket.
  case unix(path: String)
  /// RFC 5426.
  case udp(host: String, port: UInt16)
  /// RFC 6587, 3.4.1: octet counting.
  case tcp(host: String, port: UInt16)
  /// RFC 5425.
  case tls(host: String, port: UInt16)
  case relp(host: String, port: UInt16, isEncrypted: Bool)

  package var confirmation: Confirmation {
    if case .relp = self { .acknowledged } else { .handedOver }
  }

  /// As ``SinkStatus`` calls it.
  package var name: String {
    switch self {
    case .unix(let path): "at \(DisplayName.shown(path))"
    case .udp(let host, let port): "by UDP to \(DisplayName.shown(host)) port \(port)"
    case .tcp(let host, let port): "by TCP to \(DisplayName.shown(host)) port \(port)"
    case .tls(let host, let port): "by TLS to \(DisplayName.shown(host)) port \(port)"
    case .relp(let host, let port, false): "by RELP to \(DisplayName.shown(host)) port \(port)"
    case .relp(let host, let port, true): "by RELP and TLS to \(DisplayName.shown(host)) port \(port)"
    }
  }

  /// Octets a message that receivers of this kind take.
  package var usualLimit: Int {
    if case .udp = self { SyslogFormat.udpLimit } else { SyslogFormat.unixLimit }
  }

  /// Octets a message at most.
  package var largestLimit: Int {
    switch self {
    case .unix: SyslogFormat.unixLargest
    case .udp: SyslogFormat.udpLargest
    case .tcp, .tls, .relp: SyslogFormat.streamLargest
    }
  }
}

enum DisplayName {
  /// Names of files and hosts may hold anything.
  static func shown(_ text: String) -> String {
    var bytes: [UInt8] = []
    bytes.append(harmless: text)
    return String(decoding: bytes, as: UTF8.self)
  }
}
