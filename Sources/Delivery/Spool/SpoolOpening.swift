internal import Engine
internal import Rules

/// Opens the spool's database, and makes a new one of what is left where it is damaged.
struct SpoolOpening {
  let file: SpoolFile
  let settings: SpoolSettings

  /// What of it could not be read is told by these.
  private(set) var notices: [Notice] = []

  /// How long the file is looked through after an end that was not one: what comes later shows when it is read.
  private static let checkMilliseconds = 2000

  init(_ file: SpoolFile, _ settings: SpoolSettings) {
    self.file = file
    self.settings = settings
  }

  struct Opened {
    let store: SpoolStore
    /// The first number that no alert had.
    let next: UInt64
    /// How many alerts each tenant has.
    let rows: [String?: Int]
    let cursors: [CursorPosition]
    /// By a cursor's name: how many alerts it has not reached.
    let behind: [String: UInt64]
    /// Where sinks were is not known any more: they begin with the oldest alert, and get some twice rather than none.
    var startsOver = false
  }

  private func begin(_ store: SpoolStore, wasClosed: Bool, reserved: UInt64? = nil) throws(SQLiteError) -> Opened {
    let next = try store.begin(wasClosed: wasClosed, reserved: reserved)
    let cursors = try store.cursors()
    var behind: [String: UInt64] = [:]
    for cursor in cursors { behind[cursor.name] = try store.count(after: cursor.reached) }
    return Opened(store: store, next: next, rows: try store.counts(), cursors: cursors, behind: behind)
  }

  mutating func open() throws(SpoolError) -> Opened {
    if let refusal = try? refusal() { throw .refused(refusal) }
    let problem: SQLiteError
    do throws(SQLiteError) {
      let store = try SpoolStore(file.path, settings)
      let wasClosed = try store.wasClosed()
      guard !wasClosed, let found = try store.check(milliseconds: Self.checkMilliseconds) else {
        return try begin(store, wasClosed: wasClosed)
      }
      problem = .damage(found)
    } catch {
      problem = error
    }
    guard problem.isDamage else { throw .failed("the spool \(file.path): \(problem)") }
    return try rebuild(problem.text)
  }

  /// Files that are no spool, or one of a later version, are none of ours to change.
  private func refusal() throws(SQLiteError) -> String? {
    let connection = try SQLiteConnection(file.path, .writing)
    guard try connection.integer("SELECT count(*) FROM sqlite_schema") != 0 else { return nil }
    guard try connection.integer("PRAGMA application_id") == SpoolSchema.application else {
      return "\(file.path) is a database of something else, not a spool"
    }
    let version = try connection.integer("PRAGMA user_version") ?? 0
    guard version <= SpoolSchema.version else {
      return "the spool \(file.path) is of a later version of this program (\(version), this one knows \(SpoolSchema.version))"
    }
    return nil
  }

  /// Takes what can be read of the database into a new one, which takes its place. Nobody has it open. Where that fails, the old one
  /// is still there.
  ///
  /// - Parameter series: of the numbers that this run gives; nil: what the database says.
  mutating func rebuild(_ reason: String, series: String? = nil) throws(SpoolError) -> Opened {
    try file.makeNew()
    let made: Made
    do throws(SQLiteError) { made = try salvage(reason, series: series) } catch {
      throw .failed("the spool \(file.path): \(error)")
    }
    try file.replace()
    notices.append(Notice(
      "Alert spool damaged", description: "The file in which alerts wait for their receivers was damaged", priority: .critical,
      message: made.text))
    do throws(SQLiteError) {
      var opened = try begin(try SpoolStore(file.path, settings), wasClosed: false, reserved: made.reserved)
      opened.startsOver = made.startsOver
      return opened
    } catch {
      throw .failed("the spool \(file.path): \(error)")
    }
  }

  private struct Made {
    /// What is to be told.
    var text = ""
    /// Numbers below it may have been given away.
    var reserved: UInt64?
    var startsOver = true
  }

  private func salvage(_ reason: String, series: String?) throws(SQLiteError) -> Made {
    let store = try SpoolStore(file.newPath, settings)
    var made = Made()
    made.text = "The alert spool was damaged (\(reason)); it is now \(file.damagedPath). "
    do throws(SQLiteError) {
      var old = try Salvage(file.path)
      made.reserved = old.reserved
      let cursors = old.cursors
      made.startsOver = cursors == nil
      try store.adopt(series: series ?? old.series, cursors: cursors ?? [], clock: old.reading)
      try old.run { (alerts) throws(SQLiteError) in try store.restore(alerts) }
      try store.note(holes: old.holes)
      made.text += "\(old.alerts) alerts of it could be read, with \(old.holes.count) gaps"
    } catch where error.isDamage {
      made.text += "The rest can't be read: \(error.text)"
    }
    try store.emptyLog()
    return made
  }
}
