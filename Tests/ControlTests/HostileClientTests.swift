import Control
import Delivery
import Glibc
import TestSupport
import Testing

/// Whoever connects harms nobody but itself.
@Suite(.serialized, .enabled(if: TestAgent.isPossible, "needs root, and setpriv and python3 for the peers"))
struct HostileClientTests {
  private static var short: ControlSettings.Patience {
    var patience = ControlSettings.Patience()
    patience.request = 1
    patience.piece = 1
    return patience
  }

  @Test func oneUsersConnectionsLeaveOthersRoom() throws {
    let agent = try TestAgent()
    let peer = try agent.peer(
      """
      held = [knock() for _ in range(200)]
      print(sum(b"503" in told(s) for s in held[8:]), file=sys.stderr, flush=True)
      print("done", file=sys.stderr, flush=True)
      time.sleep(600)
      """, user: 1001)
    try peer.says("done")
    #expect(peer.errors.hasPrefix("192\n"), "\(peer.errors)")
    #expect(try agent.get("/v1/status", user: 1234, groups: [2002]).status == 200)
    #expect(agent.said.contains { $0.contains("refused a connection to user 1001") })
    peer.signal(SIGKILL)
  }

  @Test func allUsersTogetherLeaveRootRoom() throws {
    let agent = try TestAgent()
    let peers = try (0..<8).map { user in
      let peer = try agent.peer(
        "held = [knock() for _ in range(8)]\nprint('done', file=sys.stderr, flush=True)\ntime.sleep(600)", user: UInt32(3000 + user))
      try peer.says("done")
      return peer
    }
    // They are taken in one after another.
    #expect(try eventually { try agent.get("/v1/status", user: 0).decoded(StatusAnswer.self).socket?.connections == 65 })
    #expect(try agent.get("/v1/status", user: 1001).status == 503)
    for peer in peers { peer.signal(SIGKILL) }
    #expect(try eventually { try agent.get("/v1/status", user: 1001).status == 200 })
  }

  @Test func whoSaysHalfARequestIsLeftBehind() throws {
    let agent = try TestAgent(patience: Self.short)
    let peer = try agent.peer(
      """
      for data in (b"", b"GET", b"GET /v1/status HTTP/1.1\\r\\nHost: x\\r\\n", b"GET /v1/status HTTP/1.1\\r\\nX: " + b"y" * 4000):
        print(told(knock(data)), file=sys.stderr, flush=True)
      s = knock(b"GET /v1/status HTTP/1.1\\r\\n")
      try:
        for _ in range(100): s.sendall(b"X"); time.sleep(0.1)
      except OSError as e: print("closed", file=sys.stderr, flush=True)
      """, user: 1001)
    let end = try peer.finish()
    #expect(end.errors == "b''\nb''\nb''\nb''\nclosed\n", "\(end.errors)")
  }

  @Test func whatIsNoRequestIsAnsweredAndOver() throws {
    let agent = try TestAgent()
    let peer = try agent.peer(
      """
      big = b"GET /v1/status HTTP/1.1\\r\\n"
      for data in (b"\\x00\\xff\\xfe\\r\\n\\r\\n", b"HELLO\\r\\n\\r\\n", b"GET /v1/status HTTP/9.9\\r\\n\\r\\n",
                   big + b"X: " + b"y" * 100000 + b"\\r\\n\\r\\n", big + b"X: y\\r\\n" * 5000 + b"\\r\\n",
                   big + b"Content-Length: x\\r\\n\\r\\n", big + b"Transfer-Encoding: chunked\\r\\nContent-Length: 3\\r\\n\\r\\nzz\\r\\n"):
        s = socket.socket(socket.AF_UNIX); s.connect(sys.argv[1])
        try: s.sendall(data)
        except OSError: pass
        print(told(s)[:12].decode("latin1"), file=sys.stderr, flush=True)
      """, user: 1001)
    let statuses = try peer.finish().errors.split(separator: "\n", omittingEmptySubsequences: false)
    #expect(statuses.prefix(4).allSatisfy { $0 == "HTTP/1.1 400" }, "\(statuses)")
    #expect(statuses.allSatisfy { $0.isEmpty || $0 == "HTTP/1.1 400" || $0 == "HTTP/1.1 200" }, "\(statuses)")
    #expect(try agent.get("/v1/status", user: 1001).status == 200)
  }

  /// Bodies are not read; of requests that come together the first is answered.
  @Test func bodiesAndPipelinesEnd() throws {
    let agent = try TestAgent()
    let peer = try agent.peer(
      """
      s = knock(b"POST /v1/status HTTP/1.1\\r\\nHost: x\\r\\nContent-Length: 99999999999\\r\\n\\r\\n")
      sent = 0
      try:
        while sent < 1 << 30: sent += s.send(b"x" * 65536)
      except OSError: pass
      print(sent < 1 << 27, file=sys.stderr, flush=True)
      s = knock(b"GET /v1/status HTTP/1.1\\r\\nHost: x\\r\\n\\r\\n" * 100)
      print(told(s).count(b"HTTP/1.1 200"), file=sys.stderr, flush=True)
      """, user: 1001)
    #expect(try peer.finish().errors == "True\n1\n")
  }

