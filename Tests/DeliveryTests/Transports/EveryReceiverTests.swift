@testable import Delivery
import Engine
import Rules
import TestSupport
import Testing

/// One spool, every way to a receiver at once: what came is what is in the spool's file.
@Suite(
  .enabled(if: Rsyslog.isInstalled && SyslogNG.isInstalled, "needs receivers: scripts/install-packages --test"),
  .timeLimit(.minutes(5)))
struct EveryReceiverTests {
  private static let facilities: [SyslogFacility] = [.local0, .local1, .local2, .local3, .local4, .local5]

  @Test func whatComesIsWhatIsInTheSpool() throws {
    let folder = try SpoolFolder()
    let rsyslog = try Rsyslog(TemporaryFolder(), inputs: [.tcp, .tls(), .relp, .relpTLS()])
    let syslogNG = try SyslogNG(TemporaryFolder())
    let ports = rsyslog.ports
    let receivers: [SyslogReceiver] = [
      .unix(path: rsyslog.socketPath), .udp(host: "127.0.0.1", port: rsyslog.port), .tcp(host: "127.0.0.1", port: ports[0]),
      .tls(host: "127.0.0.1", port: ports[1]), .relp(host: "127.0.0.1", port: ports[2], isEncrypted: false),
      .relp(host: "127.0.0.1", port: ports[3], isEncrypted: true),
    ]
    let others: [SyslogReceiver] = [
      .tcp(host: "127.0.0.1", port: syslogNG.tcpPort), .tls(host: "127.0.0.1", port: syslogNG.tlsPort),
    ]
    let limit = 2000
    var sinks: [SinkSetting] = []
    for (receiver, facility) in zip(receivers + others, Self.facilities + [.local6, .local7]) {
      sinks.append(SinkSetting(.syslog(SyslogSetting([receiver], facility: facility, limit: limit, tls: try .of("client")))))
    }
    let spool = try folder.open()
    let delivery = try Delivery(sinks: sinks, spool: spool, queueCapacity: 1, processID: 7)
    let count = 400
    for number in 0..<count {
      delivery.send(alert(number))
      // So that UDP has no reason to lose any.
      if number % 20 == 19 { #expect(eventually { delivery.status()[1].delivered > number }) }
    }
    #expect(eventually(seconds: 60) { delivery.status().allSatisfy { $0.delivered == count } })
    let messages = try rsyslog.messages(count * receivers.count)
    let lines = try syslogNG.lines(count * others.count)
    for status in delivery.finish(timeoutMilliseconds: 20_000) { #expect(status.reconciles && status.lost == 0, "\(status)") }

    let spooled = try SpoolReader(folder.path).alerts(after: 0, through: .max, limit: count + 1, run: 1)
      .compactMap { if case .alert(let alert) = $0 { alert } else { nil } }
    #expect(spooled.map(\.alert) == (0..<count).map(alert))
    for facility in Self.facilities {
      let format = SyslogFormat(facility: facility, processID: 7)
      var previous: UInt64 = 0
      let expected = spooled.map { spooled in
        defer { previous = spooled.sequence }
        let place = Place(series: spool.series, sequence: spooled.sequence, previous: previous)
        return String(decoding: format.message(for: spooled.alert, place: place, limit: limit), as: UTF8.self)
      }
      let came = messages.filter { UInt8($0.pri).map { $0 / 8 } == facility.rawValue }
      #expect(came.map(\.raw).map { Array($0.utf8) } == expected.map { Array($0.utf8) }, "\(facility)")
      #expect(came.map(\.elements).allSatisfy { $0["alert@32473"]?["series"] == spool.series })
    }
    // syslog-ng has them from both, each in order.
    #expect(lines.count == 2 * count)
    let sequences = lines.compactMap { UInt64($0.prefix { $0 != " " }) }
    #expect(sequences.sorted() == (spooled + spooled).map(\.sequence).sorted())
    #expect(Set(lines).count == count)
  }

  /// Some that are long, some that are hostile.
  private func alert(_ number: Int) -> Alert {
    let text = number % 3 == 0 ? Sample.hostile : number % 7 == 0 ? String(repeating: "é\\\"]", count: 500) : "plain"
    return Sample.alert(
      id: "b7d1-\(number)-9f", number: UInt64(number), message: "\(number) \(text)",
      fields: [AlertField(name: "proc.cmdline", value: .text(text)), AlertField(name: "proc.pid", value: .integer(7))])
  }
}
