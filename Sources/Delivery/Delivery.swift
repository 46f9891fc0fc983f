package import Engine

/// Takes alerts to their sinks, each with a queue and a thread of its own: one that is stuck holds up neither the
/// others nor whoever sends.
package final class Delivery: Sendable {
  private let queues: [SinkQueue]

  /// How long a syslog sink tries to send one alert, when the receiver is away or takes no more: a restart of rsyslog,
  /// and some.
  package static let usualRetryMilliseconds = 5000

  /// Opens files and starts the threads. A syslog receiver needn't be there yet.
  ///
  /// - Parameters:
  ///   - queueCapacity: alerts that may wait for each sink, 1 to 1,000,000. Sinks share an alert's memory.
  ///   - processID: PROCID of syslog messages; nil: `-`, for alerts of a replay, which no agent raised.
  ///   - retryMilliseconds: see ``usualRetryMilliseconds``.
  /// - Throws: ``DeliveryError`` when a setting can't work or a file can't be opened; nothing runs then.
  package init(
    sinks settings: [SinkSetting], queueCapacity: Int, processID: Int32? = nil,
    retryMilliseconds: Int = usualRetryMilliseconds
  ) throws(DeliveryError) {
    var made: [(sink: any Sink, queue: SinkQueue)] = []
    for setting in settings {
      let sink = try Self.sink(setting, processID: processID, retryMilliseconds: retryMilliseconds)
      made.append((sink, try SinkQueue(name: setting.name, capacity: queueCapacity)))
    }
    queues = made.map(\.queue)
    do {
      for (sink, queue) in made { try SinkThread.start(sink, queue: queue) }
    } catch {
      for queue in queues { queue.abandon() }
      throw error
    }
  }

  private static func sink(
    _ setting: SinkSetting, processID: Int32?, retryMilliseconds: Int
  ) throws(DeliveryError) -> any Sink {
    switch setting {
    case .terminal(let descriptor, let colours):
      return LineSink(try LineOutput(duplicating: descriptor, name: setting.name)) {
        TerminalFormat.line(for: $0, colours: colours)
      }
    case .json("-"):
      return LineSink(try LineOutput(duplicating: 1, name: "standard output")) { JSONFormat.line(for: $0) }
    case .json(let path):
      return LineSink(
        try LineOutput(appendingTo: path),
        reopen: { () throws(DeliveryError) in try LineOutput(appendingTo: path) }
      ) { JSONFormat.line(for: $0) }
    case .syslogUnix(let path, let facility, let limit):
      return SyslogSink(
        endpoint: try SyslogEndpoint(unixPath: path), format: SyslogFormat(facility: facility, processID: processID),
        limit: min(limit, SyslogFormat.unixLargest), retryMilliseconds: retryMilliseconds)
    case .syslogUDP(let host, let port, let facility, let limit):
      return SyslogSink(
        endpoint: try SyslogEndpoint(udpHost: host, port: port),
        format: SyslogFormat(facility: facility, processID: processID), limit: min(limit, SyslogFormat.udpLargest),
        retryMilliseconds: retryMilliseconds)
    case .history(let history): return HistorySink(history)
    }
  }

  /// Without ``finish(timeoutMilliseconds:)``: what waits is lost.
  deinit {
    for queue in queues { queue.abandon() }
  }

  /// Queues the alert for every sink, or counts it as refused where the queue is full. Neither waits nor does I/O; the
  /// lock it takes is held for no more than moving an alert or counts.
  package func send(_ alert: Alert) {
    for queue in queues { queue.offer(alert) }
  }

  /// As ``send(_:)``, but waits where a queue is full: for alerts of a replay, which has time. One thread sends.
  package func sendWaiting(_ alert: Alert) {
    for queue in queues { queue.offerWaiting(alert) }
  }

  /// Files are opened by their names again, each before its next alert: for whoever moved them away. Any thread.
  package func reopen() {
    for queue in queues { queue.reopen() }
  }

  /// In the order of the settings. Any thread.
  package func status() -> [SinkStatus] { queues.map { $0.snapshot() } }

  /// Delivers what waits, and ends the threads; what the time did not suffice for counts as failed (one that a sink
  /// had begun may still arrive). What is sent afterwards is refused.
  ///
  /// - Parameter timeoutMilliseconds: for all sinks together; a thread that is stuck in the kernel is then left to
  ///   itself, 100 ms later at most.
  package func finish(timeoutMilliseconds: Int) -> [SinkStatus] {
    let deadline = MonotonicTime.now().adding(milliseconds: timeoutMilliseconds)
    for queue in queues { queue.close() }
    for queue in queues { queue.waitForEnd(until: deadline) }
    for queue in queues { queue.abandon() }
    let last = MonotonicTime.now().adding(milliseconds: 100)
    for queue in queues { queue.waitForEnd(until: last) }
    return status()
  }
}
