package import Rules

/// Where alerts go.
package enum SinkSetting: Sendable, Equatable {
  /// A line for people, to a descriptor of the caller's, which stays the caller's.
  case terminal(descriptor: Int32, colours: Bool)
  /// JSON lines, appended to a file that is made with mode 0640 where there is none; `-` is standard output.
  case json(path: String)
  /// RFC 5424 over the local syslog socket. `limit`: octets a message, see ``SyslogFormat/message(for:limit:)``.
  case syslogUnix(
    path: String = SinkSetting.usualSyslogPath, facility: SyslogFacility = .authpriv,
    limit: Int = SyslogFormat.unixLimit)
  /// RFC 5424, one message a datagram (RFC 5426).
  case syslogUDP(
    host: String, port: UInt16 = SinkSetting.usualSyslogPort, facility: SyslogFacility = .authpriv,
    limit: Int = SyslogFormat.udpLimit)
  /// Memory, for those who ask the running agent.
  case history(AlertHistory)

  package static let usualSyslogPath = "/dev/log"
  package static let usualSyslogPort: UInt16 = 514

  /// As ``SinkStatus`` calls it.
  package var name: String {
    switch self {
    case .terminal: "terminal"
    case .json("-"): "json to standard output"
    case .json(let path): "json to \(shown(path))"
    case .syslogUnix(let path, _, _): "syslog at \(shown(path))"
    case .syslogUDP(let host, let port, _, _): "syslog by UDP to \(shown(host)) port \(port)"
    case .history: "kept for selvage alerts"
    }
  }

  /// Names of files may hold anything.
  private func shown(_ text: String) -> String {
    var bytes: [UInt8] = []
    bytes.append(harmless: text)
    return String(decoding: bytes, as: UTF8.self)
  }
}
