internal import Engine
internal import Events
internal import Rules

/// The database as its one writer has it. The writer's thread, and before that starts, whoever opens it.
final class SpoolStore {
  let connection: SQLiteConnection
  let settings: SpoolSettings
  let bodies: [BodyTable]
  private let insertAlert: SQLiteStatement
  let deleteAlert: SQLiteStatement
  let oldestAlerts: SQLiteStatement
  let alertNamed: SQLiteStatement
  private let setMeta: SQLiteStatement
  private let setCursor: SQLiteStatement
  let pageCount: SQLiteStatement
  let freePages: SQLiteStatement
  private let path: String

  private(set) var series: String
  private(set) var clock: SpoolClock
  /// As it is kept on disk.
  private var keptReading: SpoolClock.Reading?
  /// Numbers below it may be given away before they are on disk.
  private(set) var reserved: UInt64
  private var tombstones = Tombstones()

  /// So many numbers are set aside at a time: for alerts that go out while the disk fails. After a crash none of those that
  /// were set aside is given to another alert, so that the numbering jumps.
  static let reservation: UInt64 = 1_000_000

  /// Opens a database that is there, of this version, or makes its tables.
  init(_ path: String, _ settings: SpoolSettings) throws(SQLiteError) {
    self.path = path
    self.settings = settings
    connection = try SQLiteConnection(path, .writing)
    connection.setBusy(milliseconds: 2000)
    if try connection.integer("SELECT count(*) FROM sqlite_schema") == 0 {
      try connection.execute("PRAGMA auto_vacuum = INCREMENTAL")
    }
    // FULL: the log is synced at each commit, so that a commit outlives a loss of power.
    try connection.execute("""
      PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA secure_delete = FAST; PRAGMA cache_size = -1024;
      PRAGMA journal_size_limit = \(settings.logBytes / 2); PRAGMA temp_store = MEMORY;
      PRAGMA wal_autocheckpoint = \(settings.logBytes / 2 / SpoolSettings.pageBytes);
      PRAGMA max_page_count = \(settings.pages);
      """)
    if try connection.integer("SELECT count(*) FROM sqlite_schema") == 0 {
      try connection.execute("BEGIN IMMEDIATE; \(SpoolSchema.statements); COMMIT")
    }
    var bodies: [BodyTable] = []
    for severity in SpoolSchema.severities { bodies.append(try BodyTable(severity, connection)) }
    self.bodies = bodies
    insertAlert = try connection.prepare("INSERT INTO alert VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)")
    deleteAlert = try connection.prepare("DELETE FROM alert WHERE sequence = ?")
    oldestAlerts = try connection.prepare(
      "SELECT sequence, severity, tenant, age FROM alert WHERE sequence > ? ORDER BY sequence LIMIT ?")
    alertNamed = try connection.prepare("SELECT tenant FROM alert WHERE sequence = ?")
    setMeta = try connection.prepare("INSERT INTO meta VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value")
    setCursor = try connection.prepare("""
      INSERT INTO cursor VALUES (?, ?, ?, ?)
      ON CONFLICT DO UPDATE SET reached = excluded.reached, previous = excluded.previous, age = excluded.age
      """)
    pageCount = try connection.prepare("PRAGMA page_count")
    freePages = try connection.prepare("PRAGMA freelist_count")

    series = try connection.text("SELECT value FROM meta WHERE name = 'series'") ?? Self.newSeries()
    let kept = try Self.reading(connection)
    let newest = try connection.integer("SELECT max(age) FROM (SELECT age FROM alert ORDER BY sequence DESC LIMIT 1)")
    keptReading = kept
    clock = SpoolClock(after: kept.map { reading in
      var reading = reading
      reading.seconds = max(reading.seconds, newest ?? 0)
      return reading
    })
    reserved = UInt64(clamping: try connection.integer("SELECT value FROM meta WHERE name = 'reserved'") ?? 1)
  }

  private static func newSeries() -> String {
    String(UInt64.random(in: 1 << 60 ... .max), radix: 16)
  }

  static func reading(_ connection: borrowing SQLiteConnection) throws(SQLiteError) -> SpoolClock.Reading? {
    guard let boot = try connection.text("SELECT value FROM meta WHERE name = 'boot'"),
      let seconds = try connection.integer("SELECT value FROM meta WHERE name = 'seconds'"),
      let bootSeconds = try connection.integer("SELECT value FROM meta WHERE name = 'bootSeconds'"),
      let wall = try connection.integer("SELECT value FROM meta WHERE name = 'wallSeconds'")
    else { return nil }
    return SpoolClock.Reading(seconds: seconds, boot: boot, bootSeconds: bootSeconds, wallSeconds: wall)
  }

