@testable import Delivery
import TestSupport
import Testing

/// Against a real syslog-ng.
@Suite(
  .enabled(if: SyslogNG.isInstalled, "needs syslog-ng: scripts/install-packages --test"), .timeLimit(.minutes(5)))
struct SyslogNGTests {
  @Test(arguments: [false, true]) func messagesArriveInOrder(isEncrypted: Bool) throws {
    let receiver = try SyslogNG(TemporaryFolder())
    let sending = try Sending(
      isEncrypted
        ? StreamTransport(port: receiver.tlsPort, tls: .of("client")) : StreamTransport(port: receiver.tcpPort))
    let count = 2000
    try sending.send(Sending.messages(0..<count))
    #expect(try receiver.lines(count) == (0..<count).map { "\($0) \($0)" })
    #expect(sending.errors.isEmpty && sending.confirmed == count)
  }

  @Test func aReceiverMayRefuseTheClient() throws {
    let receiver = try SyslogNG(TemporaryFolder())
    for client in [nil, "stranger"] {
      #expect(try Sending(StreamTransport(port: receiver.tlsPort, tls: .of(client))).failure() != nil)
    }
    #expect(try Sending(StreamTransport(port: receiver.tlsPort, tls: .of("client"))).failure() == nil)
    #expect(try receiver.lines(1) == ["0 0"])
  }

  @Test func aRestartIsMadeGood() throws {
    let receiver = try SyslogNG(TemporaryFolder())
    let sending = try Sending(StreamTransport(port: receiver.tlsPort, tls: .of("client")))
    try sending.send(Sending.messages(0..<10))
    _ = try receiver.lines(10)
    receiver.stop()
    #expect(sending.failure(Sending.message(10)) != nil)
    try receiver.start()
    try sending.send(Sending.messages(10..<20))
    var distinct: [String] = []
    _ = try eventually {
      var seen: Set<String> = []
      distinct = try receiver.lines(20).filter { seen.insert($0).inserted }
      return distinct.count == 20
    }
    #expect(distinct == (0..<20).map { "\($0) \($0)" })
  }
}
