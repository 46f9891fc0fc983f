@testable import Delivery
import TestSupport
import Testing

@Suite struct RELPFrameTests {
  private func frames(_ pieces: [[UInt8]]) throws -> [RELPFrame] {
    var reader = RELPFrameReader()
    var frames: [RELPFrame] = []
    for piece in pieces {
      reader.append(piece)
      while let frame = try reader.next() { frames.append(frame) }
    }
    return frames
  }

  private let sample: [RELPFrame] = [
    RELPFrame(transaction: 1, command: "rsp", data: Array("200 OK\nrelp_version=0".utf8)),
    RELPFrame(transaction: 0, command: "serverclose"), RELPFrame(transaction: 999_999_999, command: "rsp", data: [10, 0, 255]),
    RELPFrame(transaction: 7, command: "abcdefghijklmnopqrstuvwxyzABCDEF", data: [32]),
  ]

  @Test func framesAreReadHoweverTheyAreCut() throws {
    var bytes: [UInt8] = []
    for frame in sample { frame.append(to: &bytes) }
    #expect(bytes.starts(with: Array("1 rsp 21 200 OK\nrelp_version=0\n0 serverclose 0\n".utf8)))
    #expect(try frames([bytes]) == sample)
    #expect(try frames(bytes.map { [$0] }) == sample)
    for cut in bytes.indices { #expect(try frames([Array(bytes[..<cut]), Array(bytes[cut...])]) == sample) }
    // librelp puts a blank after a length of zero in some versions.
    #expect(try frames([Array("3 rsp 0 \n".utf8)]) == [RELPFrame(transaction: 3, command: "rsp")])
  }

  @Test(arguments: [
    "1234567890 rsp 0\n", " rsp 0\n", "x", "1 rsp -1\n", "1 rsp 1\n", "1  rsp 0\n", "1 rsp0 0\n", "1\nrsp 0\n", "1 rsp 1 ab\n",
    "1 rsp 0 x\n", "1 rsp  2 ab\n", "1 rsp 0x10 ", "1 abcdefghijklmnopqrstuvwxyzABCDEFG 0\n", "1 rsp 1234567890 ",
  ]) func nonsenseIsNoFrame(text: String) {
    #expect(throws: RELPFrameReader.Failure.malformed) { try frames([Array(text.utf8)]) }
    #expect(throws: RELPFrameReader.Failure.malformed) { try frames(text.utf8.map { [$0] }) }
  }

  @Test func noMoreIsAwaitedThanAnAnswerMayHave() {
    #expect(throws: RELPFrameReader.Failure.tooLong) { try frames([Array("1 rsp 16385 ".utf8)]) }
    #expect(throws: Never.self) { try frames([Array("1 rsp 16384 ".utf8)]) }
  }

  @Test func whateverComesNeitherTrapsNorIsKept() {
    var generator = SeededGenerator(seed: 7)
    let alphabet = Array("0129 rspx\n\u{0}".utf8)
    for _ in 0..<20_000 {
      let bytes = (0..<Int.random(in: 0..<40, using: &generator)).map { _ in
        alphabet[Int.random(in: 0..<alphabet.count, using: &generator)]
      }
      _ = try? frames([bytes])
    }
  }

  @Test func answers() {
    func answer(_ text: String) -> RELPAnswer? { RELPAnswer(Array(text.utf8)) }
    #expect(answer("200 OK")?.code == 200 && answer("200")?.code == 200 && answer("500 disk full")?.text == "disk full")
    #expect(answer("") == nil && answer("20") == nil && answer("2000") == nil && answer("abc") == nil && answer("200OK") == nil)
    let opened = answer("200 OK\nrelp_version=0\ncommands=syslog,eventlog\n=x\n\nempty=\nbare")
    #expect(
      opened?.offers == ["relp_version": ["0"], "commands": ["syslog", "eventlog"], "empty": [], "bare": []])
    #expect(answer("500 a\u{1B}[2J\r")?.text == "a\\x1b[2J\\x0d")
  }
}
