@testable import Events
import Testing

/// Files that were cut off, damaged or made to hurt.
@Suite struct TraceDamageTests {
  private let records = Sample.stream(400)

  @Test func aCutFileIsReadUpToItsLastWholeBlock() throws {
    let (bytes, offsets) = try TraceBytes.trace(records, perBlock: 20)
    var random = SeededGenerator(seed: 11)
    // Every boundary, its neighbours, and 200 others.
    let cuts = offsets.flatMap { [$0 - 1, $0, $0 + 1] } + (0..<200).map { _ in Int.random(in: 24..<bytes.count, using: &random) }
    let folder = try TemporaryFolder()
    for cut in cuts where cut >= 24 && cut <= bytes.count {
      let read = try Delivered(path: folder.write(Array(bytes[..<cut])))
      let whole = offsets.dropFirst().count { $0 <= cut }
      #expect(read.records == Array(records.prefix(whole * 20)), "cut at \(cut)")
      #expect(read.summary.errorCount == 0)
      #expect(read.summary.blocks == UInt64(whole))
      #expect(read.summary.truncatedBytes == UInt64(cut - (offsets.last { $0 <= cut } ?? 24)))
    }
  }

  @Test func aFlippedByteCostsItsBlockAtMost() throws {
    let (bytes, offsets) = try TraceBytes.trace(records, perBlock: 20)
    var random = SeededGenerator(seed: 12)
    let headers = offsets.dropLast().flatMap { start in (0..<32).map { start + $0 } }.shuffled(using: &random).prefix(100)
    let anywhere = (0..<200).map { _ in Int.random(in: 24..<bytes.count, using: &random) }
    let folder = try TemporaryFolder()
    for at in headers + anywhere {
      var damaged = bytes
      damaged[at] ^= UInt8.random(in: 1...255, using: &random)
      let read = try Delivered(path: folder.write(damaged))
      let block = offsets.dropLast().count { $0 <= at } - 1
      let inHeader = at - offsets[block] < 32
      #expect(read.summary.errorCount == 1, "flip at \(at)")
      #expect(read.summary.errors.first?.offset == UInt64(offsets[block]))
      #expect(!read.summary.isWhole)
      // After a damaged header nothing is read, after a damaged payload everything.
      let after = inHeader ? [] : Array(records.dropFirst((block + 1) * 20))
      #expect(read.records == Array(records.prefix(block * 20)) + after, "flip at \(at)")
      #expect(read.summary.unreadBytes == (inHeader ? UInt64(bytes.count - offsets[block]) : 0))
    }
  }

  @Test func nextGoesOnAfterItThrew() throws {
    var (bytes, offsets) = try TraceBytes.trace(records, perBlock: 100)
    bytes[offsets[1] + 500] ^= 1
    let folder = try TemporaryFolder()
    let path = try folder.write(bytes)
    var reader = try TraceReader(path: path)
    var numbers: [UInt64] = []
    var thrownAfter: [Int] = []
    while true {
      do {
        guard let record = try reader.next() else { break }
        numbers.append(record.number)
      } catch {
        thrownAfter.append(numbers.count)
      }
    }
    #expect(thrownAfter == [100])
    #expect(numbers == (1...100).map(UInt64.init) + (201...400).map(UInt64.init))
  }

  // Below, headers are intact: what a hostile author can make.

  /// Reads good block, `bad`, good block.
  private func reading(_ bad: [UInt8]) throws -> Delivered {
    let (bytes, offsets) = try TraceBytes.trace(Sample.stream(20), perBlock: 10)
    let folder = try TemporaryFolder()
    return try Delivered(path: folder.write(Array(bytes[..<offsets[1]]) + bad + Array(bytes[offsets[1]...])))
  }

  private func expectSkipped(_ bad: [UInt8], _ reason: TraceError.Reason, at location: SourceLocation = #_sourceLocation) throws {
    let read = try reading(bad)
    #expect(read.summary.errors.map(\.reason) == [reason], sourceLocation: location)
    #expect(read.numbers == (1...20).map(UInt64.init), sourceLocation: location)
    #expect(read.summary.blocks == 3, sourceLocation: location)
  }

