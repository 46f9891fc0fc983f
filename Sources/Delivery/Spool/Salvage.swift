internal import Engine
internal import Rules

/// Takes what can still be read of a damaged database's alerts: from the tables of their JSON, which has nearly all.
struct Salvage: ~Copyable {
  private let connection: SQLiteConnection
  /// Where nothing could be read: after the one and before the other.
  private(set) var holes: [(after: UInt64, before: UInt64)] = []
  private(set) var alerts: UInt64 = 0

  /// Of each table: a file that is torn all over is not worth more.
  private static let maximumHoles = 1000

  /// - Parameter path: of the damaged one.
  init(_ path: String) throws(SQLiteError) {
    // For writing, as its log may have to be read in.
    let connection = try SQLiteConnection(path, .writing)
    // With it SQLite reads what there is of a file that is shorter than it says.
    try connection.execute("PRAGMA writable_schema = ON")
    self.connection = connection
  }

  /// - Parameter copy: takes some, in no order.
  mutating func run(_ copy: ([SpooledAlert]) throws(SQLiteError) -> Void) throws(SQLiteError) {
    for severity in SpoolSchema.severities { try run(SpoolSchema.body(severity), copy) }
  }

  private mutating func run(_ table: String, _ copy: ([SpooledAlert]) throws(SQLiteError) -> Void) throws(SQLiteError) {
    // Beyond it nothing is looked for.
    var last = UInt64(Int64.max)
    do throws(SQLiteError) {
      guard let greatest = try connection.integer("SELECT max(sequence) FROM \(table)") else { return }
      last = UInt64(clamping: greatest)
    } catch {}
    var reached: UInt64 = 0
    var found = 0
    while true {
      var rows: [SpooledAlert] = []
      let isWhole = read(table, after: reached, through: last, isUp: true, limit: 256, &rows)
      if !rows.isEmpty { try take(rows, copy) }
      reached = rows.last?.sequence ?? reached
      if isWhole, reached >= last { return }
      guard rows.isEmpty else { continue }
      // An error; or an end before the end, as bytes that are no page may look like one. Longer and longer steps in the dark,
      // then, until something is to be seen; and from there back to the hole's end.
      found += 1
      guard found <= Self.maximumHoles else { return }
      let start = reached
      var step: UInt64 = 1
      var sight: SpooledAlert?
      while sight == nil {
        let (next, overflow) = reached.addingReportingOverflow(step)
        guard !overflow, next <= last else { break }
        reached = next
        step *= 2
        var one: [SpooledAlert] = []
        _ = read(table, after: reached, through: last, isUp: true, limit: 1, &one)
        sight = one.first
      }
      var end = sight?.sequence ?? last
      while true {
        rows = []
        let isWhole = read(table, after: start, through: end - 1, isUp: false, limit: 256, &rows)
        if !rows.isEmpty { try take(rows, copy) }
        end = rows.last?.sequence ?? end
        if rows.isEmpty || !isWhole { break }
      }
      holes.append((start, end))
      guard let sight else { return }
      reached = sight.sequence - 1
    }
  }

  private mutating func take(_ rows: [SpooledAlert], _ copy: ([SpooledAlert]) throws(SQLiteError) -> Void) throws(SQLiteError) {
    try copy(rows)
    alerts += UInt64(rows.count)
  }

  /// - Returns: whether it came to the end without an error; rows that are not in order are one.
  private func read(
    _ table: String, after: UInt64, through: UInt64, isUp: Bool, limit: Int, _ rows: inout [SpooledAlert]
  ) -> Bool {
    var reached: UInt64?
    do throws(SQLiteError) {
      let statement = try connection.prepare(
        "SELECT sequence, json FROM \(table) WHERE sequence > ? AND sequence <= ? ORDER BY sequence \(isUp ? "ASC" : "DESC") LIMIT ?",
        isLasting: false)
      statement.bind(1, Int64(clamping: after))
      statement.bind(2, Int64(clamping: through))
      statement.bind(3, Int64(limit))
      while try statement.step() {
        let sequence = UInt64(clamping: statement.integer(0) ?? 0)
        let isInOrder = reached.map { isUp ? $0 < sequence : $0 > sequence } ?? true
        guard isInOrder, sequence > after, sequence <= through else { return false }
        reached = sequence
        let facility = facility(sequence)
        guard let alert = statement.bytes(1, { AlertBody.alert($0, facility: facility) }) else { continue }
        rows.append(SpooledAlert(sequence: sequence, alert: alert, raisedNanoseconds: nil))
      }
      return true
    } catch {
      return false
    }
  }

  /// The one thing of an alert that its JSON lacks.
  private func facility(_ sequence: UInt64) -> SyslogFacility? {
    let number = try? connection.integer("SELECT facility FROM alert WHERE sequence = \(sequence)")
    return number.flatMap { SyslogFacility(rawValue: UInt8(clamping: $0)) }
  }

  // What else is to be had; nil: it can't be read.

  var series: String? { try? connection.text("SELECT value FROM meta WHERE name = 'series'") }
  var reading: SpoolClock.Reading? { try? SpoolStore.reading(connection) }
  var reserved: UInt64? {
    (try? connection.integer("SELECT value FROM meta WHERE name = 'reserved'")).map { UInt64(clamping: $0) }
  }
  var cursors: [CursorPosition]? {
    var found: [CursorPosition] = []
    do throws(SQLiteError) { try CursorPosition.each(connection) { found.append($0) } } catch { return nil }
    return found
  }
}
