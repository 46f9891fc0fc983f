import Events
import Testing

@testable import Rules

/// What `quiet:` of a configuration may say.
struct QuietReaderTests {
  private func read(_ text: String) throws -> (settings: QuietSettings, said: [String]) {
    var log = DiagnosticLog(limit: 10)
    let file = try #require(SourceReader.check(name: "x", bytes: Array(text.utf8), limits: LoadLimits(), log: &log))
    let fields = try #require(ItemFields(root: file, limits: LoadLimits(), log: &log))
    let settings = QuietReader.read(fields, log: &log)
    return (settings, log.finished().map { "\($0.location.line):\($0.location.column) \($0.message)" })
  }

  private static func changed(_ change: (inout QuietSettings) -> Void) -> QuietSettings {
    var settings = QuietSettings()
    change(&settings)
    return settings
  }

  @Test(arguments: [
    ("node: n", QuietSettings()),
    ("quiet: {}", QuietSettings()),
    ("quiet:", QuietSettings()),
    ("quiet: off", .off),
    ("quiet: {fold: off}", changed { $0.foldSeconds = nil }),
    ("quiet: {fold: 5m, throttle: off}", changed { $0.foldSeconds = 300 }),
    (
      "quiet: {throttle: {per: [proc.name], limit: 5, every: 1h}}",
      changed { $0.throttle = Throttle(fields: [.init(.processName)], limit: 5, seconds: 3600) }
    ),
    (
      "quiet: {rule_alerts_per_minute: 1, tenant_alerts_per_minute: off}",
      changed { ($0.ruleAlertsPerMinute, $0.tenantAlertsPerMinute) = (1, nil) }
    ),
  ])
  func settings(text: String, expected: QuietSettings) throws {
    let (settings, said) = try read(text)
    #expect(settings == expected)
    #expect(said == [])
  }

  @Test(arguments: [
    ("quiet: 7", "1:8 expected keys with their values in 'quiet', found a text"),
    ("quiet: {fold: 60}", "1:15 '60' is no length of time up to a year"),
    ("quiet: {fold: [1]}", "1:15 'fold' must be a text, found a list"),
    ("quiet: {rule_alerts_per_minute: 0}", "1:33 'rule_alerts_per_minute' must be a whole number from 1 to 1000000"),
    ("quiet: {throttle: {limit: 5}}", "1:9 'throttle' has no 'every'"),
    ("quiet: {tenant: 5}", "1:9 unknown key 'tenant'"),
  ])
  func mistakes(text: String, expected: String) throws {
    let (settings, said) = try read(text)
    #expect(said == [expected])
    #expect(settings == QuietSettings(), "the defaults hold")
  }
}
