@testable import Delivery
import TestSupport
import Testing

@Suite struct HTTPResponseTests {
  private func read(_ text: String, ends: Bool = false, piece: Int = .max) throws -> HTTPResponse? {
    var reader = HTTPResponseReader()
    var rest = Array(text.utf8)[...]
    while !rest.isEmpty {
      try reader.read(Array(rest.prefix(piece)))
      rest = rest.dropFirst(piece)
    }
    if ends { reader.end() }
    return reader.response
  }

  private static let responses: [(String, Int, String, Bool)] = [
    ("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", 200, "ok", true),
    ("HTTP/1.1 204 No Content\r\n\r\n", 204, "", true),
    ("HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n", 200, "", false),
    ("HTTP/1.0 200\r\nContent-Length: 1\n\nx", 200, "x", false),
    ("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 202 Accepted\r\ncontent-length:  1 \r\n\r\na", 202, "a", true),
    ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3;a=b\r\nabc\r\n2\r\nde\r\n0\r\nX: y\r\n\r\n", 200, "abcde", true),
    ("HTTP/1.1 413 \r\nContent-Length: 600\r\n\r\n\(String(repeating: "z", count: 600))", 413, String(repeating: "z", count: 512), true),
  ]

  @Test(arguments: responses.indices, [1, 2, 7, .max]) func responsesAreRead(index: Int, piece: Int) throws {
    let (text, status, excerpt, isKeptAlive) = Self.responses[index]
    #expect(
      try read(text, piece: piece)
        == HTTPResponse(status: status, retryAfterSeconds: nil, isKeptAlive: isKeptAlive, excerpt: Array(excerpt.utf8)))
    // Not before its end.
    #expect(try read(String(text.dropLast())) == nil || text.hasSuffix("\n\nx") == false && status == 413 || status == 0)
  }

  @Test func aBodyMayEndWithTheConnection() throws {
    let text = "HTTP/1.1 500 No\r\nRetry-After: 12\r\n\r\nwhy"
    #expect(try read(text) == nil)
    #expect(
      try read(text, ends: true)
        == HTTPResponse(status: 500, retryAfterSeconds: 12, isKeptAlive: false, excerpt: Array("why".utf8)))
    // One that has another end is not whole.
    #expect(try read("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nwhy", ends: true) == nil)
  }

  @Test(arguments: [
    "SSH-2.0-x\r\n", "HTTP/2 200\r\n", "HTTP/1.1 99 x\r\n", "HTTP/1.1 999 x\r\n", "HTTP/1.1 200 OK\r\nno colon\r\n",
    "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n",
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nx\r\n", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n-5\r\n",
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nab\r\n",
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffffffff\r\n",
  ]) func whatIsNoResponse(text: String) {
    #expect(throws: HTTPResponseReader.Malformed.self) { try read(text) }
  }

  @Test func whatAServerSaysIsBounded() throws {
    #expect(throws: HTTPResponseReader.Malformed.self) { try read("HTTP/1.1 200 \(String(repeating: "x", count: 9000))") }
    #expect(throws: HTTPResponseReader.Malformed.self) {
      try read("HTTP/1.1 200 OK\r\n" + String(repeating: "A: \(String(repeating: "x", count: 1000))\r\n", count: 40))
    }
    let endless = try read("HTTP/1.1 200 OK\r\nContent-Length: 99999999\r\n\r\n" + String(repeating: "x", count: 2_000_000))
    #expect(endless?.status == 200 && endless?.isKeptAlive == false)
  }

  /// Whatever comes, it neither traps nor waits for what it has.
  @Test func mutatedResponsesAreTakenOrRefused() {
    let texts = Self.responses.map { Array($0.0.utf8) }
    let pieces = ["\r\n", "\r\n\r\n", "0\r\n\r\n", "Content-Length: ", "chunked", ":", "ffffffffffffffff", "HTTP/1.1 200 OK\r\n"].map { Array($0.utf8) }
    _ = Fuzzing.run(0x4854_5450) { random in
      var reader = HTTPResponseReader()
      var rest = Fuzzing.mutated(texts.randomElement(using: &random) ?? [], &random, pieces: pieces)[...]
      while !rest.isEmpty, reader.response == nil {
        let count = Int.random(in: 1...64, using: &random)
        guard (try? reader.read(Array(rest.prefix(count)))) != nil else { break }
        rest = rest.dropFirst(count)
      }
      reader.end()
      #expect((reader.response?.excerpt.count ?? 0) <= 512)
    }
  }
}