  /// 1 GiB of zeros in 32 KiB: zstd blocks of kind RLE, by hand.
  private func bomb(declaring size: UInt64) -> [UInt8] {
    var frame = hex("28 B5 2F FD E4  # magic; content size of 8 bytes, single segment, checksum")
    frame.append(littleEndian: size)
    for index in 0..<8192 {
      let block = UInt32(128 << 10) << 3 | 1 << 1 | (index == 8191 ? 1 : 0)
      frame += [UInt8(truncatingIfNeeded: block), UInt8(truncatingIfNeeded: block >> 8), UInt8(truncatingIfNeeded: block >> 16), 0]
    }
    frame.append(littleEndian: 0 as UInt32)
    return frame
  }

  @Test func bombsAreRefused() throws {
    // The frame tells its true size, the header another; then both tell the header's limit.
    try expectSkipped(TraceBytes.block(payload: bomb(declaring: 1 << 30), contentBytes: 1 << 20), .frame)
    let read = try reading(TraceBytes.block(payload: bomb(declaring: 1 << 20), contentBytes: 1 << 20))
    guard case .payload = read.summary.errors.first?.reason else {
      Issue.record("\(read.summary)")
      return
    }
    #expect(read.numbers == (1...20).map(UInt64.init))
    // An honest header of a bomb.
    try expectSkipped(
      TraceBytes.block(payload: bomb(declaring: 1 << 30), contentBytes: 1 << 30), .tooLarge(1 << 30, limit: 1 << 20))
  }

  @Test func framesThatAreNotWhatTheHeaderSays() throws {
    let content = TraceBytes.content([(15, Sample.exit(timeNanoseconds: 1))])
    let frame = try TraceBytes.compressed(content)
    for lie in [content.count - 1, content.count + 1, 40, 1 << 20] {
      try expectSkipped(TraceBytes.block(payload: frame, contentBytes: lie), .frame)
    }
    try expectSkipped(TraceBytes.block(payload: frame + frame, contentBytes: content.count), .frame)
    try expectSkipped(TraceBytes.block(payload: frame + [0], contentBytes: content.count), .frame)
    try expectSkipped(TraceBytes.block(payload: [], contentBytes: content.count), .frame)
    try expectSkipped(TraceBytes.block(payload: frame, contentBytes: 39), .content)
    // A skippable frame, and one without a checksum.
    try expectSkipped(
      TraceBytes.block(payload: hex("50 2A 4D 18 08 00 00 00 00 00 00 00 00 00 00 00"), contentBytes: 64), .frame)
    var bare = frame
    bare[4] &= ~0b100
    try expectSkipped(TraceBytes.block(payload: bare, contentBytes: content.count), .frame)
  }

  @Test func lengthsThatLie() throws {
    let content = TraceBytes.content([(15, Sample.exit(timeNanoseconds: 1))])
    let frame = try TraceBytes.compressed(content)
    for lie in [1 << 22, 1 << 31, Int(UInt32.max)] {
      let read = try reading(TraceBytes.block(payload: frame, payloadBytes: lie, contentBytes: content.count))
      #expect(read.numbers == (1...10).map(UInt64.init))
      #expect(read.summary.errors.map(\.reason) == [.tooLarge(lie, limit: TraceFormat.maximumPayloadBytes)])
      #expect(read.summary.truncatedBytes > 0)
    }
    // Within the limit, but longer than the file: as if cut off.
    let read = try reading(TraceBytes.block(payload: frame, payloadBytes: 1 << 20, contentBytes: content.count))
    #expect(read.numbers.count == 10)
    #expect(read.summary.errorCount == 0 && read.summary.truncatedBytes > 0)
    // Shorter: what follows is no block.
    let short = try reading(TraceBytes.block(payload: frame, payloadBytes: frame.count - 8, contentBytes: content.count))
    #expect(short.summary.errors.last?.reason == .noBlock)
    #expect(short.numbers.count == 10)
  }

