@testable import Delivery
import TestSupport
import Testing

/// Each way to a real rsyslogd.
@Suite(.enabled(if: Rsyslog.isInstalled, "needs /usr/sbin/rsyslogd: apt-get install rsyslog"), .timeLimit(.minutes(10)))
struct RsyslogTransportTests {
  enum Way: CaseIterable, Sendable {
    case tcp, tls, relp, relpTLS

    var input: Rsyslog.Input {
      switch self {
      case .tcp: .tcp
      case .tls: .tls()
      case .relp: .relp
      case .relpTLS: .relpTLS()
      }
    }

    func transport(port: UInt16, tls: TLSSetting? = nil, options: StreamOptions = .quick()) throws -> any MessageTransport {
      switch self {
      case .tcp: try StreamTransport(port: port, options: options)
      case .tls: try StreamTransport(port: port, tls: tls ?? .of("client"), options: options)
      case .relp: try RELPTransport(port: port, options: options)
      case .relpTLS: try RELPTransport(port: port, tls: tls ?? .of("client"), options: options)
      }
    }
  }

  @Test(arguments: Way.allCases) func messagesArriveInOrder(_ way: Way) throws {
    let rsyslog = try Rsyslog(TemporaryFolder(), inputs: [way.input])
    let sending = try Sending(way.transport(port: rsyslog.ports[0]))
    let count = 2000
    try sending.send(Sending.messages(0..<count))
    #expect(try rsyslog.messages(count).map(\.msg) == (0..<count).map(String.init))
    #expect(sending.errors.isEmpty && sending.confirmed == count)
  }

  /// With line feeds and all: the framing counts octets.
  @Test(arguments: Way.allCases) func aMessageMayHoldAnything(_ way: Way) throws {
    let rsyslog = try Rsyslog(TemporaryFolder(), inputs: [way.input])
    let sending = try Sending(way.transport(port: rsyslog.ports[0]))
    let text = " é\n2 <0>1 - - - - - - forged\n\(String(repeating: "x", count: 30_000))"
    try sending.send(Sending.messages(0..<50, text: text))
    let messages = try rsyslog.messages(50)
    #expect(messages.count == 50)
    #expect(messages.enumerated().allSatisfy { $1.msg == "\($0)\(text)" })
  }

  @Test(.enabled(if: !contents("/proc/net/if_inet6").isEmpty, "needs IPv6")) func anIPv6AddressWillDo() throws {
    let rsyslog = try Rsyslog(TemporaryFolder(), inputs: [.relp])
    let sending = try Sending(RELPTransport(port: rsyslog.ports[0], host: "::1"))
    try sending.send(Sending.messages(0..<3))
    #expect(try rsyslog.messages(3).count == 3)
  }

  @Test(arguments: Way.allCases) func aRestartIsNoticedAndMadeGood(_ way: Way) throws {
    let rsyslog = try Rsyslog(TemporaryFolder(), inputs: [way.input])
    let sending = try Sending(way.transport(port: rsyslog.ports[0]))
    try sending.send(Sending.messages(0..<10))
    _ = try rsyslog.messages(10)
    rsyslog.stop()
    #expect(sending.failure(Sending.message(10))?.hasSuffix("Connection refused") == true)
    try rsyslog.start()
    try sending.send(Sending.messages(10..<20))
    #expect(try distinct(rsyslog, 20) == (0..<20).map(String.init))
  }

  /// Waits for so many different ones; in the order of their first coming.
  private func distinct(_ rsyslog: Rsyslog, _ count: Int) throws -> [String] {
    var found: [String] = []
    _ = try eventually {
      var seen: Set<String> = []
      found = try rsyslog.messages().map(\.msg).filter { seen.insert($0).inserted }
      return found.count >= count
    }
    return found
  }
}
