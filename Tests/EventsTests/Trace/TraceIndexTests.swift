@testable import Events
import TestSupport
import Testing

/// The index at the end of a file: it leads to where a time or number begins, and one that lies leads nowhere.
@Suite struct TraceIndexTests {
  private let folder: TestSupport.TemporaryFolder
  private let records = Sample.stream(5000)

  init() throws { folder = try TestSupport.TemporaryFolder() }

  /// Records 1 to 5000, some blocks, and the index.
  private func indexed() throws -> [UInt8] {
    var bytes = TraceEncoder.fileHeader
    var encoder = try TraceEncoder(name: "memory")
    for (index, record) in records.enumerated() {
      try encoder.append(Record(number: UInt64(index + 1), bytes: record.span.bytes)) { bytes.append(contentsOf: $0) }
      if (index + 1).isMultiple(of: 100) { try encoder.flush { bytes.append(contentsOf: $0) } }
    }
    try encoder.finish { bytes.append(contentsOf: $0) }
    return bytes
  }

  private func read(_ bytes: [UInt8], skipping skip: (inout TraceReader) -> Bool) throws -> (skipped: Bool, read: Delivered) {
    var reader = try TraceReader(path: folder.write(bytes, "t.trace"))
    let skipped = skip(&reader)
    return (skipped, Delivered(&reader))
  }

  @Test func aReaderThatDoesNotAskPassesOverIt() throws {
    let read = try read(indexed()) { _ in false }.read
    #expect(read.records == records && read.summary.isWhole && read.summary.blocks == 50)
  }

  @Test func itLeadsToTheBlock() throws {
    let bytes = try indexed()
    for number in [101, 1234, 4901, 5000] as [UInt64] {
      let (skipped, read) = try read(bytes) { $0.skip(toNumber: number) }
      #expect(skipped)
      #expect(read.numbers == Array((number - 1) / 100 * 100 + 1...5000), "\(number)")
      #expect(read.summary.isWhole)
    }
    // Sample times are thousands of the number before.
    let (_, read) = try read(bytes) { $0.skip(timeNanoseconds: 2_499_500) }
    #expect(read.numbers.first == 2501)
    // It begins there already, or there is none.
    #expect(try self.read(bytes) { $0.skip(toNumber: 100) }.skipped == false)
    #expect(try self.read(bytes) { $0.skip(toNumber: 5001) } .read.numbers.count == 5000)
    var reader = try TraceReader(bytes: bytes, name: "memory")
    let skipped = reader.skip(toNumber: 4000)
    #expect(skipped)
    #expect(Delivered(&reader).numbers.first == 3901)
  }

  /// The index, of fifty blocks, is longer than what was read of the block.
  @Test func lookingForItInABlockLeavesTheBlockAsItIs() throws {
    let (skipped, read) = try read(indexed()) { reader in
      _ = try? reader.next()
      return reader.skip(toNumber: 1)
    }
    #expect(!skipped)
    #expect(read.numbers == Array(2...5000) && read.summary.isWhole)
  }

  @Test func bothWritersWriteIt() throws {
    let path = "\(folder.path)/w.trace"
    var writer = try TraceWriter(path: path, overwrites: true)
    for (index, record) in records.enumerated() {
      try writer.append(Record(number: UInt64(index + 1), bytes: record.span.bytes))
    }
    let status = try writer.finish()
    var reader = try TraceReader(path: path)
    var skipped = reader.skip(toNumber: 5000)
    #expect(skipped)
    #expect(Delivered(&reader).numbers.count < 5000)
    #expect(reader.sizeBytes == status.writtenBytes)

    var file = try RecordFile(path: path, format: .trace, overwrites: true)
    for (index, record) in records.enumerated() { try file.append(Record(number: UInt64(index + 1), bytes: record.span.bytes)) }
    let written = try file.finish()
    reader = try TraceReader(path: path)
    skipped = reader.skip(toNumber: 5000)
    #expect(skipped)
    #expect(reader.sizeBytes == written.bytes && written.records == 5000)
  }

