@testable import Delivery
import Engine
import Events
import Glibc
import Rules
import TestSupport
import Testing

/// Alerts through the spool, in one run and over several.
struct SpoolTests {
  @Test func alertsComeInOrderEachWithItsPlace() throws {
    let folder = try SpoolFolder()
    let spool = try folder.open()
    let cursor = try spool.cursor("sink")
    spool.append(1...5000)
    let taken = cursor.take(5000)
    #expect(taken.numbers == Array(1...5000))
    #expect(taken.sequences == Array(1...5000))
    #expect(taken.isChain(after: 0))
    #expect(Set(taken.compactMap(\.place?.series)) == [spool.series])
    #expect(taken.allSatisfy { $0.raisedNanoseconds != nil })
    let status = spool.finish(timeoutMilliseconds: 10_000)
    #expect(status.reconciles && status.committed == 5000 && status.rows == 5000 && status.waiting == 0)
    #expect(cursor.counts.reconciles && cursor.counts.delivered == 5000)
    guard case .ended = cursor.next(limit: 1, until: nil) else { Issue.record("it goes on"); return }
  }

  /// What comes out of memory and what comes off the disk is the same, byte for byte.
  @Test func alertsComeBackAsTheyWere() throws {
    let folder = try SpoolFolder()
    let alerts = [
      Sample.alert(id: "a", tenant: "m1", facility: .local4, identity: .pending), Sample.bare(),
      Sample.alert(
        id: Sample.hostile, node: Sample.hostile, rule: Sample.hostile, description: Sample.hostile, tags: [Sample.hostile, ""],
        tenant: Sample.hostile, event: Sample.hostile, message: Sample.hostile,
        fields: [
          AlertField(name: Sample.hostile, value: .text(Sample.hostile)), AlertField(name: "", value: .integer(.min)),
          AlertField(name: "max", value: .integer(.max)),
        ]),
    ]
    var spool = try folder.open()
    _ = try spool.cursor("sink")
    for alert in alerts { spool.append(alert) }
    _ = spool.finish(timeoutMilliseconds: 10_000)
    spool = try folder.open()
    let taken = try spool.cursor("sink").take(3)
    #expect(taken.map(\.alert) == alerts)
    // Another run's clock stamped them.
    #expect(taken.allSatisfy { $0.raisedNanoseconds == nil })
  }

  @Test func whatIsNotDeliveredComesAgainAfterARestartAndNothingElse() throws {
    let folder = try SpoolFolder()
    var spool = try folder.open()
    let series = spool.series
    var cursor = try spool.cursor("sink")
    spool.append(1...100)
    #expect(cursor.take(40).count == 40)
    guard case .alerts(let begun) = cursor.next(limit: 10, until: nil) else { Issue.record("none"); return }
    cursor.delivered(3)
    #expect(begun.numbers == Array(41...50))
    // The same again, from the first that is not settled.
    guard case .alerts(let again) = cursor.next(limit: 2, until: nil) else { Issue.record("none"); return }
    #expect(again.numbers == [44, 45])
    cursor.giveUp()
    _ = spool.finish(timeoutMilliseconds: 10_000)
    #expect(cursor.counts.waiting == 56 && cursor.counts.reconciles && cursor.counts.failed == 1)

    spool = try folder.open()
    #expect(spool.series == series)
    cursor = try spool.cursor("sink")
    #expect(cursor.counts.waiting == 56)
    spool.append(101...110)
    let taken = cursor.take(66)
    #expect(taken.numbers == Array(45...110))
    #expect(taken.sequences == Array(45...110))
    // The one that was given up is not what a receiver got last: it sees the gap.
    #expect(taken.isChain(after: 44))
    #expect(cursor.takeAll().isEmpty)
  }

  @Test func aFilteredSinkGetsItsOwnChain() throws {
    let folder = try SpoolFolder()
    var spool = try folder.open()
    var cursor = try spool.cursor("third") { $0.recordNumber % 3 == 0 }
    let none = try spool.cursor("none") { _ in false }
    spool.append(1...1000)
    let taken = cursor.take(200)
    #expect(none.takeAll().isEmpty && none.counts.filtered == 1000 && none.counts.reconciles)
    _ = spool.finish(timeoutMilliseconds: 10_000)
    spool = try folder.open()
    cursor = try spool.cursor("third") { $0.recordNumber % 3 == 0 }
    let rest = cursor.takeAll()
    #expect((taken + rest).numbers == (1...333).map { $0 * 3 })
    #expect((taken + rest).isChain(after: 0))
    #expect(try spool.cursor("none").takeAll().isEmpty)
  }

  /// A new sink begins with what comes; one that the configuration has no more keeps its place, and holds nothing back.
  @Test func sinksComeAndGo() throws {
    let folder = try SpoolFolder()
    var spool = try folder.open()
    _ = try spool.cursor("old")
    spool.append(1...10)
    _ = spool.finish(timeoutMilliseconds: 10_000)

    spool = try folder.open()
    #expect(spool.retired == ["old"])
    let new = try spool.cursor("new")
    spool.append(11...20)
    #expect(new.takeAll().numbers == Array(11...20))
    _ = spool.finish(timeoutMilliseconds: 10_000)

    spool = try folder.open()
    let old = try spool.cursor("old")
    #expect(old.takeAll().numbers == Array(1...20))
    #expect(throws: SpoolError.self) { try spool.cursor("old") }
  }

  /// A sink that is far behind reads from disk, one that keeps up from memory; both get all.
  @Test func sinksThatAreBehindCatchUp() throws {
    let folder = try SpoolFolder(maximumBytes: 64 << 20)
    let spool = try folder.open()
    let (slow, fast) = (try spool.cursor("slow"), try spool.cursor("fast"))
    for start in stride(from: UInt64(1), to: 20_000, by: 1000) {
      spool.append(start...(start + 999))
      #expect(fast.take(1000).count == 1000)
    }
    #expect(slow.take(20_000).numbers == Array(1...20_000))
    #expect(slow.counts.reconciles && fast.counts.reconciles)
  }

  @Test func closedMeansNoMore() throws {
    let folder = try SpoolFolder()
    let spool = try folder.open()
    let cursor = try spool.cursor("sink")
    spool.append(1...1000)
    spool.close()
    spool.append(1001...1010)
    cursor.close()
    var taken: [OutgoingAlert] = []
    while case .alerts(let alerts) = cursor.next(limit: 100, until: nil) {
      taken += alerts
      cursor.delivered(alerts.count)
    }
    #expect(taken.numbers == Array(1...1000))
    let status = spool.finish(timeoutMilliseconds: 10_000)
    #expect(status.refused == 10 && status.reconciles)
  }

  @Test func aSinkThatWaitsIsLetGo() throws {
    let folder = try SpoolFolder()
    let spool = try folder.open()
    let cursor = try spool.cursor("sink")
    guard case .timeout = cursor.next(limit: 1, until: MonotonicTime.now().adding(milliseconds: 20)) else {
      Issue.record("no timeout")
      return
    }
    let end = EndSignal()
    try DetachedThread.start {
      while case .alerts = cursor.next(limit: 1, until: nil) {}
      end.set()
    }
    cursor.abandon()
    #expect(end.wait(until: MonotonicTime.now().adding(milliseconds: 20_000)))
  }
}
