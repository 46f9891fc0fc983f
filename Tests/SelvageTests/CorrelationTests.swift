import Glibc
import TestSupport
import Testing

/// Correlations from the kernel's events to an alert, and in the commands that tell of them.
@Suite(.serialized, .enabled(if: Selvage.isRoot, "needs root: it loads programs into the kernel"))
struct CorrelationTests {
  private let mark = "selvage-\(getpid())-\(UInt32.random(in: 0 ... .max))"
  private let folder: TemporaryFolder
  private let rules: String

  init() throws {
    folder = try TemporaryFolder()
    rules = try folder.write(
      """
      title: Five connects
      description: what it means
      level: high
      tags: [t]
      correlation:
          type: event_count
          rules: [connect]
          group-by: [DestinationIp, DestinationPort]
          timespan: 30s
          condition: {gte: 5}
      ---
      title: Marked connect
      name: connect
      logsource: {product: linux, category: network_connection}
      detection:
          selection: {CommandLine|contains: '\(mark)', Initiated: 'true'}
          condition: selection
      """, "five.yml")
  }

  /// So many connects to the discard port, which nobody serves.
  private func connect(_ times: Int, _ mark: String) throws {
    _ = try Program("/bin/bash", "-c", "for i in {1..\(times)}; do (exec 3<>/dev/tcp/127.0.0.1/9); done 2>/dev/null # \(mark)").finish()
  }

  @Test func fiveConnectsAreOneAlertAndItsReplayTheSame() throws {
    let agent = try Selvage.live("--rules", rules, "--json", "\(folder.path)/live.json", "--record", "\(folder.path)/t.trace")
    try connect(4, "other")
    try connect(4, mark)
    try connect(2, mark)
    #expect(eventually { !contents("\(folder.path)/live.json").isEmpty })
    agent.signal(SIGTERM)
    let end = try agent.finish()
    #expect(end.status == 0, "\(end.errors)")
    let live = String(decoding: contents("\(folder.path)/live.json"), as: UTF8.self)
    #expect(live.utf8.count { $0 == UInt8(ascii: "\n") } == 1, "\(live)")
    for part in [
      "\"rule\":\"Five connects\"", "\"priority\":\"Error\"", "\"event\":\"connect\"", "\"correlation.count\":5",
      "\"correlation.by.DestinationIp\":\"127.0.0.1\",\"correlation.by.DestinationPort\":9", "5 events within 30s, DestinationIp=127.0.0.1",
    ] { #expect(live.contains(part), "\(part)\n\(live)") }
    let replay = try Selvage.run("replay", "--all", "\(folder.path)/t.trace", "--rules", rules, "--json", "-")
    #expect(replay.status == 0 && replay.output == live, "\(replay)")

    // Where it fired, and its rules.
    let explained = try Selvage.run("explain", "Five connects", "--rules", rules, "--trace", "\(folder.path)/t.trace")
    #expect(explained.status == 0)
    for part in [
      "Five connects (\(rules):1), a correlation:\nevent_count >= 5 within 30s by DestinationIp, DestinationPort: connect\n",
      "It fires once, by record ", "  connect: Marked connect (\(rules):12) fires 6 times, at records ",
    ] { #expect(explained.output.contains(part), "\(part)\n\(explained.output)") }
    let json = try Selvage.run("explain", "five CONNECTS", "--rules", rules, "--trace", "\(folder.path)/t.trace", "--json")
    #expect(json.status == 0 && json.output.contains("\"count\" : 1") || json.output.contains("\"count\":1"), "\(json.output)")
    let missing = try Selvage.run("explain", "Five connects", "--rules", rules, "--trace", "\(folder.path)/t.trace", "--record", "1")
    #expect(missing.status == 2 && missing.errors.contains("the trace has no record 1; its first is "), "\(missing.errors)")
  }

  @Test func rulesAreListedAndShown() throws {
    let list = try Selvage.run("rules", "list", "--rules", rules)
    let rows = list.output.split(separator: "\n")
    #expect(rows == ["Warning\tMarked connect\tconnect,sendto\t\t\(rules):12:1", "Error\tFive connects\tconnect,sendto\tt\t\(rules):1:1"])
    let shown = try Selvage.run("rules", "show", "Five connects", "--rules", rules)
    #expect(shown.output.hasSuffix(
      "\n  what it means\n\n  event_count >= 5 within 30s by DestinationIp, DestinationPort: connect\n"), "\(shown.output)")
    let base = try Selvage.run("rules", "show", "Marked connect", "--rules", rules)
    #expect(base.output.contains("\n  counts for Five connects, and does not alert by itself\n"), "\(base.output)")
    let check = try Selvage.run("check", "--report", rules)
    #expect(check.status == 0 && check.output.contains("full\tFive connects\t\(rules):1\n") && check.output.contains("2 of 2 rules active"), "\(check.output)")
  }
}
