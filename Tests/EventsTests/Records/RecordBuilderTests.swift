import CEvents
@testable import Events
import Testing

@Suite struct RecordBuilderTests {
  @Test func aProcessKeepsItsParts() throws {
    var fixed = sv_process()
    fixed.header.pid = 42
    fixed.uid = 1000
    fixed.args_count = 2
    var builder = RecordBuilder(fixed)
    builder.append("/usr/bin/ls".utf8, at: MemoryLayout<sv_process>.offset(of: \.exe))
    builder.append("ls\0-l\0".utf8, at: MemoryLayout<sv_process>.offset(of: \.args))
    builder.append("".utf8, at: MemoryLayout<sv_process>.offset(of: \.cwd))
    let bytes = try #require(builder.finish(kind: .exec))
    #expect(bytes.count == 392)  // 368 + 11 + 6, padded

    let process = try ProcessRecord(number: 9, bytes: bytes.span.bytes)
    #expect(process.record.kind == .exec)
    #expect(process.record.number == 9)
    #expect(process.fixed.header.fixed == 368)
    #expect(process.fixed.header.pid == 42)
    #expect(process.fixed.uid == 1000)
    #expect(text(process.exe) == "/usr/bin/ls")
    #expect(text(process.args) == "ls\0-l\0")
    #expect(text(process.cwd) == nil)
    #expect(text(process.env) == nil)
  }

  @Test func theLargestRecordFitsAndALargerOneDoesNot() {
    func built(_ count: Int) -> [UInt8]? {
      var builder = RecordBuilder(sv_process())
      builder.append([UInt8](repeating: 0x61, count: count), at: MemoryLayout<sv_process>.offset(of: \.args))
      return builder.finish(kind: .exec)
    }
    #expect(built(32768 - 368)?.count == 32768)
    #expect(built(32768 - 367) == nil)
  }

  @Test func aStreamRecordComesBack() throws {
    let stream = StreamRecord(
      node: "nid001", bootID: "7f1b2c1e-9f8e-4a6a-a9b1-0d9a4d8a1c11", kernel: "6.1.0-32-amd64", version: "0.1.0",
      clockOffsetNanoseconds: 1_700_000_000_000_000_000)
    let bytes = stream.encoded(timeNanoseconds: 99, pid: 7)
    let record = try Record(number: 1, bytes: bytes.span.bytes)
    #expect(record.kind == .stream)
    #expect(record.header.time_ns == 99)
    #expect(record.header.pid == 7)
    #expect(try StreamRecord(record) == stream)
  }

  /// A clock set before the machine's start gives a negative offset.
  @Test func aNegativeClockOffsetComesBack() throws {
    let stream = StreamRecord(node: "", bootID: "", kernel: "", version: "", clockOffsetNanoseconds: -5)
    let bytes = stream.encoded(timeNanoseconds: 2, pid: 0)
    let back = try StreamRecord(Record(number: 1, bytes: bytes.span.bytes))
    #expect(back == stream)
  }

  @Test func countersComeBack() throws {
    var counters = CountersRecord()
    counters.received = 10
    counters.missed = 2
    counters.malformed = 1
    counters.isTold = true
    counters.processesRefused = 4
    counters.kinds = [.exec: .init(produced: 9, lostRing: 3, lostScratch: 1), .socket: .init(produced: 1)]
    let bytes = counters.encoded(timeNanoseconds: 1, pid: 7)
    #expect(bytes.count == 72 + 24 * 64 + 16)
    let back = try CountersRecord(Record(number: 1, bytes: bytes.span.bytes))
    #expect(back == counters)
    #expect(back.produced == 10)
    #expect(back.lost == 6)
  }

  @Test func countersOfAWriterThatClaimsMoreKindsStayInBounds() throws {
    var fixed = sv_counters()
    fixed.kinds = .max
    let bytes = try #require(RecordBuilder(fixed).finish(kind: .counters))
    #expect(try CountersRecord(Record(number: 1, bytes: bytes.span.bytes)) == CountersRecord())
  }
}

private func text(_ span: RawSpan?) -> String? {
  guard let span else { return nil }
  return span.withUnsafeBytes { String(decoding: $0, as: UTF8.self) }
}
