@testable import Delivery
import Engine
import Glibc
import TestSupport
import Testing

/// The spool as the history of alerts.
struct SpoolHistoryTests {
  private static func numbers(_ reader: AlertReader, limitBytes: Int = 64 << 10) -> [UInt64] {
    var numbers: [UInt64] = []
    while true {
      let batch = reader.next(limitBytes: limitBytes)
      #expect(batch.failure == nil)
      if batch.isEmpty { return numbers }
      numbers += batch.lines.map(\.number)
    }
  }

  /// - Returns: with the folder, which lasts as long as somebody has it.
  private func filled(_ count: UInt64) throws -> (folder: SpoolFolder, spool: Spool, history: SpoolHistory) {
    let folder = try SpoolFolder(maximumBytes: 256 << 20)
    let spool = try folder.open()
    for number in 1...count {
      spool.append(Sample.numbered(number, tenant: number % 2 == 0 ? "even" : nil, rule: "r\(number % 5)"))
      while number % 5000 == 0, spool.status().waiting > 0 { usleep(1000) }
    }
    #expect(spool.settles())
    return (folder, spool, SpoolHistory(spool))
  }

  @Test func selectionsChoose() throws {
    let (folder, spool, history) = try filled(20)
    defer { withExtendedLifetime(folder) {} }
    #expect(Self.numbers(history.reader(AlertSelection())) == Array(1...20))
    #expect(Self.numbers(history.reader(AlertSelection(rule: "r3")), limitBytes: 10) == [3, 8, 13, 18])
    #expect(Self.numbers(history.reader(AlertSelection(tenants: ["even"], rule: "r3"))) == [8, 18])
    #expect(Self.numbers(history.reader(AlertSelection(tenants: ["even", "none"]), last: 3)) == [16, 18, 20])
    #expect(Self.numbers(history.reader(AlertSelection(tenants: []))) == [])
    #expect(Self.numbers(history.reader(AlertSelection(since: Sample.timestamp + 1))) == [])
    #expect(Self.numbers(history.reader(AlertSelection(since: Sample.timestamp))) == Array(1...20))
    #expect(Self.numbers(history.reader(AlertSelection(), last: 0)) == [])
    #expect(Self.numbers(history.reader(AlertSelection(), last: 50)) == Array(1...20))
    #expect(history.count(tenants: nil) == 20 && history.count(tenants: ["even"]) == 10 && history.count(tenants: ["none"]) == 0)
    _ = spool.finish(timeoutMilliseconds: 10_000)
  }

  /// What a line says is what a JSON file would have.
  @Test func linesAreTheAlerts() throws {
    let folder = try SpoolFolder()
    let spool = try folder.open()
    let alert = Sample.alert(rule: Sample.hostile, tenant: "t", message: Sample.hostile)
    spool.append(alert)
    #expect(spool.settles())
    let line = SpoolHistory(spool).reader(AlertSelection(tenants: ["t"], rule: Sample.hostile)).next().lines.first
    #expect(line?.bytes == JSONFormat.line(for: alert) + [UInt8(ascii: "\n")])
    #expect(line?.rule == Sample.hostile && line?.tenant == "t" && line?.timestampNanoseconds == Sample.timestamp)
  }

  /// Over many windows, with little to find in them; and the last ones, however far back.
  @Test func whatIsRareIsFound() throws {
    let folder = try SpoolFolder(maximumBytes: 256 << 20)
    let spool = try folder.open()
    for number in UInt64(1)...30_000 {
      spool.append(Sample.numbered(number, rule: number % 9973 == 1 ? "rare" : "common"))
      while number % 5000 == 0, spool.status().waiting > 0 { usleep(1000) }
    }
    #expect(spool.settles())
    let history = SpoolHistory(spool)
    #expect(Self.numbers(history.reader(AlertSelection(rule: "rare"))) == [1, 9974, 19947, 29920])
    #expect(Self.numbers(history.reader(AlertSelection(rule: "rare"), last: 3)) == [9974, 19947, 29920])
    #expect(Self.numbers(history.reader(AlertSelection(rule: "rare"), last: 30)) == [1, 9974, 19947, 29920])
    #expect(Self.numbers(history.reader(AlertSelection(), last: 10_000)) == Array(20_001...30_000))
    // In pieces, each of about so many bytes.
    let batch = history.reader(AlertSelection()).next(limitBytes: 5000)
    #expect((5...20).contains(batch.lines.count))
  }

  @Test func followersHearOfWhatComes() async throws {
    let (folder, spool, history) = try filled(10)
    defer { withExtendedLifetime(folder) {} }
    let reader = history.reader(AlertSelection(tenants: ["even"]), last: 1)
    #expect(Self.numbers(reader) == [10])
    for number in UInt64(11)...20 { spool.append(Sample.numbered(number, tenant: number % 2 == 0 ? "even" : "odd")) }
    var got: [UInt64] = []
    for await _ in reader.bell {
      got += Self.numbers(reader)
      if got.count == 5 { break }
    }
    #expect(got == [12, 14, 16, 18, 20])
    history.close()
    for await _ in reader.bell {}
    let late = history.reader(AlertSelection())
    for await _ in late.bell {}
  }

  /// What had to go before a reader came to it is counted, of its tenants only.
  @Test func whatAReaderMissedIsCounted() throws {
    let folder = try SpoolFolder(maximumBytes: 1 << 20)
    let spool = try folder.open()
    let history = SpoolHistory(spool)
    let reader = history.reader(AlertSelection(tenants: ["even"]))
    spool.append(Sample.numbered(2, tenant: "even"))
    #expect(spool.settles())
    #expect(Self.numbers(reader) == [1])
    for number in UInt64(1)...3000 {
      spool.append(Sample.numbered(number, tenant: number % 2 == 0 ? "even" : "odd", padding: 1000))
      if number % 100 == 0 { _ = spool.settles() }
    }
    var (lines, lost) = (0, 0)
    while true {
      let batch = reader.next()
      if batch.isEmpty { break }
      lines += batch.lines.count
      lost += Int(batch.lost)
    }
    #expect(lines + lost == 1500 && lost > 500, "\(lines) \(lost)")
  }
}