  // MARK: - At start

  /// Whether the last one to write has ended as it should.
  func wasClosed() throws(SQLiteError) -> Bool {
    try connection.integer("SELECT value FROM meta WHERE name = 'closed'") == 1
  }

  /// Looks through the file for damage, as far as the time goes.
  /// - Returns: what is wrong; nil: nothing that was found.
  func check(milliseconds: Int) throws(SQLiteError) -> String? {
    let end = MonotonicTime.now().adding(milliseconds: milliseconds)
    for table in ["alert", "meta", "cursor", "tombstone"] + SpoolSchema.severities.reversed().map(SpoolSchema.body) {
      guard MonotonicTime.now() < end else { return nil }
      connection.limit(thousands: 20_000)
      defer { connection.limitNothing() }
      do throws(SQLiteError) {
        let found = try connection.text("PRAGMA quick_check(\(table))")
        if let found, found != "ok" { return found }
      } catch where error.isInterrupted {
        continue
      }
    }
    return nil
  }

  /// Begins a run: says on disk that it has not ended, and sets numbers aside.
  /// - Returns: the first number that no alert had.
  /// - Parameter reserved: numbers below it may have been given away, as the database before this one says.
  func begin(wasClosed: Bool, reserved before: UInt64? = nil) throws(SQLiteError) -> UInt64 {
    let last = UInt64(clamping: try connection.integer("SELECT max(sequence) FROM alert") ?? 0)
    let kept = try connection.integer("SELECT value FROM meta WHERE name = 'next'").map { UInt64(clamping: $0) }
    let next = max(last + 1, wasClosed ? kept ?? 1 : reserved, before ?? 1)
    try transaction { () throws(SQLiteError) in
      try set("series", text: series)
      try set("closed", 0)
      try reserve(through: next)
      try keepClock()
    }
    return next
  }

  /// Ends it: the next one goes on with that number.
  func end(next: UInt64, cursors: [CursorPosition]) throws(SQLiteError) {
    try transaction { () throws(SQLiteError) in
      for cursor in cursors { try set(cursor) }
      try set("next", Int64(clamping: next))
      try set("closed", 1)
      keptReading = nil
      try keepClock()
    }
    try connection.checkpoint(truncating: true)
  }

  func cursors() throws(SQLiteError) -> [CursorPosition] {
    var found: [CursorPosition] = []
    try CursorPosition.each(connection) { found.append($0) }
    return found
  }

  func count(after sequence: UInt64) throws(SQLiteError) -> UInt64 {
    let statement = try connection.prepare("SELECT count(*) FROM alert WHERE sequence > ?", isLasting: false)
    statement.bind(1, Int64(clamping: sequence))
    return try statement.step() ? UInt64(clamping: statement.integer(0) ?? 0) : 0
  }

  /// How many alerts each tenant has, and nobody.
  func counts() throws(SQLiteError) -> [String?: Int] {
    let statement = try connection.prepare("SELECT tenant, count(*) FROM alert GROUP BY tenant", isLasting: false)
    var found: [String?: Int] = [:]
    while try statement.step() { found[statement.text(0)] = Int(statement.integer(1) ?? 0) }
    return found
  }

  // MARK: - After damage

  /// What a database before this one held beside its alerts. Without its series the numbering is another.
  func adopt(series old: String?, cursors: [CursorPosition], clock reading: SpoolClock.Reading?) throws(SQLiteError) {
    if let old, !old.isEmpty, old.utf8.count <= 32, old.allSatisfy(\.isHexDigit) { series = old }
    clock = SpoolClock(after: reading)
    try transaction { () throws(SQLiteError) in
      try set("series", text: series)
      try keepClock()
      for cursor in cursors { try set(cursor) }
    }
  }

  /// Those of which it has none yet: pages of a damaged file may be found twice.
  func restore(_ alerts: [SpooledAlert]) throws(SQLiteError) {
    let age = clock.seconds
    try transaction { () throws(SQLiteError) in
      for alert in alerts where try tenant(alert.sequence) == nil { try insert(alert, JSONFormat.line(for: alert.alert), age: age) }
    }
  }

  func note(holes: [(after: UInt64, before: UInt64)]) throws(SQLiteError) {
    try transaction { () throws(SQLiteError) in
      for hole in holes { try Tombstones.write(hole, connection) }
    }
  }

  // MARK: - Writing

