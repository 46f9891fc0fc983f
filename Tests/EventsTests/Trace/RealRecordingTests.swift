@testable import Events
import Testing

/// Damage to what was really recorded: the recordings of the shipped rules one after the other, in blocks of 20.
@Suite struct RealRecordingTests {
  private let records: [[UInt8]]
  private let bytes: [UInt8]
  private let offsets: [Int]

  init() throws {
    records = try ShippedTraces.paths.flatMap { try Delivered(path: $0).records }
    (bytes, offsets) = try TraceBytes.trace(records, perBlock: 20)
  }

  @Test func cutAnywhereAllBeforeTheCutIsRead() throws {
    #expect(records.count > 1000)
    var random = SeededGenerator(seed: 4001)
    for _ in 0..<200 {
      let cut = Int.random(in: 24...bytes.count, using: &random)
      let read = try Delivered(bytes: Array(bytes[..<cut]))
      let whole = offsets.dropFirst().count { $0 <= cut }
      #expect(read.records == Array(records.prefix(whole * 20)), "cut at \(cut)")
      #expect(read.summary.errorCount == 0)
      #expect(read.summary.truncatedBytes == UInt64(cut - (offsets.last { $0 <= cut } ?? 24)))
    }
  }

  @Test func aFlippedByteCostsNothingBeforeIt() throws {
    var random = SeededGenerator(seed: 4002)
    for _ in 0..<200 {
      let at = Int.random(in: 24..<bytes.count, using: &random)
      var damaged = bytes
      damaged[at] ^= UInt8.random(in: 1...255, using: &random)
      let read = try Delivered(bytes: damaged)
      let block = offsets.dropLast().count { $0 <= at } - 1
      #expect(Array(read.records.prefix(block * 20)) == Array(records.prefix(block * 20)), "flip at \(at)")
      #expect(read.summary.errorCount == 1)
      #expect(read.summary.errors.first?.offset == UInt64(offsets[block]))
      // A payload costs its block; a header all that follows.
      let isHeader = at - offsets[block] < 32
      #expect(read.records.count == (isHeader ? block * 20 : records.count - min(20, records.count - block * 20)), "flip at \(at)")
    }
  }

  /// Time may go where it likes: it is told as it is.
  @Test func timeThatGoesBackIsNoDamage() throws {
    let backwards = (0..<100).map { Sample.exit(timeNanoseconds: UInt64(100 - $0) * 2_000_000_000) }
    var statistics = StreamStatistics()
    var reader = try TraceReader(bytes: TraceBytes.trace(backwards).bytes, name: "t.trace")
    let summary = reader.forEach { statistics.note($0) }
    #expect(summary.isWhole && statistics.backwards == 99)
    #expect(statistics.times == 2_000_000_000...200_000_000_000)
  }
}
