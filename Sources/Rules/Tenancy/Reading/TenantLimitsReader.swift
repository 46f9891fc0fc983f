/// Reads `limits: {rules: 200, events_per_second: 5000}` of a tenant.
enum TenantLimitsReader {
  private static let keys = ["rules", "bytes", "operations", "costly_rules", "events_per_second", "alerts_per_minute"]

  /// What isn't named there is as for every tenant.
  static func read(_ fields: ItemFields, log: inout DiagnosticLog) -> TenantLimits {
    var limits = TenantLimits()
    guard fields.has("limits"), let given = fields.mapping("limits", log: &log) else { return limits }
    given.checkKeys(known: keys, as: .error, log: &log)
    if let rules = given.integer("rules", range: 0...20_000, log: &log) { limits.rules = rules }
    if let bytes = given.integer("bytes", range: 0...(16 << 20), log: &log) { limits.bytes = bytes }
    if let operations = given.integer("operations", range: 0...4_000_000, log: &log) { limits.operations = operations }
    if let costly = given.integer("costly_rules", range: 0...20_000, log: &log) { limits.costlyRules = costly }
    limits.eventsPerSecond = given.integer("events_per_second", range: 1...1_000_000_000, log: &log)
    limits.alertsPerMinute = given.integer("alerts_per_minute", range: 1...QuietReader.maximumAlerts, log: &log)
    return limits
  }
}
