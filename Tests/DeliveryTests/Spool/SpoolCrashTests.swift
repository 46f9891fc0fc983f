@testable import Delivery
import Engine
import Glibc
import Rules
import TestSupport
import Testing

/// An agent that is killed, and files that are damaged.
struct SpoolCrashTests {
  static let trials: String = {
    let own = realpath("/proc/self/exe", nil)
    defer { free(own) }
    let tests = own.map { String(cString: $0) } ?? ""
    return tests[...(tests.lastIndex(of: "/") ?? tests.startIndex)] + "SpoolTrials"
  }()

  /// Whatever the program said was on disk is there, once; numbers go on, none is used twice.
  @Test func nothingCommittedIsMissingAfterKills() throws {
    let folder = try SpoolFolder(maximumBytes: 256 << 20)
    var random = SystemRandomNumberGenerator()
    /// By sequence: the number in its run.
    var expected: [UInt64: UInt64] = [:]
    var last: UInt64 = 0
    for _ in 0..<20 {
      let program = try Program(Self.trials, "append", folder.path)
      try #require(eventually { lines(Array(program.output.utf8)).count > 1 }, "it says nothing: \(program.output)")
      usleep(UInt32.random(in: 0...60_000, using: &random))
      program.signal(SIGKILL)
      _ = try program.finish()
      let said = lines(Array(program.output.utf8)).compactMap { UInt64($0) }
      let (first, committed) = (try #require(said.first), try #require(said.last))
      #expect(first > last, "numbers that were used are not used again")
      for sequence in first...max(first, committed) { expected[sequence] = sequence - first + 1 }
      last = committed
    }
    let connection = try SQLiteConnection(folder.path, .writing)
    #expect(try connection.text("PRAGMA integrity_check") == "ok")
    let statement = try connection.prepare("SELECT sequence, json_extract(json, '$.output') FROM alerts ORDER BY sequence")
    var found: Set<UInt64> = []
    while try statement.step() {
      let (sequence, number) = (UInt64(statement.integer(0) ?? 0), UInt64(statement.text(1) ?? ""))
      #expect(found.insert(sequence).inserted)
      if let number, let wanted = expected[sequence] { #expect(number == wanted) }
    }
    let missing = Set(expected.keys).subtracting(found)
    #expect(missing.isEmpty && expected.count > 1000, "\(missing.count) of \(expected.count)")
  }

  /// Opens a spool of 3,000 alerts that was not closed, and then damaged.
  private func salvaged(_ damage: (inout [UInt8]) -> Void) throws -> (taken: [OutgoingAlert], notices: [String], folder: SpoolFolder) {
    let folder = try SpoolFolder()
    var spool = try folder.open()
    _ = try spool.cursor("sink")
    for number in UInt64(1)...3000 { spool.append(Sample.numbered(number, priority: number % 2 == 0 ? .warning : .error)) }
    _ = spool.finish(timeoutMilliseconds: 10_000)
    // As if it had not ended.
    try folder.execute("UPDATE meta SET value = 0 WHERE name = 'closed'")
    try folder.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    var bytes = contents(folder.path)
    damage(&bytes)
    try folder.folder.write(bytes, "spool.db")
    spool = try folder.open()
    let cursor = try spool.cursor("sink")
    spool.append(5001...5010)
    let taken = cursor.takeAll()
    let notices = spool.takeNotices().map(\.message)
    let status = spool.finish(timeoutMilliseconds: 10_000)
    #expect(status.reconciles && cursor.counts.reconciles)
    return (taken, notices, folder)
  }

  @Test func whatCanBeReadOfADamagedFileIsKept() throws {
    let (taken, notices, folder) = try salvaged { bytes in
      // Two torn places of some pages.
      for start in [bytes.count / 3, bytes.count * 2 / 3] {
        for index in start..<start + 5 * 4096 { bytes[index] = UInt8(truncatingIfNeeded: index &* 31) }
      }
    }
    #expect(taken.numbers.suffix(10) == Array(5001...5010))
    let old = taken.numbers.dropLast(10)
    #expect((2850..<3000).contains(old.count) && Set(old).count == old.count && old.sorted() == Array(old), "\(old.count)")
    #expect(notices.count == 1 && notices[0].contains("\(old.count) alerts of it could be read"), "\(notices)")
    #expect(!contents("\(folder.path).damaged").isEmpty)
    #expect(try folder.integer("SELECT count(*) FROM tombstone WHERE reason = 'damage'") ?? 0 > 0)
    #expect(taken.sequences.suffix(10).first ?? 0 >= 1_000_000)
  }

  @Test func aFileThatIsNoDatabaseAnyMoreIsReplaced() throws {
    let (taken, notices, folder) = try salvaged { bytes in
      for index in 0..<100 { bytes[index] = 0 }
    }
    #expect(taken.numbers == Array(5001...5010))
    #expect(notices.count == 1 && notices[0].contains("damaged"), "\(notices)")
    #expect(contents("\(folder.path).damaged").count > 100_000)
  }

  @Test func aFileThatWasCutShortIsSalvaged() throws {
    let (taken, notices, _) = try salvaged { $0.removeLast($0.count / 2 / 4096 * 4096) }
    #expect(taken.count > 10 && taken.numbers.suffix(10) == Array(5001...5010))
    #expect(notices.count == 1, "\(notices)")
  }

  /// While it runs: the file is made anew beside it, sinks go on, and every alert is accounted for.
  @Test func damageThatShowsLaterIsAnsweredAtOnce() throws {
    let folder = try SpoolFolder()
    folder.settings.cached = 10
    let spool = try folder.open()
    let series = spool.series
    let cursor = try spool.cursor("sink")
    spool.append(1...3000)
    #expect(spool.settles())
    var taken = cursor.take(500)
    try folder.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    // Not by this process: closing the file here would end SQLite's locks on it.
    let torn = try Program.run("/bin/dd", [
      "if=/dev/urandom", "of=\(folder.path)", "bs=4096", "seek=150", "count=10", "conv=notrunc",
    ])
    #expect(torn.status == 0)
    #expect(eventually(seconds: 60) {
      taken += cursor.takeAll()
      return cursor.counts.waiting == 0
    }, "\(cursor.counts) \(cursor.lastError ?? "")")
    spool.append(3001...3010)
    taken += cursor.take(10)
    let counts = cursor.counts
    let status = spool.finish(timeoutMilliseconds: 10_000)
    #expect(status.reconciles && status.damaged > 0 && status.failure == nil, "\(status)")
    #expect(counts.reconciles && counts.dropped > 0 && counts.delivered == UInt64(taken.count), "\(counts)")
    #expect(taken.count + Int(counts.dropped) == 3010 && taken.count > 2800)
    #expect(taken.numbers.suffix(10) == Array(3001...3010) && taken.numbers == taken.numbers.sorted())
    #expect(spool.takeNotices().contains { $0.title == "Alert spool damaged" })
    #expect(try folder.integer("SELECT count(*) FROM alert") == Int64(status.rows))
    #expect(try folder.open().series == series)
  }