  /// A request line without an end takes no more memory than is reasonable.
  @Test func anEndlessRequestLineIsCutOff() throws {
    let agent = try TestAgent()
    let before = Self.residentBytes
    let peer = try agent.peer(
      """
      s = knock(b"GET /")
      sent = 0
      try:
        while sent < 1 << 29: sent += s.send(b"x" * 65536)
      except OSError: pass
      print(sent, file=sys.stderr, flush=True)
      """, user: 1001)
    let sent = Int(try peer.finish().errors.split(separator: "\n").first ?? "") ?? .max
    #expect(sent < 16 << 20, "\(sent)")
    #expect(Self.residentBytes < before + (64 << 20))
    #expect(try agent.get("/v1/status", user: 1001).status == 200)
  }

  private static var residentBytes: Int {
    let fields = String(decoding: contents("/proc/self/statm"), as: UTF8.self).split(separator: " ")
    return (fields.count > 1 ? Int(fields[1]) ?? 0 : 0) * 4096
  }

  /// It asks, and takes nothing: alerts go on to others, and it is left behind.
  @Test func aFollowerThatReadsNothingIsLeftBehind() throws {
    let agent = try TestAgent(patience: Self.short)
    let peer = try agent.peer(
      """
      held = [knock(b"GET /v1/alerts?follow=1 HTTP/1.1\\r\\nHost: x\\r\\n\\r\\n") for _ in range(4)]
      print("done", file=sys.stderr, flush=True)
      time.sleep(600)
      """, user: 1001)
    try peer.says("done")
    #expect(try eventually { try agent.get("/v1/status", user: 0).decoded(StatusAnswer.self).socket?.connections == 5 })
    agent.append(5000, tenant: "a", message: String(repeating: "x", count: 2000))
    #expect(try agent.get("/v1/alerts?last=1", user: 1001).status == 200)
    #expect(try eventually { try agent.get("/v1/status", user: 0).decoded(StatusAnswer.self).socket?.connections == 1 })
    peer.signal(SIGKILL)
  }

  /// One that leaves is noticed without an alert that would tell.
  @Test func aFollowerThatLeavesIsGone() throws {
    let agent = try TestAgent()
    for _ in 0..<20 {
      _ = try agent.peer("knock(b'GET /v1/alerts?follow=1 HTTP/1.1\\r\\nHost: x\\r\\n\\r\\n').recv(10)", user: 1001).finish()
    }
    #expect(try eventually { try agent.get("/v1/status", user: 0).decoded(StatusAnswer.self).socket?.connections == 1 })
  }

  @Test func aFollowerGetsWhatComesAndTheEnd() throws {
    let agent = try TestAgent()
    agent.append(20, tenant: "a")
    let peer = try agent.peer(
      """
      s = knock(b"GET /v1/alerts?follow=1 HTTP/1.1\\r\\nHost: x\\r\\n\\r\\n")
      print(s.recv(10), file=sys.stderr, flush=True)
      text = told(s)
      print(text.count(b'"rule":"r"'), text.endswith(b"0\\r\\n\\r\\n"), file=sys.stderr, flush=True)
      """, user: 1001)
    try peer.says("HTTP/1.1")
    agent.append(500, tenant: "a")
    agent.append(500, tenant: "b")
    agent.close()
    // The last ten, and those that came.
    #expect(try peer.finish().errors.hasSuffix("510 True\n"), "\(peer.errors)")
  }

  /// An agent whose thread is away answers late, or not; it is never waited for by others.
  @Test func questionsThatNobodyAnswersEndWithTheAgent() throws {
    let agent = try TestAgent { question in
      if question == .workloads { usleep(300_000) }
      return TestAgent.reply(question)
    }
    // All ask at once, and get the one answer.
    let start = ContinuousClock.now
    let peers = try (0..<8).map { _ in
      try agent.peer("print(told(knock(b'GET /v1/workloads HTTP/1.1\\r\\nHost: x\\r\\n\\r\\n'))[:12], file=sys.stderr)", user: 1001)
    }
    for peer in peers { #expect(try peer.finish().errors.contains("HTTP/1.1 200")) }
    #expect(ContinuousClock.now - start < .seconds(20))
  }

  @Test func randomBytesEndNothing() throws {
    let agent = try TestAgent(patience: Self.short)
    let peer = try agent.peer(
      """
      import random
      random.seed(7)
      base = b"GET /v1/alerts?tenant=a&rule=x&since=2026-11-24T08:15:00Z&last=3&follow=0 HTTP/1.1\\r\\nHost: x\\r\\nA: b\\r\\n\\r\\n"
      for round in range(400):
        data = bytearray(base)
        for _ in range(random.randint(1, 8)):
          at = random.randrange(len(data))
          kind = random.randrange(4)
          if kind == 0: data[at] = random.randrange(256)
          elif kind == 1: del data[at:at + random.randrange(9)]
          elif kind == 2: data[at:at] = random.choice([b"%", b"%ff", b"?", b"&", b"=", b"\\r\\n", b"//", b"\\0", b"%00", b":", b"http://", b"#"])
          else: data[at:at] = data[:random.randrange(len(data))]
          if not data: data = bytearray(b"x")
        s = socket.socket(socket.AF_UNIX); s.connect(sys.argv[1]); s.settimeout(5)
        try: s.sendall(data); s.recv(4096)
        except OSError: pass
        s.close()
      print("done", file=sys.stderr, flush=True)
      """, user: 1000)
    _ = try peer.says("done", seconds: 300)
    #expect(try agent.get("/v1/status", user: 1001).status == 200)
  }
}
