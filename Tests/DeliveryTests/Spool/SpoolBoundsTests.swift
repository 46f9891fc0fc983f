@testable import Delivery
import Engine
import Rules
import TestSupport
import Testing

/// What goes when there is no room, and that it is known.
struct SpoolBoundsTests {
  private static let priorities: [Priority] = [.critical, .warning, .notice, .debug]

  private func fill(_ spool: Spool, _ folder: SpoolFolder, _ numbers: ClosedRange<UInt64>) -> Int {
    var largest = 0
    for number in numbers {
      spool.append(Sample.numbered(
        number, priority: Self.priorities[Int(number % 4)], tenant: number % 2 == 0 ? "even" : nil, padding: 500))
      if number % 200 == 0 {
        _ = spool.settles()
        largest = max(largest, folder.bytes)
      }
    }
    _ = spool.settles()
    return max(largest, folder.bytes)
  }

  @Test func whatAllSinksHaveGoesFirst() throws {
    let folder = try SpoolFolder(maximumBytes: 2 << 20)
    let spool = try folder.open()
    let cursor = try spool.cursor("sink")
    var largest = 0
    for start in stride(from: UInt64(1), to: 6000, by: 200) {
      largest = max(largest, fill(spool, folder, start...start + 199))
      #expect(cursor.take(200).count == 200)
    }
    let status = spool.finish(timeoutMilliseconds: 10_000)
    #expect(largest <= 2 << 20)
    #expect(status.dropped == 0 && status.expired > 3000 && status.reconciles, "\(status)")
    #expect(try folder.integer("SELECT count(*) FROM alert") == Int64(status.rows))
    #expect(try folder.integer("SELECT max(sequence) - min(sequence) + 1 FROM alert") == Int64(status.rows))
    #expect(status.rows > 500)
  }

  @Test(arguments: [SpoolSettings.WhenFull.dropLowest, .dropOldest])
  func aFullSpoolDropsAsTheSiteChose(_ whenFull: SpoolSettings.WhenFull) throws {
    let folder = try SpoolFolder(maximumBytes: 2 << 20, whenFull: whenFull)
    let spool = try folder.open()
    let (gone, half) = (try spool.cursor("gone"), try spool.cursor("half"))
    var largest = fill(spool, folder, 1...400)
    let early = half.take(400)
    largest = max(largest, fill(spool, folder, 401...6000))
    let late = half.takeAll()
    let status = spool.status()
    #expect(largest <= 2 << 20)
    #expect(status.dropped > 3000 && status.rows > 600 && status.reconciles, "\(status)")

    // Sinks get what is left, in order, and know how much they missed.
    let taken = gone.takeAll()
    #expect(taken.count == Int(status.rows))
    #expect(taken.numbers == taken.numbers.sorted() && Set(taken.numbers).count == taken.count)
    #expect(gone.counts.dropped == status.dropped && gone.counts.reconciles && gone.counts.waiting == 0)
    #expect(half.counts.reconciles && half.counts.waiting == 0 && half.counts.dropped < gone.counts.dropped)
    #expect(early.count + late.count + Int(half.counts.dropped) == 6000)
    #expect(!late.isChain(after: 400), "a receiver sees the gap")

    if whenFull == .dropOldest {
      #expect(taken.numbers == Array((6001 - UInt64(taken.count))...6000))
    } else {
      // All of the critical ones are there, as all others could go first; the rest from the top.
      let counts = Dictionary(grouping: taken, by: \.alert.priority).mapValues(\.count)
      #expect(counts[.debug] ?? 0 <= 20 && counts[.notice] ?? 0 <= 20, "\(counts)")
      let critical = taken.filter { $0.alert.priority == .critical }.numbers
      #expect(critical.last == 6000 && critical == stride(from: critical[0], through: 6000, by: 4).map { $0 })
    }

    // Each that went is in a tombstone.
    let last = spool.finish(timeoutMilliseconds: 10_000)
    #expect(try folder.integer("SELECT sum(alerts) FROM tombstone WHERE reason = 'full'") == Int64(last.dropped))
    #expect(try folder.integer("SELECT count(DISTINCT severity) FROM tombstone WHERE tenant = 'even'") == 2)
    #expect(try folder.integer("SELECT count(*) FROM tombstone") ?? 0 < 20)
  }

  @Test func whatIsTooOldGoes() throws {
    let folder = try SpoolFolder()
    var spool = try folder.open()
    _ = try spool.cursor("sink")
    spool.append(1...100)
    _ = spool.finish(timeoutMilliseconds: 10_000)
    try folder.execute("UPDATE alert SET age = age - 90000 WHERE sequence <= 60")
    spool = try folder.open()
    let cursor = try spool.cursor("sink")
    spool.append(101...110)
    #expect(spool.settles())
    #expect(cursor.takeAll().numbers == Array(61...110))
    let status = spool.finish(timeoutMilliseconds: 10_000)
    #expect(status.dropped == 60 && status.reconciles && cursor.counts.reconciles && cursor.counts.dropped == 60)
    #expect(try folder.integer("SELECT alerts FROM tombstone WHERE reason = 'age'") == 60)
  }

  /// Nothing is judged by a clock that someone sets.
  @Test func aClockThatJumpsMakesNothingOld() {
    var reading = SpoolClock(after: nil).reading
    reading.seconds = 1000
    reading.wallSeconds -= 1_000_000_000
    #expect((1000...1002).contains(SpoolClock(after: reading).seconds), "the same boot: the kernel's clock counts")
    reading.boot = "another"
    #expect((1_000_001_000...1_000_001_002).contains(SpoolClock(after: reading).seconds))
    reading.wallSeconds += 2_000_000_000
    #expect((1000...1002).contains(SpoolClock(after: reading).seconds), "it went back")
  }

  /// A smaller limit than that of the run before: the file shrinks to it, a little with each transaction.
  @Test func aSmallerLimitHoldsAfterAWhile() throws {
    let folder = try SpoolFolder(maximumBytes: 8 << 20)
    var spool = try folder.open()
    for start in stride(from: UInt64(1), to: 6000, by: 1000) { _ = fill(spool, folder, start...start + 999) }
    _ = spool.finish(timeoutMilliseconds: 10_000)
    #expect(folder.bytes > 4 << 20)
    folder.settings.maximumBytes = 2 << 20
    spool = try folder.open()
    #expect(eventually {
      spool.append(Sample.numbered(7000, padding: 500))
      _ = spool.settles()
      return folder.bytes <= 2 << 20
    })
    #expect(spool.finish(timeoutMilliseconds: 10_000).reconciles)
  }
}
