@testable import Delivery
import Glibc
import TestSupport
import Testing

/// Receivers of a stream that do not do as they should. They answer nothing, so it shows in the connection alone.
@Suite(.timeLimit(.minutes(5))) struct StreamTransportTests {
  /// What octet counting made of the messages, taken apart by code of the test's own.
  private func messages(_ bytes: [UInt8]) -> [[UInt8]] {
    var messages: [[UInt8]] = []
    var rest = bytes[...]
    while let space = rest.firstIndex(of: UInt8(ascii: " ")),
      let length = Int(String(decoding: rest[..<space], as: UTF8.self)), rest.endIndex - space > length
    {
      messages.append(Array(rest[(space + 1)...].prefix(length)))
      rest = rest[(space + 1 + length)...]
    }
    return messages
  }

  private func numbers(_ messages: [[UInt8]]) -> [Int] {
    messages.compactMap { Int(String(decoding: $0, as: UTF8.self).split(separator: " ").last ?? "") }
  }

  /// Until so many messages have come over the connection.
  private func read(_ connection: StreamPeer.Connection, _ count: Int) -> [[UInt8]] {
    var bytes: [UInt8] = []
    while messages(bytes).count < count {
      let more = connection.read()
      guard !more.isEmpty else { break }
      bytes += more
    }
    return messages(bytes)
  }

  @Test func aConnectionThatIsClosedAtOnceTakesNothing() throws {
    let peer = try StreamPeer { _ in }
    let sending = try Sending(StreamTransport(port: peer.port))
    for _ in 0..<3 {
      #expect(sending.failure() == "127.0.0.1 port \(peer.port): the connection was closed")
    }
    #expect(sending.confirmed == 0)
  }

  /// The receiver's kernel had all of it; the receiver had read some.
  @Test func whatAReceiverDidNotReadIsSentAgain() throws {
    let seen = Collected<[Int]>()
    let written = Gate()
    let peer = try StreamPeer { connection in
      if connection.number == 0 {
        seen.append(numbers(messages(connection.read(upTo: 300))))
        written.wait()
        connection.reset()
      } else {
        seen.append(numbers(read(connection, 21)))
        connection.readAll()
      }
    }
    let transport = try StreamTransport(port: peer.port)
    let sending = try Sending(transport)
    try sending.attempt(Sending.messages(0..<20))
    written.open()
    #expect(eventually { !transport.isConnected })
    #expect(sending.confirmed == 20)
    try sending.send(Sending.messages(20..<21))
    #expect(eventually { seen.elements.count == 2 })
    #expect(seen.elements[0].first == 0 && seen.elements[0].count < 20)
    #expect(seen.elements[1] == Array(0..<21))
  }

  /// Also when there is nothing else to say.
  @Test func aLostConnectionIsLookedFor() throws {
    let seen = Collected<[Int]>()
    let written = Gate()
    let peer = try StreamPeer { connection in
      if connection.number == 0 {
        _ = connection.read(upTo: 1)
        written.wait()
        connection.reset()
      } else {
        seen.append(numbers(read(connection, 5)))
        connection.readAll()
      }
    }
    let transport = try StreamTransport(port: peer.port)
    let sending = try Sending(transport)
    try sending.attempt(Sending.messages(0..<5))
    #expect(transport.isToBeTended)
    written.open()
    #expect(
      try eventually {
        try transport.tend(stop: sending.stopSignal)
        return !seen.elements.isEmpty
      })
    #expect(seen.elements == [Array(0..<5)])
  }

  @Test func whatIsOldEnoughIsNotSentAgain() throws {
    let seen = Collected<[Int]>()
    let written = Gate()
    let peer = try StreamPeer { connection in
      seen.append(numbers(read(connection, connection.number == 0 ? 5 : 1)))
      if connection.number == 0 { written.wait() } else { connection.readAll() }
    }
    let options = StreamOptions.quick { $0.resentMilliseconds = 1 }
    let transport = try StreamTransport(port: peer.port, options: options)
    let sending = try Sending(transport)
    try sending.attempt(Sending.messages(0..<5))
    #expect(transport.isToBeTended)
    #expect(
      try eventually {
        try transport.tend(stop: sending.stopSignal)
        return !transport.isToBeTended
      })
    written.open()
    #expect(eventually { !transport.isConnected })
    try sending.send(Sending.messages(5..<6))
    #expect(eventually { seen.elements.count == 2 })
    #expect(seen.elements == [Array(0..<5), [5]])
  }

  /// Another receiver of the same sink gets it.
  @Test func theNextReceiverGetsWhatTheLastDidNotRead() throws {
    let seen = Collected<[Int]>()
    let written = Gate()
    let first = try StreamPeer { connection in
      _ = connection.read(upTo: 1)
      written.wait()
      connection.reset()
    }
    let second = try StreamPeer { connection in
      seen.append(numbers(read(connection, 6)))
      connection.readAll()
    }
    let recent = RecentMessages(StreamOptions())
    let one = try Sending(StreamTransport(port: first.port, recent: recent))
    let other = try Sending(StreamTransport(port: second.port, recent: recent))
    try one.attempt(Sending.messages(0..<5))
    written.open()
    try other.attempt(Sending.messages(5..<6))
    #expect(eventually { seen.elements == [Array(0..<6)] })
  }

  /// Nobody reads: the kernels take what they have room for, and no more is kept here.
  @Test func aReceiverThatDoesNotReadIsGivenUp() throws {
    let done = Gate()
    let peer = try StreamPeer(receiveBuffer: 4096) { _ in done.wait() }
    defer { done.open() }
    let options = StreamOptions.quick {
      $0.answerMilliseconds = 500
      $0.resentBytes = 100_000
    }
    let recent = RecentMessages(options)
    let sending = try Sending(StreamTransport(port: peer.port, recent: recent, options: options))
    let text = String(repeating: "x", count: 8000)
    #expect(
      sending.failure(many: Sending.messages(0..<2000, text: text)) == "127.0.0.1 port \(peer.port): it takes no more")
    // What it was said to have is what its kernel has.
    #expect(sending.confirmed < 1000)
    #expect(recent.messages.reduce(0) { $0 + $1.count } <= 100_000)
  }

  /// Longer than it may acknowledge nothing, as it goes on acknowledging.
  @Test func aSlowReceiverGetsAll() throws {
    let seen = Collected<[Int]>()
    let peer = try StreamPeer(receiveBuffer: 4096) { connection in
      var bytes: [UInt8] = []
      while messages(bytes).count < 300 {
        let more = connection.read(upTo: 3000)
        guard !more.isEmpty else { break }
        usleep(3000)
        bytes += more
      }
      seen.append(numbers(messages(bytes)))
      connection.readAll()
    }
    let sending = try Sending(StreamTransport(port: peer.port, options: .quick { $0.answerMilliseconds = 250 }))
    let begin = ContinuousClock.now
    try sending.attempt(Sending.messages(0..<300, text: String(repeating: "x", count: 2000) + " 1"))
    #expect(sending.confirmed == 300 && ContinuousClock.now - begin > .milliseconds(400))
    #expect(eventually { seen.elements.first?.count == 300 })
  }

  /// A plain receiver has nothing to say: what it says is forgotten.
  @Test func whatAReceiverSaysIsIgnored() throws {
    let seen = Collected<[Int]>()
    let peer = try StreamPeer { connection in
      for _ in 0..<100 { connection.write([UInt8](repeating: 0xFF, count: 65_536)) }
      seen.append(numbers(read(connection, 10)))
      connection.readAll()
    }
    let sending = try Sending(StreamTransport(port: peer.port))
    try sending.send(Sending.messages(0..<10))
    #expect(sending.errors.isEmpty)
    #expect(eventually { seen.elements == [Array(0..<10)] })
  }

  @Test func whereNobodyIsIsTold() throws {
    let port = try FreePort.find()
    #expect(try Sending(StreamTransport(port: port)).failure() == "127.0.0.1 port \(port): Connection refused")
    let unknown = try Sending(StreamTransport(port: port, host: "nobody.invalid")).failure()
    #expect(unknown == "no address for nobody.invalid: the resolver has none")
    // Reserved, and routed nowhere that answers; or not at all.
    let silent = try Sending(StreamTransport(port: port, host: "192.0.2.1", options: .quick { $0.connectMilliseconds = 300 }))
    let begin = ContinuousClock.now
    #expect(silent.failure()?.hasPrefix("192.0.2.1 port \(port): ") == true)
    #expect(ContinuousClock.now - begin < .seconds(5))
  }

  /// All of a name's addresses are tried: only one of them has a receiver.
  @Test func allAddressesAreTried() throws {
    let peer = try StreamPeer { $0.readAll() }
    let sending = try Sending(StreamTransport(port: peer.port, host: "localhost"))
    #expect(sending.failure() == nil)
  }

  @Test func aServerWithoutTLSIsTold() throws {
    let silent = try StreamPeer { $0.readAll() }
    let setting = try TLSSetting.of("client")
    let options = StreamOptions.quick { $0.connectMilliseconds = 300 }
    #expect(
      try Sending(StreamTransport(port: silent.port, tls: setting, options: options)).failure()
        == "127.0.0.1 port \(silent.port): no answer in time")
    let talking = try StreamPeer { connection in
      connection.write("220 mail.test ESMTP\r\n")
      connection.readAll()
    }
    #expect(
      try Sending(StreamTransport(port: talking.port, tls: setting)).failure()
        == "127.0.0.1 port \(talking.port): no TLS: WRONG_VERSION_NUMBER")
    let closing = try StreamPeer { _ = $0.read() }
    #expect(
      try Sending(StreamTransport(port: closing.port, tls: setting)).failure()?
        .hasPrefix("127.0.0.1 port \(closing.port): ") == true)
  }

  @Test func stoppingEndsAllWaiting() throws {
    let peer = try StreamPeer { $0.readAll() }
    let sending = try Sending(StreamTransport(port: peer.port))
    sending.stopSignal.stop()
    let begin = ContinuousClock.now
    #expect(throws: DeliveryError.stopped) { try sending.attempt(Sending.messages(0..<3)) }
    let silent = try Sending(StreamTransport(port: 1, host: "192.0.2.1"))
    silent.stopSignal.stop()
    #expect(throws: DeliveryError.self) { try silent.attempt(Sending.messages(0..<3)) }
    #expect(ContinuousClock.now - begin < .seconds(5))
  }
}
