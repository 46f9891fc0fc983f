@testable import Delivery
import Engine
import Glibc
import TestSupport
import Testing

/// Against Python's HTTP server.
@Suite(.enabled(if: access(PeerScript.python, X_OK) == 0, "needs python3"), .timeLimit(.minutes(5)))
struct WebhookSinkTests {
  private func peer(tls: Bool = false) throws -> (PeerScript, WebhookAddress) {
    let files = tls ? try Certificates.shared() : nil
    let peer = try files.map { try PeerScript("webhook.py", $0.certificate("server"), $0.key("server"), $0.certificate("ca")) }
      ?? PeerScript("webhook.py")
    let port = try peer.says("port")
    return (peer, try #require(WebhookAddress("\(tls ? "https" : "http")://127.0.0.1:\(port)/alerts?token=1")))
  }

  private func run(_ address: WebhookAddress, _ change: (inout WebhookSetting) -> Void = { _ in }) throws -> SinkRun {
    var setting = WebhookSetting([address])
    change(&setting)
    return try SinkRun(WebhookSink(address, setting, options: StreamOptions()))
  }

  /// What was taken, in its order.
  private func received(_ peer: PeerScript) throws -> [String] {
    try peer.wrote("requests").flatMap { request in
      guard case .text(let body)? = request["body"], case .list(let alerts)? = JSONValue(Array(body.utf8)) else {
        throw TestFailure("no array: \(request)")
      }
      return alerts.compactMap { if case .text(let id)? = $0["id"] { id } else { nil } }
    }
  }

  private func ids(_ numbers: some Sequence<Int>) -> [String] { numbers.map { "b-\($0)" } }

  @Test func batchesArriveInOrder() throws {
    let (peer, address) = try peer()
    let run = try run(address)
    try run.deliver(SinkRun.alerts(1000), batch: 100)
    #expect(try received(peer) == ids(0..<1000) && run.errors == [])
    let requests = peer.wrote("requests")
    #expect(requests.count == 10)
    // One connection, whatever the answers' bodies are like.
    #expect(Set(requests.map { "\(String(describing: $0["client"]))" }).count == 1)
    let first = try #require(requests.first)
    #expect(first["path"] == "/alerts?token=1")
    #expect(first["headers.Content-Type"] == "application/json" && first["headers.Idempotency-Key"] == "\"b-0..b-99\"")
    guard case .text(let body)? = first["body"] else { return }
    let value = try #require(JSONValue(Array(body.utf8)))
    #expect(value["0.seq"] == 1 && value["99.prev"] == 99 && value["99.series"] == "5f")
  }

  @Test(arguments: [
    (AlertFormat.ocsf, WebhookSetting.Body.lines, "application/x-ndjson"), (.ecs, .array, "application/json"),
    (.cef, .array, "text/plain; charset=utf-8"),
  ])
  func anyFormatCanBeSent(format: AlertFormat, body: WebhookSetting.Body, type: String) throws {
    let (peer, address) = try peer()
    let alerts = SinkRun.alerts(3)
    try run(address) { ($0.format, $0.body) = (format, body) }.deliver(alerts)
    let request = try #require(peer.wrote("requests").first)
    #expect(request["headers.Content-Type"] == .text(type))
    let lines = alerts.map { String(decoding: format.line(for: $0.alert, place: $0.place), as: UTF8.self) }
    #expect(request["body"] == .text(type == "application/json" ? "[\(lines.joined(separator: ","))]" : lines.map { "\($0)\n" }.joined()))
  }

  /// None is lost to a server in trouble, or to a slip in the configuration.
  @Test(arguments: ["500", "503", "404", "401", "302", "408", "429 0", "close"])
  func whatMayComeRightIsTriedAgain(answer: String) throws {
    let (peer, address) = try peer()
    let run = try run(address)
    try run.deliver(SinkRun.alerts(10))
    try peer.folder.write("\(answer)\n\(answer)\n", "plan")
    try run.deliver(SinkRun.alerts(10))
    #expect(try received(peer) == ids(0..<10) + ids(0..<10) && run.refused == [])
    // A connection that was kept may have been closed meanwhile: the first time that is no failure.
    #expect(run.errors.count == (answer == "close" ? 1 : 2), "\(run.errors)")
    if answer == "503" {
      #expect(run.errors[0] == .receiver(name: address.name, reason: "it answers with 503: why: it is 503"))
    }
  }

  @Test func aServerMaySayWhenToComeAgain() throws {
    let (peer, address) = try peer()
    let run = try run(address)
    try peer.folder.write("429 7\n", "plan")
    #expect(throws: DeliveryError.self) { try run.sink.deliver(SinkRun.alerts(1), stop: run.stopSignal) { _ in } }
    #expect((7000...14_000).contains(run.sink.pace.pauseMilliseconds(after: 1)))
    try run.deliver(SinkRun.alerts(1))
    #expect(run.sink.pace.pauseMilliseconds(after: 1) <= 100)
  }

  /// The others of its batch go through, in their order.
  @Test func whatIsRefusedIsFound() throws {
    let (peer, address) = try peer()
    let run = try run(address)
    try run.deliver(SinkRun.alerts(256) { [17, 200, 255].contains($0) ? "poison" : "sound" })
    #expect(run.refused == ["b-17", "b-200", "b-255"])
    #expect(try received(peer) == ids((0..<256).filter { ![17, 200, 255].contains($0) }))
    #expect(run.errors.allSatisfy { $0 == .refused("\(address.name): it answers with 422: why: it is 422") })
  }

  @Test func aServerThatRestartsGetsTheRest() throws {
    let (peer, address) = try peer()
    let run = try run(address)
    try run.deliver(SinkRun.alerts(10))
    peer.stop()
    let rest = Array(SinkRun.alerts(20)[10...])
    #expect(throws: DeliveryError.self) { try run.sink.deliver(rest, stop: run.stopSignal) { _ in } }
    try peer.start("", "", "", "\(address.port)")
    try run.deliver(rest)
    #expect(try received(peer) == ids(0..<20) && run.refused == [])
  }

  /// What comes is one answer, whatever its form; or none, and that is a failure.
  @Test(arguments: [
    (#"HTTP/1.1 204 No Content\r\n\r\n"#, nil), (#"HTTP/1.0 200 OK\r\n\r\nuntil the end"#, nil),
    (#"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 202 Accepted\r\nContent-Length: 1\r\n\r\na"#, nil),
    (#"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3;a=b\r\nabc\r\n0\r\nX: y\r\n\r\n"#, nil),
    ("SSH-2.0-x\\r\\n", ""), (#"HTTP/1.1 200 OK\r\nno colon\r\n\r\n"#, ""),
    (#"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nabc"#, ""), (#"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nx\r\n"#, ""),
    ("HTTP/1.1 200 OK\\r\\nA: \(String(repeating: "x", count: 2_000_000))", ""),
    ("HTTP/1.1 200 OK\\r\\nContent-Length: 99999999\\r\\n\\r\\n\(String(repeating: "x", count: 2_000_000))", ""),
  ] as [(String, String?)])
  func answersOfAnyForm(answer: String, failure: String?) throws {
    let (peer, address) = try peer()
    let run = try run(address)
    try peer.folder.write("raw \(answer)\n", "plan")
    try run.deliver(SinkRun.alerts(1))
    #expect(run.errors.count == (failure == nil ? 0 : 1) && run.refused == [], "\(run.errors)")
    // It goes on with the next, on another connection.
    try run.deliver(SinkRun.alerts(2))
    #expect(try received(peer) == ids(failure == nil ? [0, 1] : [0, 0, 1]))
  }

  @Test func aSilentServerIsGivenUpInTime() throws {
    let (peer, address) = try peer()
    var options = StreamOptions()
    options.answerMilliseconds = 100
    let run = try SinkRun(WebhookSink(address, WebhookSetting([address]), options: options))
    try peer.folder.write("200 slow\n", "plan")
    try run.deliver(SinkRun.alerts(1))
    #expect(run.errors == [.receiver(name: address.name, reason: "no answer in time")])
    // It took the first as well: at least once.
    #expect(eventually { (try? received(peer)) == ids([0, 0]) })
  }

  @Test func secretsComeFromAFile() throws {
    let (peer, address) = try peer()
    let file = try peer.folder.write("# from the vault\nAuthorization: Bearer one\r\nX-Source: selvage\n\n", "headers")
    let run = try run(address) { $0.headersFile = file }
    try run.deliver(SinkRun.alerts(1))
    try peer.folder.write("Authorization: Bearer two\n", "headers")
    try run.deliver(SinkRun.alerts(1))
    let requests = peer.wrote("requests")
    #expect(requests.map { $0["headers.Authorization"] } == ["Bearer one", "Bearer two"])
    #expect(requests[0]["headers.X-Source"] == "selvage")

    for (text, problem) in [
      ("no colon\n", ", line 1: a header is a name, a colon and a value"), ("a: b\nbad name: x\n", ", line 2: a header is"),
      ("Content-Length: 5\n", ", line 1: the agent says 'Content-Length' itself"), ("a: b\u{1}\n", ", line 1: a header is"),
    ] {
      try peer.folder.write(text, "headers")
      do {
        _ = try WebhookSink(address, WebhookSetting([address], headersFile: file))
        Issue.record("\(text) is taken")
      } catch {
        #expect(error.description.hasPrefix("\(file)\(problem)"), "\(error)")
      }
    }
    chmod(file, 0o640)
    #expect(throws: DeliveryError.setting("\(file): only its owner may have access to it (chmod 600)")) {
      try WebhookSink(address, WebhookSetting([address], headersFile: file))
    }
  }

  @Test(.enabled(if: access(Certificates.program, X_OK) == 0, "needs openssl")) func bothEndsShowTheirCertificates() throws {
    let (peer, address) = try peer(tls: true)
    let tls = try TLSSetting.of("client")
    try run(address) { $0.tls = tls }.deliver(SinkRun.alerts(300), batch: 50)
    #expect(try received(peer) == ids(0..<300))
    for wrong in try [TLSSetting.of("client", authority: "other-ca"), .of(nil), .of("stranger")] {
      let refused = try run(address) { $0.tls = wrong }
      #expect(throws: DeliveryError.self) { try refused.sink.deliver(SinkRun.alerts(1), stop: refused.stopSignal) { _ in } }
    }
    #expect(try received(peer).count == 300)
  }

  @Test func itEndsWhenItIsToStop() throws {
    let (peer, address) = try peer()
    try peer.folder.write("200 slow\n", "plan")
    let run = try run(address)
    run.stopSignal.stop()
    #expect(throws: DeliveryError.stopped) { try run.sink.deliver(SinkRun.alerts(1), stop: run.stopSignal) { _ in } }
  }

  @Test(arguments: [
    ("https://a.example", "a.example", 443, "/", true), ("http://a:8088/b?c=d", "a", 8088, "/b?c=d", false),
    ("HTTPS://[::1]:1/x", "::1", 1, "/x", true), ("https://a?x", "a", 443, "/?x", true),
  ] as [(String, String, UInt16, String, Bool)])
  func addresses(text: String, host: String, port: UInt16, target: String, isEncrypted: Bool) throws {
    let address = try #require(WebhookAddress(text))
    #expect(address.host == host && address.port == port && address.target == target && address.isEncrypted == isEncrypted)
  }

  @Test(arguments: ["", "a.example", "ftp://a", "https://", "https://u:p@a/", "https://a/b c", "https://a/\n", "https://a:0/", "https://a/#x"])
  func whatIsNoAddress(text: String) { #expect(WebhookAddress(text) == nil) }

  @Test func aNameShowsNoSecrets() throws {
    let address = try #require(WebhookAddress("https://a/b?token=secret"))
    #expect(SinkSetting(.webhook(WebhookSetting([address]))).name == "webhook https://a/b")
  }
}
