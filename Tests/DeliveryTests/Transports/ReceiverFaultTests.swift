import Delivery
import Engine
import Glibc
import Rules
import TestSupport
import Testing

/// A real rsyslogd that is stopped, killed and replaced, as a sink meets it.
@Suite(.enabled(if: Rsyslog.isInstalled, "needs /usr/sbin/rsyslogd: apt-get install rsyslog"), .timeLimit(.minutes(10)))
struct ReceiverFaultTests {
  private func delivery(_ receivers: [SyslogReceiver]) throws -> Delivery {
    try Delivery(
      sinks: [SinkSetting(.syslog(SyslogSetting(receivers, limit: 4000, tls: .of("client"))))], queueCapacity: 100_000,
      retryMilliseconds: 300_000)
  }

  private func send(_ range: Range<Int>, _ delivery: Delivery) {
    for number in range { delivery.sendWaiting(Sample.bare("\(number)")) }
  }

  /// Waits until all have come; in the order of their first coming.
  private func expectAll(_ count: Int, _ rsyslogs: Rsyslog..., ordered: Bool = true) throws {
    var found: [String] = []
    var written = 0
    _ = try eventually(seconds: 90) {
      let now = rsyslogs.reduce(0) { $0 + $1.written }
      guard now >= count, now > written else { return false }
      written = now
      var seen: Set<String> = []
      found = try rsyslogs.flatMap { try $0.messages() }.map(\.msg).filter { seen.insert($0).inserted }
      return found.count >= count
    }
    if !ordered { found.sort { (Int($0) ?? 0) < (Int($1) ?? 0) } }
    #expect(found == (0..<count).map(String.init))
  }

  private func receiver(_ input: Rsyslog.Input, _ port: UInt16) -> SyslogReceiver {
    switch input {
    case .tcp: .tcp(host: "127.0.0.1", port: port)
    case .tls: .tls(host: "127.0.0.1", port: port)
    case .relp: .relp(host: "127.0.0.1", port: port, isEncrypted: false)
    case .relpTLS: .relp(host: "127.0.0.1", port: port, isEncrypted: true)
    }
  }

  @Test(arguments: [Rsyslog.Input.tls(), .relp, .relpTLS()]) func aStoppedReceiverIsWaitedFor(_ input: Rsyslog.Input) throws {
    let rsyslog = try Rsyslog(TemporaryFolder(), inputs: [input])
    let delivery = try delivery([receiver(input, rsyslog.ports[0])])
    send(0..<100, delivery)
    _ = try rsyslog.messages(100)
    rsyslog.signal(SIGSTOP)
    send(100..<2000, delivery)
    #expect(delivery.status()[0].waiting > 0)
    rsyslog.signal(SIGCONT)
    try expectAll(2000, rsyslog)
    let end = delivery.finish(timeoutMilliseconds: 20_000)[0]
    #expect(end.delivered == 2000 && end.lost == 0 && end.reconciles)
  }

  /// One that writes before it answers, so that what it said to have is in its file: RELP then loses nothing.
  @Test(arguments: [Rsyslog.Input.relp, .relpTLS()]) func aReceiverThatIsKilledInABurstLosesNothing(
    _ input: Rsyslog.Input
  ) throws {
    let rsyslog = try Rsyslog(TemporaryFolder(), inputs: [input], answersWhenWritten: true)
    let delivery = try delivery([receiver(input, rsyslog.ports[0])])
    for round in 0..<5 {
      send(round * 400..<round * 400 + 400, delivery)
      let written = rsyslog.written
      #expect(eventually { rsyslog.written > written })
      rsyslog.kill()
      try rsyslog.start()
    }
    try expectAll(2000, rsyslog)
    #expect(delivery.finish(timeoutMilliseconds: 20_000)[0].delivered == 2000)
  }

  @Test func theNextReceiverTakesOver() throws {
    let first = try Rsyslog(TemporaryFolder(), inputs: [.relp])
    let second = try Rsyslog(TemporaryFolder(), inputs: [.relpTLS()])
    let delivery = try delivery([receiver(.relp, first.ports[0]), receiver(.relpTLS(), second.ports[0])])
    send(0..<100, delivery)
    _ = try first.messages(100)
    #expect(second.written == 0)
    first.stop()
    send(100..<200, delivery)
    #expect(eventually { second.written > 0 })
    try first.start()
    second.stop()
    send(200..<300, delivery)
    try expectAll(300, first, second, ordered: false)
    #expect(delivery.finish(timeoutMilliseconds: 20_000)[0].delivered == 300)
  }
}
