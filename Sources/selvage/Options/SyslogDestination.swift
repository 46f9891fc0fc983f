internal import ArgumentParser
internal import Delivery
internal import Rules

/// A syslog receiver, as people write it: `/dev/log`, `unix:/run/log`, `udp:host:port`, `udp:[::1]:514`.
enum SyslogDestination: ExpressibleByArgument, Equatable {
  case unix(String)
  case udp(host: String, port: UInt16)

  init?(argument: String) {
    if argument.hasPrefix("/") {
      self = .unix(argument)
    } else if argument.hasPrefix("unix:/") {
      self = .unix(String(argument.dropFirst(5)))
    } else if argument.hasPrefix("udp:") {
      let rest = argument.dropFirst(4)
      guard let colon = rest.lastIndex(of: ":"), let port = UInt16(rest[rest.index(after: colon)...]), port > 0 else {
        return nil
      }
      var host = rest[..<colon]
      if host.hasPrefix("["), host.hasSuffix("]") { host = host.dropFirst().dropLast() }
      guard !host.isEmpty else { return nil }
      self = .udp(host: String(host), port: port)
    } else {
      return nil
    }
  }

  func setting(_ facility: SyslogFacility) -> SinkSetting {
    switch self {
    case .unix(let path): .syslogUnix(path: path, facility: facility)
    case .udp(let host, let port): .syslogUDP(host: host, port: port, facility: facility)
    }
  }
}