  private func transaction(_ body: () throws(SQLiteError) -> Void) throws(SQLiteError) {
    let (reservedBefore, readingBefore) = (reserved, keptReading)
    try connection.execute("BEGIN IMMEDIATE")
    do throws(SQLiteError) {
      try body()
      try connection.execute("COMMIT")
    } catch {
      (reserved, keptReading) = (reservedBefore, readingBefore)
      // Some errors have rolled back already.
      if connection.isInTransaction { try? connection.execute("ROLLBACK") }
      throw error
    }
  }

  /// What one transaction is to write.
  struct Batch {
    var alerts: [(alert: SpooledAlert, json: [UInt8])] = []
    var cursors: [CursorPosition] = []
    /// Those that went out of the configuration too long ago.
    var forgotten: [String] = []
    /// The first number that is free.
    var next: UInt64
    /// All sinks are through with all up to it.
    var passed: UInt64
    /// No sink has one with a greater number in hand.
    var inHand: UInt64
    /// Only to make room: how many may be removed.
    var removals = 0
  }

  /// An alert that is no longer on disk.
  struct Removed {
    let sequence: UInt64
    let severity: UInt8
    let tenant: String?
    /// nil: all sinks had it.
    let reason: Tombstones.Reason?
  }

  /// One transaction, on disk when it returns.
  ///
  /// - Parameter willDrop: called before the first alert is removed that some sink does not have.
  /// - Returns: what was removed.
  func commit(_ batch: Batch, willDrop: () -> Void) throws(SQLiteError) -> [Removed] {
    var removed: [Removed] = []
    var stones = tombstones
    let age = clock.seconds
    try transaction { () throws(SQLiteError) in
      for (alert, json) in batch.alerts { try insert(alert, json, age: age) }
      try reserve(through: batch.next)
      for cursor in batch.cursors { try set(cursor) }
      for name in batch.forgotten { try forget(name) }
      removed = try trim(batch, age: age, willDrop: willDrop)
      if stones.add(removed) { try stones.write(connection) }
      if age &- (keptReading?.seconds ?? .min / 2) >= 60 { try keepClock() }
    }
    tombstones = stones
    return removed
  }

  private func insert(_ spooled: SpooledAlert, _ json: [UInt8], age: Int64) throws(SQLiteError) {
    let alert = spooled.alert
    insertAlert.bind(1, Int64(bitPattern: spooled.sequence))
    insertAlert.bind(2, alert.timestampNanoseconds)
    insertAlert.bind(3, Int64(alert.priority.rawValue))
    insertAlert.bind(4, alert.tenant)
    insertAlert.bind(5, alert.rule)
    insertAlert.bind(6, alert.id)
    insertAlert.bind(7, alert.facility.map { Int64($0.rawValue) })
    insertAlert.bind(8, spooled.raisedNanoseconds.map { Int64(clamping: $0) })
    insertAlert.bind(9, age)
    try insertAlert.run()
    try bodies[Int(alert.priority.rawValue)].insert(spooled.sequence, json)
  }

  private func set(_ name: String, _ value: Int64) throws(SQLiteError) {
    setMeta.bind(1, name)
    setMeta.bind(2, value)
    try setMeta.run()
  }

  private func set(_ name: String, text: String) throws(SQLiteError) {
    setMeta.bind(1, name)
    setMeta.bind(2, text)
    try setMeta.run()
  }

  private func set(_ cursor: CursorPosition) throws(SQLiteError) {
    setCursor.bind(1, cursor.name)
    setCursor.bind(2, Int64(clamping: cursor.reached))
    setCursor.bind(3, Int64(clamping: cursor.previous))
    setCursor.bind(4, cursor.age)
    try setCursor.run()
  }

  private func forget(_ cursor: String) throws(SQLiteError) {
    let statement = try connection.prepare("DELETE FROM cursor WHERE name = ?", isLasting: false)
    statement.bind(1, cursor)
    try statement.run()
  }

  /// Sets more numbers aside, when half of them are used up.
  private func reserve(through next: UInt64) throws(SQLiteError) {
    guard next &+ Self.reservation / 2 > reserved else { return }
    let more = next &+ Self.reservation
    try set("reserved", Int64(clamping: more))
    reserved = more
  }

  private func keepClock() throws(SQLiteError) {
    let reading = clock.reading
    try set("boot", text: reading.boot)
    try set("seconds", reading.seconds)
    try set("bootSeconds", reading.bootSeconds)
    try set("wallSeconds", reading.wallSeconds)
    keptReading = reading
  }
}
