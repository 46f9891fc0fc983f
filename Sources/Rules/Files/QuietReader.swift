/// Reads `quiet: {fold: 60s, throttle: {...}, rule_alerts_per_minute: 60, tenant_alerts_per_minute: 300}`; each may be
/// `off`, and so may all of it.
package enum QuietReader {
  private static let keys = ["fold", "throttle", "rule_alerts_per_minute", "tenant_alerts_per_minute"]
  static let maximumAlerts = 1_000_000

  /// What isn't named there is as usual.
  ///
  /// - Parameter fields: what `quiet` is a key of.
  package static func read(_ fields: ItemFields, log: inout DiagnosticLog) -> QuietSettings {
    if isOff("quiet", fields) { return .off }
    var settings = QuietSettings()
    guard let quiet = fields.mapping("quiet", log: &log) else { return settings }
    quiet.checkKeys(known: keys, as: .error, log: &log)
    if isOff("fold", quiet) {
      settings.foldSeconds = nil
    } else if let seconds = ThrottleReader.seconds("fold", quiet, &log) {
      settings.foldSeconds = seconds
    }
    if !isOff("throttle", quiet) { settings.throttle = ThrottleReader.read(quiet, log: &log) }
    alerts("rule_alerts_per_minute", quiet, &log) { settings.ruleAlertsPerMinute = $0 }
    alerts("tenant_alerts_per_minute", quiet, &log) { settings.tenantAlertsPerMinute = $0 }
    return settings
  }

  private static func alerts(_ key: String, _ fields: ItemFields, _ log: inout DiagnosticLog, _ take: (Int?) -> Void) {
    guard fields.has(key) else { return }
    if isOff(key, fields) {
      take(nil)
    } else if let count = fields.integer(key, range: 1...maximumAlerts, log: &log) {
      take(count)
    }
  }

  private static func isOff(_ key: String, _ fields: ItemFields) -> Bool { fields[key]?.scalar?.boolean == false }
}
