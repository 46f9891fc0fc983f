import Events
import Testing

@testable import selvage

struct RecordWindowTests {
  private func record(_ number: UInt64, seconds: UInt64, bytes: Int = 40) -> [UInt8] {
    var stream = StreamRecord(node: "", bootID: "", kernel: "", version: "", clockOffsetNanoseconds: 0)
    stream.node = String(repeating: "x", count: bytes)
    return stream.encoded(timeNanoseconds: seconds * 1_000_000_000, pid: UInt32(number))
  }

  /// - Returns: numbers that left, then those that stayed; each with what was lost before it.
  private func pass(_ window: inout RecordWindow, _ records: [(number: UInt64, seconds: UInt64, bytes: Int)]) throws -> (left: [UInt64], kept: [UInt64]) {
    var left: [UInt64] = []
    for (number, seconds, count) in records {
      let bytes = record(number, seconds: seconds, bytes: count)
      window.append(try Record(number: number, bytes: bytes.span.bytes), lostBefore: number * 2) {
        left.append($0.number)
        #expect($1 == $0.number * 2)
      }
    }
    var kept: [UInt64] = []
    window.drain { record, lost in
      kept.append(record.number)
      #expect(lost == record.number * 2 && (try? StreamRecord(record)) != nil)
    }
    #expect(window.isEmpty && window.bytes == 0)
    return (left, kept)
  }

  @Test func whatIsTooOldLeaves() throws {
    var window = RecordWindow(seconds: 10, limit: 1 << 20)
    let (left, kept) = try pass(&window, (1...30).map { (UInt64($0), UInt64($0), 40) })
    #expect(left == Array(1...19) && kept == Array(20...30))
    #expect(!window.isShortened)
    // And it can be filled again; time that goes backwards throws nothing out.
    #expect(try pass(&window, [(40, 50, 40), (41, 3, 40), (42, 51, 40)]).kept == [40, 41, 42])
  }

  @Test func whatDoesNotFitLeaves() throws {
    var window = RecordWindow(seconds: 1000, limit: 100_000)
    var left: [UInt64] = []
    for number in 1...2000 as ClosedRange<UInt64> {
      let bytes = record(number, seconds: 1, bytes: Int(number % 4000))
      window.append(try Record(number: number, bytes: bytes.span.bytes), lostBefore: 0) { record, _ in left.append(record.number) }
      #expect(window.bytes <= 100_000)
    }
    #expect(window.isShortened && left == Array(1...UInt64(left.count)))
    var kept: [UInt64] = []
    window.drain { record, _ in kept.append(record.number) }
    #expect(left + kept == Array(1...2000) && kept.count > 20)
  }
}
