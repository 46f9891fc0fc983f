@testable import Events
import Glibc
import Testing

@Suite struct TraceFormatTests {
  /// The bytes of `docs/trace-format.md`, which must stay as they are for as long as version 1 is read.
  static let header = hex(
    """
    89 53 45 4C 56 54 52 0A  # magic
    01 00                    # version 1
    18 00                    # header of 24 bytes
    04 03 02 01              # byte-order mark of a little-endian writer
    00 00 00 00              # features
    E6 AA 20 BA              # CRC-32
    """)

  @Test func aFileStartsAsTheDocsSay() {
    #expect(TraceEncoder.fileHeader == Self.header)
  }

  @Test func aBlockHeaderIsAsTheDocsSay() throws {
    let bytes = TraceBytes.block(payload: [], payloadBytes: 0x1234, contentBytes: 0x5678, lostBefore: 9)
    #expect(
      bytes
        == hex(
          """
          53 56 42 4B              # magic "SVBK"
          01 00                    # kind 1: records
          20 00                    # header of 32 bytes
          34 12 00 00              # payload bytes
          78 56 00 00              # content bytes
          09 00 00 00 00 00 00 00  # records lost before
          00 00 00 00              # reserved
          5F B7 B1 A4              # CRC-32
          """))
    let header = try bytes.withUnsafeBytes { try TraceBlockHeader($0) }
    #expect(header == TraceBlockHeader(payloadBytes: 0x1234, contentBytes: 0x5678, lostBefore: 9))
  }

  @Test func checksumIsZlibs() {
    let digits = Array("123456789".utf8)
    #expect(digits.withUnsafeBytes { CRC32.checksum($0, zeroing: 0..<0) } == 0xCBF4_3926)
  }

  @Test func thousandsOfRecordsComeBack() throws {
    let records = Sample.stream(5000)
    let folder = try TemporaryFolder()
    let (bytes, offsets) = try TraceBytes.trace(records)
    #expect(offsets.count > 3)  // several blocks
    let read = try Delivered(path: folder.write(bytes))
    #expect(read.records == records)
    #expect(read.numbers == (1...5000).map(UInt64.init))
    #expect(read.summary.isWhole)
    #expect(read.summary.records == 5000)
    #expect(read.summary.blocks == UInt64(offsets.count - 1))
  }

  @Test func theLargestRecordsFillBlocksToTheLimit() throws {
    var random = SeededGenerator(seed: 3)
    let records = (0..<100).map { Sample.exec(timeNanoseconds: $0, argumentBytes: 32768 - 368, using: &random) }
    #expect(records.allSatisfy { $0.count == Record.maximumSize })
    let folder = try TemporaryFolder()
    let read = try Delivered(path: folder.write(TraceBytes.trace(records).bytes))
    #expect(read.records == records)
    #expect(read.summary.blocks == 4)  // 31 a block
  }

  @Test func aTraceOfNothingIsATrace() throws {
    let folder = try TemporaryFolder()
    let read = try Delivered(path: folder.write(TraceEncoder.fileHeader))
    #expect(read.summary == TraceSummary())
  }

  @Test func unknownBlocksArePassedOver() throws {
    let records = Sample.stream(20)
    let (bytes, offsets) = try TraceBytes.trace(records, perBlock: 10)
    // Larger than the reader's memory, and with a content size that no block of records could have.
    let index = TraceBytes.block(
      payload: [UInt8](repeating: 7, count: 3 << 20), contentBytes: Int(UInt32.max), kind: 2)
    let folder = try TemporaryFolder()
    let path = try folder.write(Array(bytes[..<offsets[1]]) + index + Array(bytes[offsets[1]...]) + index)
    let read = try Delivered(path: path)
    #expect(read.records == records)
    #expect(read.summary.isWhole)
    #expect(read.summary.blocks == 2)
  }

  /// A later version may put more into headers, without becoming unreadable.
  @Test func grownHeadersAreRead() throws {
    func resealed(_ bytes: [UInt8], size: Int, sizeAt: Int, crcAt: Int, of header: Int) -> [UInt8] {
      var bytes = Array(bytes[..<header]) + [UInt8](repeating: 0x55, count: size - header) + Array(bytes[header...])
      withUnsafeBytes(of: UInt16(size).littleEndian) { bytes.replaceSubrange(sizeAt..<sizeAt + 2, with: $0) }
      let crc = bytes[..<size].withUnsafeBytes { CRC32.checksum($0, zeroing: crcAt..<crcAt + 4) }
      withUnsafeBytes(of: crc.littleEndian) { bytes.replaceSubrange(crcAt..<crcAt + 4, with: $0) }
      return bytes
    }
    let record = Sample.exit(timeNanoseconds: 1)
    var content = TraceBytes.content([], count: 1, first: 1, last: 1, headerBytes: 48)
    content.replaceSubrange(24..<40, with: [1, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0])
    content += [UInt8](repeating: 0x55, count: 8)
    content.append(littleEndian: 1 as UInt64)
    content += record
    let file = resealed(TraceEncoder.fileHeader, size: 40, sizeAt: 10, crcAt: 20, of: 24)
    let block = resealed(try TraceBytes.block(content: content), size: 64, sizeAt: 6, crcAt: 28, of: 32)
    let folder = try TemporaryFolder()
    let read = try Delivered(path: folder.write(file + block))
    #expect(read.records == [record])
    #expect(read.summary.isWhole)
  }

  @Test func numbersMustIncrease() throws {
    let bytes = Sample.exit(timeNanoseconds: 1)
    var encoder = try TraceEncoder(name: "memory")
    try encoder.append(Record(number: 5, bytes: bytes.span.bytes), emit: { _ in })
    try encoder.append(Record(number: 7, bytes: bytes.span.bytes), emit: { _ in })  // a gap is none of the format's business
    for number in [7, 6, 0] as [UInt64] {
      do {
        try encoder.append(Record(number: number, bytes: bytes.span.bytes), emit: { _ in })
        Issue.record("number \(number) was taken")
      } catch let error as TraceError {
        #expect(error.reason == .number(number, after: 7))
      }
    }
  }
}
