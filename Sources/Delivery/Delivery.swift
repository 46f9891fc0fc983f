package import Engine
internal import Rules
internal import Synchronization

/// Takes alerts to their sinks, each with a feed and a thread of its own: one that is stuck holds up neither the others nor
/// whoever sends.
package final class Delivery: Sendable {
  private struct Lines {
    /// The site's, in the order of the settings.
    var site: [SinkLine] = []
    /// By the name of the sink.
    var tenants: [String: SinkLine] = [:]
    /// Of tenants that have them no more: they deliver what waits yet.
    var retired: [SinkLine] = []

    var all: [SinkLine] { site + tenants.values.sorted { $0.setting.name < $1.setting.name } }
  }

  private let lines = Mutex(Lines())
  private let spool: Spool?
  private let queueCapacity: Int
  private let processID: Int32?
  private let retryMilliseconds: Int
  private let node: String
  private let stages = Mutex(StageCounts())
  /// By the name of the sink: the tenants that name it.
  private let naming: [String: TenantNames]

  /// How long a sink tries to send one alert, when the receiver is away or takes no more: a restart of rsyslog, and some.
  package static let usualRetryMilliseconds = 5000

  /// Opens files and starts the threads. A receiver needn't be there yet.
  ///
  /// - Parameters:
  ///   - spool: where alerts wait on disk, all this object's; nil: they wait in memory.
  ///   - queueCapacity: alerts that may wait in memory for each sink, 1 to 1,000,000. Sinks share an alert's memory.
  ///   - processID: PROCID of syslog messages; nil: `-`, for alerts of a replay, which no agent raised.
  ///   - node: as heartbeats name it.
  ///   - retryMilliseconds: see ``usualRetryMilliseconds``.
  /// - Throws: ``DeliveryError`` when a setting can't work or a file can't be opened; nothing runs then.
  package init(
    sinks settings: [SinkSetting], spool: Spool? = nil, queueCapacity: Int, processID: Int32? = nil, node: String = "",
    retryMilliseconds: Int = usualRetryMilliseconds
  ) throws(DeliveryError) {
    self.spool = spool
    self.queueCapacity = queueCapacity
    self.processID = processID
    self.retryMilliseconds = retryMilliseconds
    self.node = node
    var naming: [String: TenantNames] = [:]
    for setting in settings where setting.isForNamingTenants { naming[setting.name] = TenantNames([]) }
    self.naming = naming
    var made: [(line: SinkLine, sink: any Sink)] = []
    for setting in settings {
      let sink = try setting.sink(processID: processID)
      made.append((try line(setting, naming[setting.name]), sink))
    }
    do {
      for (line, sink) in made { try start(line, sink) }
    } catch {
      for (line, _) in made { line.abandon() }
      throw error
    }
    let site = made.map(\.line)
    lines.withLock { $0.site = site }
  }

  private func line(_ setting: SinkSetting, _ wanted: TenantNames?) throws(DeliveryError) -> SinkLine {
    try SinkLine(setting, queueCapacity: queueCapacity, spool: spool, wanted: wanted)
  }

  private func start(_ line: SinkLine, _ sink: any Sink) throws(DeliveryError) {
    let heartbeat = line.setting.heartbeatSeconds.map { seconds in
      Heartbeat(everySeconds: seconds, node: node) { [weak self] in self?.stageCounts ?? StageCounts() }
    }
    try line.start(sink, retryMilliseconds: retryMilliseconds, heartbeat: heartbeat)
  }

  /// Without ``finish(timeoutMilliseconds:)``: what waits in memory is lost.
  deinit {
    lines.withLock { lines in for line in lines.all + lines.retired { line.abandon() } }
  }

  /// Queues the alert for the spool and every sink without one, or counts it as refused where the queue is full. Neither
  /// waits nor does I/O; the locks it takes are held for no more than moving alerts or counts. One thread.
  package func send(_ alert: Alert) {
    stages.withLock { $0.sent &+= 1 }
    lines.withLock { lines in
      for line in lines.site { line.queue?.offer(alert) }
      for line in lines.tenants.values { line.queue?.offer(alert) }
    }
    spool?.append(alert)
  }

  /// As ``send(_:)``, but waits where a queue is full: for alerts of a replay, which has time and no tenants' sinks. One
  /// thread sends.
  package func sendWaiting(_ alert: Alert) {
    for line in lines.withLock({ $0.site }) { line.queue?.offerWaiting(alert) }
  }

  /// From now on tenants' alerts go there as well, and nowhere that they went only because of an earlier call. One thread.
  ///
  /// - Returns: what can't be done, in words for the security staff.
  package func route(_ routes: [TenantRoute]) -> [String] {
    var complaints: [String] = []
    var named: [String: Set<String>] = [:]
    for route in routes {
      for sink in route.syslog.sinks {
        if naming[sink] == nil { complaints.append("tenant \(route.tenant): no sink '\(sink)' is for tenants") }
        named[sink, default: []].insert(route.tenant)
      }
    }
    for (sink, tenants) in naming { tenants.replace(with: named[sink] ?? []) }

    var wanted: [String: (tenant: String, setting: SinkSetting)] = [:]
    for route in routes { if let setting = route.setting { wanted[setting.name] = (route.tenant, setting) } }
    let there = lines.withLock { lines in
      for (name, line) in lines.tenants where wanted[name]?.setting != line.setting {
        if line.queue == nil { line.abandon() } else { line.feed.close() }
        lines.tenants[name] = nil
        lines.retired.append(line)
      }
      lines.retired.removeAll { $0.control.end.isSet }
      return Set(lines.tenants.keys)
    }
    for (name, route) in wanted.sorted(by: { $0.key < $1.key }) where !there.contains(name) {
      do throws(DeliveryError) {
        let sink = try route.setting.sink(processID: processID)
        let line = try line(route.setting, TenantNames([route.tenant]))
        try start(line, sink)
        lines.withLock { $0.tenants[name] = line }
      } catch {
        complaints.append("tenant \(route.tenant): \(error)")
      }
    }
    return complaints
  }

  /// Any thread.
  package var overview: DeliveryStatus {
    DeliveryStatus(stages: stageCounts, sinks: status(), spool: spool?.status())
  }

  /// What there is to tell of the spool since the last call.
  package func takeNotices() -> [Notice] { spool?.takeNotices() ?? [] }

  /// Any thread.
  private var stageCounts: StageCounts { stages.withLock { $0 } }

  /// What was counted so far, but for ``StageCounts/sent``, which is counted here. Any thread.
  package func note(_ counts: StageCounts) {
    stages.withLock { stages in
      let sent = stages.sent
      stages = counts
      stages.sent = sent
    }
  }

  /// Files are opened by their names again, each before its next alert: for whoever moved them away. Any thread.
  package func reopen() {
    for line in lines.withLock({ $0.all }) { line.control.reopen() }
  }

  /// The site's in the order of the settings, then the tenants'. Any thread.
  package func status() -> [SinkStatus] { lines.withLock { $0.all }.map(\.status) }

  /// Delivers what waits, and ends the threads. What the time did not suffice for stays in the spool; without one it
  /// counts as failed (one that a sink had begun may still arrive). What is sent afterwards is refused.
  ///
  /// - Parameter timeoutMilliseconds: for all sinks together; a thread that is stuck in the kernel is then left to
  ///   itself, 100 ms later at most.
  package func finish(timeoutMilliseconds: Int) -> [SinkStatus] {
    let deadline = MonotonicTime.now().adding(milliseconds: timeoutMilliseconds)
    let all = lines.withLock { $0.all + $0.retired }
    spool?.close()
    for line in all { line.feed.close() }
    for line in all { line.control.end.wait(until: deadline) }
    for line in all { line.abandon() }
    let last = MonotonicTime.now().adding(milliseconds: 100)
    for line in all { line.control.end.wait(until: last) }
    if let spool { _ = spool.finish(timeoutMilliseconds: timeoutMilliseconds) }
    return status()
  }
}