  /// Mutated files neither trap nor hang, and what follows works.
  @Test func hostileFilesAreOutlived() throws {
    let folder = try SpoolFolder(maximumBytes: 1 << 20)
    let whole = try folder.open()
    _ = try whole.cursor("sink")
    whole.append(1...100)
    _ = whole.finish(timeoutMilliseconds: 10_000)
    let bytes = contents(folder.path)
    var random = SeededGenerator(seed: Fuzzing.seed)
    for _ in 0..<40 {
      var mutated = bytes
      for _ in 0..<Int.random(in: 1...200, using: &random) {
        mutated[Int.random(in: 0..<mutated.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
      }
      try folder.folder.write(mutated, "spool.db")
      for ending in ["-wal", "-shm"] { unlink(folder.path + ending) }
      let spool: Spool
      do { spool = try folder.open() } catch let error as SpoolError {
        if case .refused = error { continue }  // another program's, or a later version's
        throw error
      }
      let cursor = try spool.cursor("sink")
      let before = Set(cursor.takeAll().map(\.alert.id))
      spool.append(Sample.alert(id: "new"))
      #expect(spool.settles(), "\(spool.status())")
      #expect(before.count <= 100)
      _ = spool.finish(timeoutMilliseconds: 10_000)
    }
  }
}
