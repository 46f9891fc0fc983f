import Delivery
import Engine
import Rules
import TestSupport
import Testing

/// Against a real rsyslogd.
@Suite(.enabled(if: Rsyslog.isInstalled, "needs /usr/sbin/rsyslogd: apt-get install rsyslog"), .timeLimit(.minutes(10)))
struct RsyslogTests {
  private static let hostile = Sample.alert(
    rule: "R]\" \\", message: "ran \(Sample.hostile)",
    fields: [
      AlertField(name: "proc.cmdline", value: .text(Sample.hostile)),
      AlertField(name: "proc.env[LD_PRELOAD]", value: .text("a]b\"c\\d")),
      AlertField(name: "fd.cookie", value: .integer(.max)), AlertField(name: "fd.is_server", value: .boolean(true)),
      AlertField(name: "empty", value: .text("")),
    ])

  private func expectHostile(_ message: Rsyslog.Message, processID: String) {
    #expect(message.pri == "84")
    #expect(message.time == "2026-11-24T08:15:00.123456Z")
    #expect(message.hostname == "node-1")
    #expect(message.app == "selvage")
    #expect(message.procid == processID)
    #expect(message.msgid == "execve")
    #expect(
      message.elements == [
        "alert@32473": [
          "id": "b7d1-42-9f", "rule": "R]\" \\", "priority": "Warning", "record": "42", "tags": "network,T1059",
        ],
        "event@32473": [
          "proc.cmdline": Sample.hostileShown, "proc.env.LD_PRELOAD": "a]b\"c\\d", "fd.cookie": "9223372036854775807",
          "fd.is_server": "true", "empty": "",
        ],
      ])
    // rsyslog keeps the byte order mark as a part of the text; Swift's == would not see a difference in the bytes.
    #expect(Array(message.msg.utf8) == Array("\u{FEFF}ran \(Sample.hostileShown)".utf8))
    #expect(StructuredData(message.raw)?.message == "ran \(Sample.hostileShown)")
  }

  @Test func hostileTextArrivesWholeInOneLine() throws {
    let rsyslog = try Rsyslog(TemporaryFolder())
    let delivery = try Delivery(
      sinks: [.syslogUnix(path: rsyslog.socketPath), .syslogUDP(host: "127.0.0.1", port: rsyslog.port)],
      queueCapacity: 16, processID: 77)
    delivery.send(Self.hostile)
    let messages = try rsyslog.messages(2)
    for message in messages { expectHostile(message, processID: "77") }

    delivery.send(Sample.bare("plain"))
    #expect(try rsyslog.messages(4).suffix(2).map(\.msg) == ["plain", "plain"])
    let end = delivery.finish(timeoutMilliseconds: 5000)
    #expect(end.map(\.delivered) == [2, 2] && end.map(\.lost) == [0, 0] && end.allSatisfy(\.reconciles))
    rsyslog.stop()
    #expect(try rsyslog.messages().count == 4)
  }

  /// Its parser of JSON knows ours by the cookie, and structured data says which alert it is without it.
  @Test func jsonBehindItsCookieIsParsed() throws {
    let rsyslog = try Rsyslog(TemporaryFolder())
    let setting = SyslogSetting([.unix(path: rsyslog.socketPath)], format: .cee)
    let delivery = try Delivery(sinks: [SinkSetting(.syslog(setting))], queueCapacity: 16)
    // As the engine gives it: without control characters.
    let alert = Sample.alert(
      rule: "R]\" \\", message: Sample.hostileShown,
      fields: [
        AlertField(name: "proc.cmdline", value: .text(Sample.hostileShown)),
        AlertField(name: "fd.cookie", value: .integer(.max)), AlertField(name: "fd.is_server", value: .boolean(true)),
      ])
    delivery.send(alert)
    let message = try rsyslog.messages(1)[0]
    #expect(message.elements == ["alert@32473": ["id": "b7d1-42-9f"]])
    #expect(message.msg == "@cee: " + String(decoding: JSONFormat.line(for: alert), as: UTF8.self))
    let parsed = try #require(JSONValue(Array(message.cee.utf8)))
    #expect(parsed["rule"] == "R]\" \\" && parsed["record"] == 42)
    #expect(
      parsed["fields"]
        == .object(["proc.cmdline": .text(Sample.hostileShown), "fd.cookie": .integer(.max), "fd.is_server": true]))
    _ = delivery.finish(timeoutMilliseconds: 5000)
  }

  /// rsyslog as it comes cuts long messages off in silence; ours stay below, and say that they are cut.
  @Test(arguments: ["A", "]", "é", "\n"]) func longArgumentsLeaveTheFieldsWhole(text: String) throws {
    let rsyslog = try Rsyslog(TemporaryFolder(), settings: "")
    let long = String(repeating: text, count: 20_000)
    let alert = Sample.alert(
      message: long,
      fields: [AlertField(name: "proc.cmdline", value: .text(long)), AlertField(name: "proc.pid", value: .integer(7))])
    let delivery = try Delivery(
      sinks: [.syslogUnix(path: rsyslog.socketPath), .syslogUDP(host: "127.0.0.1", port: rsyslog.port)],
      queueCapacity: 4)
    delivery.send(alert)
    for message in try rsyslog.messages(2) {
      #expect(message.procid == "-")
      #expect(message.elements["alert@32473"]?["truncated"] == "true")
      #expect(message.elements["alert@32473"]?["record"] == "42")
      #expect(message.elements["event@32473"]?["proc.pid"] == "7")
      #expect(message.elements["event@32473"]?["proc.cmdline"]?.hasSuffix("...") == true)
      #expect(message.msg.hasSuffix("..."))
    }
    #expect(delivery.finish(timeoutMilliseconds: 5000).map(\.delivered) == [1, 1])
  }

  @Test func aRestartLosesNothing() throws {
    let rsyslog = try Rsyslog(TemporaryFolder())
    let delivery = try Delivery(
      sinks: [.syslogUnix(path: rsyslog.socketPath)], queueCapacity: 100, retryMilliseconds: 60_000)
    for number in 0..<10 { delivery.send(Sample.bare("\(number)")) }
    _ = try rsyslog.messages(10)
    rsyslog.stop()
    for number in 10..<20 { delivery.send(Sample.bare("\(number)")) }
    // It has seen that nobody is there.
    #expect(eventually { delivery.status()[0].lastError != nil })
    #expect(delivery.status()[0].waiting == 10)
    try rsyslog.start()
    #expect(try rsyslog.messages(20).map(\.msg) == (0..<20).map(String.init))
    let end = delivery.finish(timeoutMilliseconds: 5000)[0]
    #expect(end.delivered == 20 && end.lost == 0 && end.reconciles)
  }
}
