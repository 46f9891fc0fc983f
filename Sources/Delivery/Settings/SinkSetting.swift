package import Engine
internal import Events
package import Rules

/// Where alerts go.
package struct SinkSetting: Sendable, Equatable {
  package enum Destination: Sendable, Equatable {
    /// A line for people, to a descriptor of the caller's, which stays the caller's.
    case terminal(descriptor: Int32, colours: Bool)
    /// JSON lines, appended to a file that is made with mode 0640 where there is none; `-` is standard output.
    case json(FileSetting)
    case syslog(SyslogSetting)
    case webhook(WebhookSetting)
    case kafka(KafkaSetting)
    /// Memory, for those who ask the running agent.
    case history(AlertHistory)
  }

  package var destination: Destination
  /// What the site calls it; nil: it is named by where it goes.
  package var givenName: String?
  /// How often it is told that the agent is alive, and what it has counted; nil: never.
  package var heartbeatSeconds: Int?
  /// Which alerts it gets; nil: all.
  package var only: AlertFilter?
  /// It gets alerts of those tenants only that name it.
  package var isForNamingTenants = false
  /// Whose it is; nil: the site's.
  package internal(set) var tenant: String?

  package init(_ destination: Destination) { self.destination = destination }

  /// As ``SinkStatus`` calls it; and the spool, which finds by it what a sink has had already.
  package var name: String {
    if let givenName { return givenName }
    switch destination {
    case .terminal: return "terminal"
    case .json(let file) where file.path == "-": return "json to standard output"
    case .json(let file): return "json to \(EscapedText.escaped(file.path.utf8, limit: 4096))"
    case .syslog(let setting): return "syslog " + setting.receivers.map(\.name).joined(separator: ", or ")
    case .webhook(let setting): return "webhook " + setting.addresses.map(\.name).joined(separator: ", or ")
    case .kafka(let setting):
      return DisplayText.escaped("Kafka topic \(setting.topic) at \(setting.brokers.joined(separator: ","))", limit: 4096)
    case .history: return "kept for selvage alerts"
    }
  }

  /// What counts as delivered.
  package var confirmation: Confirmation {
    switch destination {
    case .syslog(let setting) where setting.receivers.allSatisfy { $0.confirmation == .acknowledged }: .acknowledged
    case .webhook, .kafka: .acknowledged
    default: .handedOver
    }
  }
}

extension SinkSetting {
  package static let usualSyslogPath = "/dev/log"
  package static let usualSyslogPort: UInt16 = 514

  package static func terminal(descriptor: Int32, colours: Bool) -> SinkSetting {
    SinkSetting(.terminal(descriptor: descriptor, colours: colours))
  }

  package static func json(path: String) -> SinkSetting { SinkSetting(.json(FileSetting(path: path))) }

  package static func syslogUnix(
    path: String = usualSyslogPath, facility: SyslogFacility = .authpriv, limit: Int? = nil
  ) -> SinkSetting {
    SinkSetting(.syslog(SyslogSetting([.unix(path: path)], facility: facility, limit: limit)))
  }

  package static func syslogUDP(
    host: String, port: UInt16 = usualSyslogPort, facility: SyslogFacility = .authpriv, limit: Int? = nil
  ) -> SinkSetting {
    SinkSetting(.syslog(SyslogSetting([.udp(host: host, port: port)], facility: facility, limit: limit)))
  }

  package static func history(_ history: AlertHistory) -> SinkSetting { SinkSetting(.history(history)) }
}
