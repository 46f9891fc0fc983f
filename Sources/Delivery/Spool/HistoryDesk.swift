internal import Synchronization

/// The connection by which the history is read: one question at a time, a few windows each.
final class HistoryDesk: Sendable {
  private let path: String
  private let connection = Mutex<Connection?>(nil)
  private let closed = Mutex(false)

  /// Unchecked: used under the lock.
  private final class Connection: @unchecked Sendable {
    let sqlite: SQLiteConnection

    init(_ path: String) throws(SQLiteError) {
      sqlite = try SQLiteConnection(path, .reading)
      sqlite.setBusy(milliseconds: 1000)
      try sqlite.execute("PRAGMA cache_size = -512")
    }
  }

  /// Of one call; then whoever asks must ask again, and others get their turn.
  private static let windows = 16
  /// More tenants than SQLite takes parameters are nobody's.
  private static let maximumTenants = 10_000

  init(path: String) { self.path = path }

  var isClosed: Bool { closed.withLock { $0 } }

  func close() {
    closed.withLock { $0 = true }
    connection.withLock { $0 = nil }
  }

  func search(
    _ search: inout HistorySearch, through newest: UInt64, limitBytes: Int, _ batch: inout AlertReader.Batch
  ) throws(SQLiteError) {
    guard !isClosed, search.selection.tenants.map({ !$0.isEmpty && $0.count <= Self.maximumTenants }) ?? true else { return }
    var found = search
    var got = batch
    var failure: SQLiteError?
    connection.withLock { connection in
      do throws(SQLiteError) {
        let open: Connection
        if let connection { open = connection } else { open = try Connection(path) }
        connection = open
        try Self.search(open.sqlite, &found, through: newest, limitBytes: limitBytes, &got)
      } catch {
        failure = error
        connection = nil  // the file may be another by now
      }
    }
    (search, batch) = (found, got)
    if let failure { throw failure }
  }

  private static func search(
    _ sqlite: borrowing SQLiteConnection, _ search: inout HistorySearch, through newest: UInt64, limitBytes: Int,
    _ batch: inout AlertReader.Batch
  ) throws(SQLiteError) {
    var bytes = 0
    for _ in 0..<windows {
      switch search.start {
      case .time(let since): search.moved(to: .found(try start(sqlite, since) ?? newest))
      case .backward(let wanted, let from): search.moved(to: try stepBack(sqlite, search, wanted, from))
      case .found(let reached):
        guard reached < newest else { return }
        let end = try window(sqlite, after: reached, through: newest)
        let last = try read(sqlite, search, after: reached, through: end, limitBytes: limitBytes - bytes, &batch, &bytes)
        search.moved(to: .found(last ?? end))
        if bytes >= limitBytes { return }
      }
    }
    batch.isMore = true
  }

  /// The one before the first alert of that time or later; nil: there is none. Times need not be in the order of numbers.
  private static func start(_ sqlite: borrowing SQLiteConnection, _ since: Int64) throws(SQLiteError) -> UInt64? {
    sqlite.limit(thousands: 2000)
    defer { sqlite.limitNothing() }
    do throws(SQLiteError) {
      let first = try sqlite.integer("SELECT min(sequence) FROM alert INDEXED BY alert_time WHERE time >= \(since)")
      return first.map { UInt64(clamping: $0 &- 1) }
    } catch where error.isInterrupted {
      return 0  // there are so many that it may as well look at all
    }
  }

  /// The last alert of the next window.
  private static func window(_ sqlite: borrowing SQLiteConnection, after: UInt64, through: UInt64) throws(SQLiteError) -> UInt64 {
    let end = try sqlite.integer("""
      SELECT sequence FROM alert WHERE sequence > \(after) AND sequence <= \(through) ORDER BY sequence
      LIMIT 1 OFFSET \(HistorySearch.window - 1)
      """)
    return end.map { UInt64(clamping: $0) } ?? through
  }

  private static func stepBack(
    _ sqlite: borrowing SQLiteConnection, _ search: HistorySearch, _ wanted: Int, _ from: UInt64
  ) throws(SQLiteError) -> HistorySearch.Start {
    let start = try sqlite.integer("""
      SELECT sequence FROM alert WHERE sequence <= \(from) ORDER BY sequence DESC LIMIT 1 OFFSET \(HistorySearch.window - 1)
      """).map { UInt64(clamping: $0 &- 1) } ?? 0
    let statement = try sqlite.prepare("""
      SELECT sequence FROM alert WHERE sequence > ? AND sequence <= ?\(search.condition) ORDER BY sequence DESC LIMIT \(wanted)
      """, isLasting: false)
    statement.bind(1, Int64(clamping: start))
    statement.bind(2, Int64(clamping: from))
    search.bind(statement)
    var found: [UInt64] = []
    while try statement.step() { found.append(UInt64(clamping: statement.integer(0) ?? 0)) }
    if found.count == wanted, let first = found.last { return .found(first &- 1) }
    return start == 0 ? .found(0) : .backward(wanted: wanted - found.count, from: start)
  }

  /// - Returns: the last one that was read, where the bytes did not suffice for all.
  private static func read(
    _ sqlite: borrowing SQLiteConnection, _ search: HistorySearch, after: UInt64, through: UInt64, limitBytes: Int,
    _ batch: inout AlertReader.Batch, _ bytes: inout Int
  ) throws(SQLiteError) -> UInt64? {
    let statement = try sqlite.prepare("""
      SELECT sequence, tenant, rule, time, json FROM alerts
      WHERE sequence > ? AND sequence <= ?\(search.condition) ORDER BY sequence
      """, isLasting: false)
    statement.bind(1, Int64(clamping: after))
    statement.bind(2, Int64(clamping: through))
    search.bind(statement)
    var read = 0
    while try statement.step() {
      let sequence = UInt64(clamping: statement.integer(0) ?? 0)
      let json = statement.bytes(4) { Array($0) }
      batch.lines.append(AlertLine(
        number: sequence, tenant: statement.text(1), rule: statement.text(2) ?? "",
        timestampNanoseconds: statement.integer(3) ?? 0, bytes: json + [UInt8(ascii: "\n")]))
      read += json.count + 1
      bytes += json.count + 1
      if read >= limitBytes { return sequence }
    }
    return nil
  }
}
