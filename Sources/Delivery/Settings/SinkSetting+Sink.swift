internal import Rules

extension SinkSetting {
  /// A disk that is full, or a closed pipe, gets no better within seconds.
  var isLocal: Bool {
    switch destination {
    case .terminal, .json, .history: true
    case .syslog, .webhook, .kafka: false
    }
  }

  /// People who watch a terminal see what comes while they do.
  var isForSpool: Bool {
    switch destination {
    case .terminal, .history: false
    case .json, .syslog, .webhook, .kafka: true
    }
  }

  /// - Throws: ``DeliveryError`` when the setting can't work or a file can't be opened.
  func sink(processID: Int32?) throws(DeliveryError) -> any Sink {
    switch destination {
    case .terminal(let descriptor, let colours):
      return LineSink(try LineOutput(duplicating: descriptor, name: name)) {
        TerminalFormat.line(for: $0.alert, colours: colours)
      }
    case .json(let file) where file.path == "-":
      return LineSink(try LineOutput(duplicating: 1, name: "standard output")) { JSONFormat.line(for: $0.alert, place: $0.place) }
    case .json(let file):
      return LineSink(
        try LineOutput(appendingTo: file.path),
        reopen: { () throws(DeliveryError) in try LineOutput(appendingTo: file.path) }, rotation: file.rotation
      ) { JSONFormat.line(for: $0.alert, place: $0.place) }
    case .syslog(let setting):
      var sinks: [any Sink] = []
      let recent = RecentMessages(StreamOptions())
      for receiver in setting.receivers { sinks.append(try setting.sink(receiver, processID: processID, recent)) }
      return try first(of: sinks)
    case .webhook(let setting):
      var sinks: [any Sink] = []
      for address in setting.addresses { sinks.append(try WebhookSink(address, setting)) }
      return try first(of: sinks)
    case .kafka(let setting): return try KafkaSink(setting)
    case .history(let history): return HistorySink(history)
    }
  }

  private func first(of sinks: [any Sink]) throws(DeliveryError) -> any Sink {
    guard let first = sinks.first else { throw .setting("\(name): there is no address") }
    return sinks.count == 1 ? first : FailoverSink(sinks)
  }
}

extension SyslogSetting {
  /// - Parameter recent: of all the receivers of the sink.
  fileprivate func sink(
    _ receiver: SyslogReceiver, processID: Int32?, _ recent: RecentMessages
  ) throws(DeliveryError) -> any Sink {
    let format = SyslogFormat(facility: facility, processID: processID, payload: format)
    let limit = limit(receiver)
    switch receiver {
    case .unix(let path): return SyslogSink(endpoint: try SyslogEndpoint(unixPath: path), format: format, limit: limit)
    case .udp(let host, let port):
      return SyslogSink(endpoint: try SyslogEndpoint(udpHost: host, port: port), format: format, limit: limit)
    case .tcp(let host, let port):
      return MessageSink(
        StreamTransport(to: try StreamAddress(host: host, port: port), tls: nil, recent: recent), format: format, limit: limit)
    case .tls(let host, let port):
      let address = try StreamAddress(host: host, port: port)
      return MessageSink(
        StreamTransport(to: address, tls: try TLSFiles(tls), recent: recent), format: format, limit: limit)
    case .relp(let host, let port, let isEncrypted):
      let address = try StreamAddress(host: host, port: port)
      return MessageSink(
        RELPTransport(to: address, tls: isEncrypted ? try TLSFiles(tls) : nil), format: format, limit: limit)
    }
  }
}
