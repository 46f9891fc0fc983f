internal import Rules

extension SinkSetting {
  /// A disk that is full, or a closed pipe, gets no better within seconds.
  var isLocal: Bool {
    switch destination {
    case .terminal, .json, .history: true
    case .syslog: false
    }
  }

  /// - Throws: ``DeliveryError`` when the setting can't work or a file can't be opened.
  func sink(processID: Int32?) throws(DeliveryError) -> any Sink {
    switch destination {
    case .terminal(let descriptor, let colours):
      return LineSink(try LineOutput(duplicating: descriptor, name: name)) {
        TerminalFormat.line(for: $0.alert, colours: colours)
      }
    case .json("-"):
      return LineSink(try LineOutput(duplicating: 1, name: "standard output")) { JSONFormat.line(for: $0.alert, place: $0.place) }
    case .json(let path):
      return LineSink(
        try LineOutput(appendingTo: path),
        reopen: { () throws(DeliveryError) in try LineOutput(appendingTo: path) }
      ) { JSONFormat.line(for: $0.alert, place: $0.place) }
    case .syslog(let setting):
      var sinks: [any Sink] = []
      for receiver in setting.receivers { sinks.append(try setting.sink(receiver, processID: processID)) }
      guard let first = sinks.first else { throw .setting("\(name): there is no address") }
      return sinks.count == 1 ? first : FailoverSink(sinks)
    case .history(let history): return HistorySink(history)
    }
  }
}

extension SyslogSetting {
  fileprivate func sink(_ receiver: SyslogReceiver, processID: Int32?) throws(DeliveryError) -> any Sink {
    let message = SyslogFormat(facility: facility, processID: processID, payload: format)
    let limit = limit(receiver)
    switch receiver {
    case .unix(let path): return SyslogSink(endpoint: try SyslogEndpoint(unixPath: path), format: message, limit: limit)
    case .udp(let host, let port):
      return SyslogSink(endpoint: try SyslogEndpoint(udpHost: host, port: port), format: message, limit: limit)
    case .tcp, .tls, .relp: throw .setting("\(receiver.name): not yet")
    }
  }
}