  @Test func contentsThatDoNotFitTheirSummary() throws {
    let one = (number: UInt64(10), bytes: Sample.exit(timeNanoseconds: 5))
    func expect(_ content: [UInt8], _ reason: TraceError.Reason, at location: SourceLocation = #_sourceLocation) throws {
      let (bytes, _) = try TraceBytes.trace(Sample.stream(3))
      let folder = try TemporaryFolder()
      let read = try Delivered(path: folder.write(bytes + TraceBytes.block(content: content)))
      #expect(read.summary.errors.map(\.reason) == [reason], sourceLocation: location)
      #expect(read.numbers.starts(with: [1, 2, 3]), sourceLocation: location)
    }
    try expect(TraceBytes.content([one], count: 2), .content)
    try expect(TraceBytes.content([one], count: .max), .content)
    try expect(TraceBytes.content([one], first: 9), .content)
    try expect(TraceBytes.content([one], last: 11), .content)
    try expect(TraceBytes.content([], count: 1), .content)
    for size in [0, 39, 41, 44, 8192, .max] as [UInt32] { try expect(TraceBytes.content([one], headerBytes: size), .content) }
    var wrongTime = TraceBytes.content([one])
    wrongTime[24] ^= 1
    try expect(wrongTime, .content)
    try expect(TraceBytes.content([(3, one.bytes)]), .number(3, after: 3))
    try expect(TraceBytes.content([(10, one.bytes), (9, one.bytes)]), .number(9, after: 10))
    try expect(TraceBytes.content([one]) + [0, 0, 0], .record(.short(3)))
  }

  @Test func recordsThatDoNotFitTheirBlock() throws {
    var tooLong = Sample.exit(timeNanoseconds: 5)
    tooLong[0] = 80
    var tooShort = tooLong
    tooShort[0] = 16
    var endless = tooLong
    endless.replaceSubrange(0..<4, with: [0xF8, 0xFF, 0xFF, 0xFF])
    for (bad, size) in [(tooLong, 80), (tooShort, 16), (endless, 0xFFFF_FFF8)] as [([UInt8], UInt32)] {
      let content = TraceBytes.content([(11, Sample.exit(timeNanoseconds: 4)), (12, bad)])
      let (bytes, offsets) = try TraceBytes.trace(Sample.stream(20), perBlock: 10)
      let folder = try TemporaryFolder()
      let read = try Delivered(path: folder.write(Array(bytes[..<offsets[1]]) + TraceBytes.block(content: content) + Array(bytes[offsets[1]...])))
      #expect(read.summary.errors.first?.reason == .record(.size(size, available: 72)))
      // The good record before it is delivered; the next block's record 11 is then a repetition.
      #expect(read.numbers == (1...11).map(UInt64.init))
    }
  }

  @Test func aRecordWhoseSizeIsGoodButHeaderBadIsPassedOver() throws {
    var bad = Sample.exit(timeNanoseconds: 5)
    bad[4] = 12  // fixed
    let good = Sample.exit(timeNanoseconds: 6)
    let folder = try TemporaryFolder()
    let content = TraceBytes.content([(1, good), (2, bad), (3, good)])
    let read = try Delivered(path: folder.write(TraceEncoder.fileHeader + TraceBytes.block(content: content)))
    #expect(read.numbers == [1, 3])
    #expect(read.summary.malformedRecords == 1)
    #expect(read.summary.errorCount == 0)
    #expect(!read.summary.isWhole)
  }

  @Test func lossesAreTold() throws {
    let folder = try TemporaryFolder()
    let record = Sample.exit(timeNanoseconds: 5)
    var bytes = TraceEncoder.fileHeader
    bytes += try TraceBytes.block(content: TraceBytes.content([(1, record)]))
    bytes += try TraceBytes.block(content: TraceBytes.content([(5, record), (6, record)]), lostBefore: 3)
    bytes += try TraceBytes.block(content: TraceBytes.content([]), lostBefore: 4)
    let path = try folder.write(bytes)
    var reader = try TraceReader(path: path)
    var losses: [UInt64] = []
    while try reader.next() != nil { losses.append(reader.lostBeforeRecord) }
    #expect(losses == [0, 3, 0])
    let summary = reader.summary
    #expect(summary.records == 3 && summary.lostRecords == 7)
  }

  @Test func hugeLossesDoNotOverflow() throws {
    let folder = try TemporaryFolder()
    let block = try TraceBytes.block(content: TraceBytes.content([]), lostBefore: .max)
    #expect(try Delivered(path: folder.write(TraceEncoder.fileHeader + block + block)).summary.lostRecords == .max)
  }

  @Test func manyErrorsStayBounded() throws {
    let folder = try TemporaryFolder()
    let bad = TraceBytes.block(payload: [1, 2, 3], contentBytes: 64)
    let path = try folder.write(TraceEncoder.fileHeader + (0..<1000).flatMap { _ in bad })
    let summary = try Delivered(path: path).summary
    #expect(summary.errorCount == 1000)
    #expect(summary.errors.count == TraceSummary.maximumErrors)
  }
}
