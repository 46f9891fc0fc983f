@testable import Delivery
import TestSupport
import Testing

/// What a RELP server may do, and should not.
@Suite(.timeLimit(.minutes(5))) struct RELPTransportTests {
  private func sending(_ peer: StreamPeer, _ change: (inout StreamOptions) -> Void = { _ in }) throws -> Sending {
    try Sending(RELPTransport(port: peer.port, options: .quick(change)))
  }

  @Test func answersMayComeInAnyOrderAndPieceByPiece() throws {
    let held = Collected<Int>()
    let peer = try RELPPeer.start { frame, connection in
      held.append(frame.number)
      guard held.elements.count % 10 == 0 else { return true }
      for number in held.elements.suffix(10).reversed() {
        for byte in Array(RELPPeer.rsp(number).utf8) { connection.write([byte]) }
      }
      return true
    }
    let sending = try sending(peer)
    try sending.send(Sending.messages(0..<100), batch: 50)
    #expect(sending.confirmed == 100 && sending.errors.isEmpty)
  }

  @Test func whatWasNotAnsweredIsSentAgain() throws {
    let seen = Collected<RELPPeer.Frame>()
    // The first connection answers three messages of those that it gets.
    let peer = try RELPPeer.start(seen: seen) { frame, connection in
      guard connection.number > 0 || frame.number <= 4 else { return frame.number < 8 }
      connection.write(RELPPeer.rsp(frame.number))
      return true
    }
    let sending = try sending(peer)
    #expect(throws: DeliveryError.self) { try sending.attempt(Sending.messages(0..<10)) }
    #expect(sending.confirmed == 3)
    try sending.send(Sending.messages(3..<10))
    let numbers = seen.elements.compactMap { Int($0.data.split(separator: " ").last ?? "") }
    #expect(numbers == Array(0..<7) + Array(3..<10))
  }

  @Test func theWindowIsBounded() throws {
    let seen = Collected<RELPPeer.Frame>()
    let peer = try RELPPeer.start(seen: seen) { _, _ in true }
    let sending = try sending(peer) {
      $0.windowMessages = 10
      $0.answerMilliseconds = 200
    }
    #expect(sending.failure(many: Sending.messages(0..<100))?.hasSuffix("it does not answer") == true)
    #expect(seen.elements.count == 10)
    // By octets: two of them fit, and one that is larger than all of it goes alone.
    let large = Sending.messages(0..<3, text: String(repeating: "x", count: 1000))
    let narrow = try self.sending(peer) {
      $0.windowBytes = 2500
      $0.answerMilliseconds = 200
    }
    #expect(narrow.failure(many: large) != nil)
    #expect(eventually { seen.elements.count == 12 })
    #expect(narrow.failure(many: Sending.messages(0..<3, text: String(repeating: "x", count: 5000))) != nil)
    #expect(eventually { seen.elements.count == 13 })
  }

  @Test(arguments: [
    ("500 no", "it refuses the session: 500 no"), ("200 OK", "it takes no syslog by RELP"),
    ("200 OK\nrelp_version=0", "it takes no syslog by RELP"), ("200 OK\ncommands=syslog", "it takes no syslog by RELP"),
    ("200 OK\nrelp_version=0\ncommands=eventlog", "it takes no syslog by RELP"), ("OK", "what it answers is no RELP"),
  ]) func aSessionMayBeRefused(answer: String, reason: String) throws {
    let peer = try RELPPeer.start(opening: answer) { _, _ in true }
    #expect(try sending(peer).failure() == "127.0.0.1 port \(peer.port): \(reason)")
  }

  @Test func aServerMaySayNothing() throws {
    let peer = try StreamPeer { $0.readAll() }
    let failure = try sending(peer) { $0.connectMilliseconds = 300 }.failure()
    #expect(failure == "127.0.0.1 port \(peer.port): it does not answer")
  }

  @Test(arguments: [
    ("HTTP/1.1 400 Bad Request\r\n\r\n", "what it answers is no RELP"), ("\n", "what it answers is no RELP"),
    ("2 rsp 999999999 200", "what it answers is too long"), ("2 rsp 9999999999 200", "what it answers is no RELP"),
    ("2 syslog 1 x\n", "what it answers is no RELP"), ("2 rsp 6 200 OKx", "what it answers is no RELP"),
    ("2 rsp 2 OK\n", "what it answers is no RELP"), ("3 rsp 6 200 OK\n", "it answers what was not asked"),
    ("999999999 rsp 6 200 OK\n", "it answers what was not asked"), ("0 serverclose 0\n", "it ends the session"),
    ("\u{0}\u{0}\u{0}", "what it answers is no RELP"), (String(repeating: "1", count: 300_000), "what it answers is no RELP"),
  ]) func nonsenseEndsTheConnection(answer: String, reason: String) throws {
    let peer = try RELPPeer.start { _, connection in
      connection.write(answer)
      return true
    }
    let failure = try sending(peer).failure()
    #expect(
      failure == "127.0.0.1 port \(peer.port): \(reason)"
        || answer.count > 1000 && failure?.hasSuffix("it sends more than was asked for") == true)
  }

  @Test func anAnswerCountsOnce() throws {
    let peer = try RELPPeer.start { frame, connection in
      connection.write(RELPPeer.rsp(frame.number) + RELPPeer.rsp(frame.number))
      return true
    }
    let sending = try sending(peer)
    #expect(sending.failure(many: Sending.messages(0..<3))?.hasSuffix("it answers what was not asked") == true)
    #expect(sending.confirmed == 1)
  }

  /// A receiver that takes others is taken at its word after some times; one that takes none is only in trouble.
  @Test func aMessageMayBeRefused() throws {
    let picky = try RELPPeer.start { frame, connection in
      connection.write(RELPPeer.rsp(frame.number, frame.data.hasSuffix(" 5") ? "500 not\u{1B} this" : "200 OK"))
      return true
    }
    let sending = try sending(picky)
    try sending.send(Sending.messages(0..<10))
    #expect(sending.refused == [Sending.message(5)] && sending.confirmed == 9)
    #expect(sending.errors.count == 3)
    #expect(sending.errors.last == .refused("127.0.0.1 port \(picky.port): it refuses a message: 500 not\\x1b this"))

    let closed = try RELPPeer.start { frame, connection in
      connection.write(RELPPeer.rsp(frame.number, "500 disk full"))
      return true
    }
    let other = try self.sending(closed)
    for _ in 0..<10 {
      #expect(other.failure(many: Sending.messages(0..<3))?.hasSuffix("it refuses a message: 500 disk full") == true)
    }
    #expect(!other.errors.contains { if case .refused = $0 { true } else { false } })
  }

  @Test func hintsAreIgnoredAndNumbersBeginAgain() throws {
    let seen = Collected<RELPPeer.Frame>()
    let peer = try RELPPeer.start(seen: seen) { frame, connection in
      connection.write("0 something 3 new\n" + RELPPeer.rsp(frame.number))
      return true
    }
    let transport = try RELPTransport(port: peer.port, options: .quick())
    let sending = try Sending(transport)
    try sending.send(Sending.messages(0..<3))
    transport.transaction = RELPFrame.largestTransaction - 1
    try sending.send(Sending.messages(3..<8))
    #expect(sending.errors.isEmpty)
    #expect(seen.elements.map(\.number) == [2, 3, 4, 999_999_998, 999_999_999, 1, 2, 3])
  }

  @Test func aSessionThatEndedMeanwhileIsNoError() throws {
    let connections = Collected<Int>()
    let peer = try RELPPeer.start { frame, connection in
      connection.write(RELPPeer.rsp(frame.number) + "0 serverclose 0\n")
      connections.append(connection.number)
      return false
    }
    let transport = try RELPTransport(port: peer.port, options: .quick())
    let sending = try Sending(transport)
    for number in 0..<3 {
      try sending.send(Sending.messages(number..<number + 1))
      // What the server says after its answer is there before the next message.
      #expect(eventually { !transport.isConnected })
    }
    #expect(sending.errors.isEmpty && connections.elements == [0, 1, 2])
  }

  @Test func stoppingEndsAllWaiting() throws {
    let peer = try RELPPeer.start { _, _ in true }
    let sending = try sending(peer) { $0.answerMilliseconds = 60_000 }
    sending.stopSignal.stop()
    let begin = ContinuousClock.now
    #expect(throws: DeliveryError.stopped) { try sending.attempt(Sending.messages(0..<3)) }
    #expect(ContinuousClock.now - begin < .seconds(5))
  }
}
