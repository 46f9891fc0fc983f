internal import Events

/// Where a syslog receiver is to be found, and how it is spoken to.
package enum SyslogReceiver: Sendable, Hashable {
  /// A datagram an alert, over a local socket.
  case unix(path: String)
  /// RFC 5426.
  case udp(host: String, port: UInt16)
  /// RFC 6587, 3.4.1: octet counting.
  case tcp(host: String, port: UInt16)
  /// RFC 5425.
  case tls(host: String, port: UInt16)
  case relp(host: String, port: UInt16, isEncrypted: Bool)

  /// For who wrote something else.
  package static let hint =
    "a socket's path as /dev/log, or udp://HOST:PORT, tcp://HOST:PORT, tls://HOST:PORT, relp://HOST:PORT, relp+tls://HOST:PORT"

  /// As people write it: `/dev/log`, `unix:/run/log`, `udp://host:514`, `tls://[::1]:6514`. The slashes may be left out; so
  /// may the port where the field has one of its own: 514 of UDP, 6514 of TLS.
  package init?(_ text: String) {
    if text.hasPrefix("/") || text.hasPrefix("unix:/") {
      let path = text.hasPrefix("/") ? text[...] : text.dropFirst(5)
      guard !path.utf8.contains(0) else { return nil }
      self = .unix(path: String(path))
      return
    }
    guard let colon = text.firstIndex(of: ":") else { return nil }
    var rest = text[text.index(after: colon)...]
    if rest.hasPrefix("//") { rest = rest.dropFirst(2) }
    guard let (host, port) = HostAndPort.parse(rest) else { return nil }
    switch (text[..<colon], port) {
    case ("udp", let port): self = .udp(host: host, port: port ?? 514)
    case ("tcp", let port?): self = .tcp(host: host, port: port)
    case ("tls", let port): self = .tls(host: host, port: port ?? 6514)
    case ("relp", let port?): self = .relp(host: host, port: port, isEncrypted: false)
    case ("relp+tls", let port?): self = .relp(host: host, port: port, isEncrypted: true)
    default: return nil
    }
  }

  /// For people.
  package var name: String {
    switch self {
    case .unix(let path): "at \(EscapedText.escaped(path.utf8, limit: 4096))"
    case .udp(let host, let port): "by UDP to \(Self.shown(host)) port \(port)"
    case .tcp(let host, let port): "by TCP to \(Self.shown(host)) port \(port)"
    case .tls(let host, let port): "by TLS to \(Self.shown(host)) port \(port)"
    case .relp(let host, let port, false): "by RELP to \(Self.shown(host)) port \(port)"
    case .relp(let host, let port, true): "by RELP and TLS to \(Self.shown(host)) port \(port)"
    }
  }

  private static func shown(_ host: String) -> String { EscapedText.escaped(host.utf8, limit: 4096) }
}