  @Test func aCutFileHasNone() throws {
    let bytes = try indexed()
    let (skipped, read) = try read(Array(bytes.dropLast())) { $0.skip(toNumber: 4000) }
    #expect(!skipped && read.records == records)
    #expect(read.summary.truncatedBytes > 0)
  }

  /// An index whose entries say what they are told to say, sound in all else.
  private func lying(_ change: (inout [UInt8]) -> Void) throws -> [UInt8] {
    let bytes = try indexed()
    let place = try #require(indexPlace(bytes))
    var content: [UInt8] = []
    var reader = try TraceBlockReader.open(TraceFile.memory(bytes, name: "memory"))
    let found = reader.index()
    let entries = try #require(found)
    content.append(littleEndian: UInt32(entries.count))
    content.append(littleEndian: 48 as UInt32)
    for entry in entries {
      content.append(littleEndian: entry.offset)
      var range = [UInt8](repeating: 0, count: 40)
      range.withUnsafeMutableBytes { entry.range.encode(into: $0) }
      content += range
    }
    change(&content)
    var payload = try TraceBytes.compressed(content)
    payload.append(littleEndian: UInt64(place))
    payload.append(littleEndian: TraceIndex.trailerMagic)
    return Array(bytes[..<place]) + TraceBytes.block(payload: payload, contentBytes: content.count, kind: TraceIndex.kind)
  }

  private func indexPlace(_ bytes: [UInt8]) -> Int? {
    bytes.count < 16 ? nil : bytes.withUnsafeBytes { Int(exactly: $0.load(UInt64.self, at: bytes.count - 16)) }
  }

  @Test func entriesThatLieLeadNowhere() throws {
    // The same way as the true one.
    #expect(try read(lying { (_: inout [UInt8]) in }) { $0.skip(toNumber: 4000) }.read.numbers.first == 3901)
    let lies: [(inout [UInt8]) -> Void] = [
      { $0[8 + 39 * 48] ^= 1 },  // an offset within a block
      { $0[8 + 39 * 48 + 7] = 0xFF },  // far behind the end
      { $0[8 + 39 * 48 + 16] ^= 1 },  // another first number
      { $0[0] = 51 },  // more entries than there are
      { $0[0] = 0 },
      { $0[4] = 47 },
      { $0[4] = 0 },
      { $0.removeLast(7) },
      { $0.replaceSubrange(0..<4, with: [0xFF, 0xFF, 0xFF, 0xFF]) },
      { for at in 0..<48 { $0.swapAt(8 + at, 8 + 48 * 20 + at) } },
    ]
    for (number, lie) in lies.enumerated() {
      let (skipped, read) = try read(lying(lie)) { $0.skip(toNumber: 4000) }
      #expect(!skipped && read.records == records, "lie \(number)")
    }
  }

  @Test func trailersThatLieLeadNowhere() throws {
    let bytes = try indexed()
    let place = try #require(indexPlace(bytes))
    for lie in [0, 24, UInt64(place) + 1, UInt64(bytes.count), .max] as [UInt64] {
      var lying = bytes
      withUnsafeBytes(of: lie.littleEndian) { lying.replaceSubrange(bytes.count - 16..<bytes.count - 8, with: $0) }
      let (skipped, read) = try read(lying) { $0.skip(toNumber: 4000) }
      #expect(!skipped && read.records == records, "\(lie)")
    }
  }

  @Test func anIndexOfManyBlocksIsCoarser() throws {
    var index = TraceIndex()
    var range = TraceRange()
    for number in 1...100_000 as ClosedRange<UInt64> {
      range = TraceRange()
      range.add(number: number, timeNanoseconds: number)
      index.add(range, byteCount: 100)
    }
    #expect(index.entries.count <= TraceIndex.maximumEntries && index.entries.count > TraceIndex.maximumEntries / 4)
    #expect(index.entries.first?.offset == 24 && index.entries.last?.range.lastNumber == 100_000)
    // No gaps, and each where its first block stands.
    for (entry, next) in zip(index.entries, index.entries.dropFirst()) {
      #expect(entry.range.lastNumber + 1 == next.range.firstNumber)
      #expect(next.offset == 24 + (next.range.firstNumber - 1) * 100)
    }
  }
}
