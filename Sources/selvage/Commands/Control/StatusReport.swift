internal import Control
internal import Events

/// What `selvage status` shows.
enum StatusReport {
  static func text(_ status: StatusAnswer) -> String {
    var parts = [
      """
      selvage \(shown(status.version)) on \(shown(status.node)), kernel \(shown(status.kernel)), since \(shown(status.started))
      rules     \(status.rules)\(status.role == "owner" ? " of your tenants'" : ""), since \(shown(status.rulesSince))
      """
    ]
    if let records = status.records { parts.append("records   \(records)") }
    parts.append("lost      \(lost(status))")
    parts.append("workloads \(status.workloads)")
    parts.append("alerts    \(status.alertsKept) kept")
    if status.sinks != nil { parts.append("spool     \(spool(status.spool))") }
    if let socket = status.socket { parts.append("socket    \(socket.connections) connections, \(socket.refused) calls refused") }
    parts += [tenants(status.tenants), sinks(status.sinks ?? []), sources(status.sources ?? [])].compactMap { $0 }.map { "\n\($0)" }
    return parts.joined(separator: "\n")
  }

  private static func lost(_ status: StatusAnswer) -> String {
    let kinds = status.lost.sorted { $0.key < $1.key }.map { "\($0.value) \(shown($0.key))" }
    guard !kinds.isEmpty else { return "nothing" }
    return kinds.joined(separator: ", ") + (status.role == "owner" ? " (of the whole node; whose they were is not known)" : "")
  }

  private static func spool(_ spool: StatusAnswer.Spool?) -> String {
    guard let spool else { return "none: alerts wait in memory" }
    var parts = ["\(spool.rows) alerts, the last is \(spool.lastSequence)", "\(spool.bytes >> 20) MiB"]
    if spool.waiting > 0 { parts.append("\(spool.waiting) wait for the disk") }
    if spool.dropped > 0 { parts.append("\(spool.dropped) dropped") }
    if spool.refused > 0 { parts.append("\(spool.refused) refused") }
    if let failure = spool.failure { parts.append("FAILS: \(shown(failure))") }
    return parts.joined(separator: ", ")
  }

  private static func tenants(_ tenants: [TenantCounts]) -> String? {
    var table = TextTable("TENANT", "WORKLOADS", "EVENTS", "ALERTS")
    for tenant in tenants { table.add(tenant.name, "\(tenant.workloads)", "\(tenant.events)", "\(tenant.alerts)") }
    return table.count > 0 ? table.text : nil
  }

  private static func sinks(_ sinks: [StatusAnswer.Sink]) -> String? {
    var table = TextTable("SINK", "DELIVERED", "BY", "WAITING", "LOST", "LAST ERROR")
    for sink in sinks {
      table.add(sink.name, "\(sink.delivered)", shown(sink.confirmation), "\(sink.waiting)", "\(sink.refused &+ sink.failed &+ sink.dropped)", sink.lastError ?? "")
    }
    return table.count > 0 ? table.text : nil
  }

  private static func sources(_ sources: [StatusAnswer.Source]) -> String? {
    var table = TextTable("SOURCE", "STATE", "QUESTIONS", "FAILED", "WAITING", "PLACE")
    for source in sources {
      let place = source.remark.map { "\(source.place): \($0)" } ?? source.place
      table.add(source.name, source.state, "\(source.questions)", "\(source.failures)", "\(source.waiting)", place)
    }
    return table.count > 0 ? table.text : nil
  }

  private static func shown(_ text: String) -> String { DisplayText.escaped(text, limit: 256) }
}
