internal import CSQLite
internal import SystemPackage

/// An open database; closed when it goes out of scope. One thread at a time: SQLite's own mutexes are off.
struct SQLiteConnection: ~Copyable {
  enum Access { case reading, writing }

  private let handle: OpaquePointer

  /// Opens a file that is there. Symbolic links are refused, wherever on the way they are.
  init(_ path: String, _ access: Access) throws(SQLiteError) {
    let mode = access == .writing ? SQLITE_OPEN_READWRITE : SQLITE_OPEN_READONLY
    var handle: OpaquePointer?
    var code = sqlite3_open_v2(path, &handle, mode | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_NOFOLLOW | SQLITE_OPEN_EXRESCODE, nil)
    if code == SQLITE_OK {
      // What the file says is not to be trusted more than its bytes.
      code = sqlite3_exec(handle, "PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON", nil, nil, nil)
    }
    guard code == SQLITE_OK, let handle else {
      let error = SQLiteError(code: code, text: "open \(path): \(Self.message(handle, code))")
      sqlite3_close_v2(handle)
      throw error
    }
    self.handle = handle
  }

  // Statements may still hold it: SQLite closes it with the last of them.
  deinit { sqlite3_close_v2(handle) }

  /// With the error number of the system call that failed, if there was one.
  static func message(_ handle: OpaquePointer?, _ code: Int32) -> String {
    let words = handle.flatMap { sqlite3_errmsg($0) }.map { String(cString: $0) } ?? String(cString: sqlite3_errstr(code))
    let number = handle.map { sqlite3_system_errno($0) } ?? 0
    switch code & 0xFF {
    case SQLITE_IOERR where number != 0, SQLITE_CANTOPEN where number != 0, SQLITE_FULL where number != 0:
      return "\(words) (\(Errno(rawValue: number)))"
    case SQLITE_IOERR, SQLITE_CANTOPEN: return "\(words) (code \(code))"
    default: return words
    }
  }

  /// Statements without results or parameters, one after another.
  func execute(_ sql: String) throws(SQLiteError) {
    let code = sqlite3_exec(handle, sql, nil, nil, nil)
    guard code == SQLITE_OK else { throw error(code, sql) }
  }

  /// - Parameter isLasting: it is kept and run again and again.
  func prepare(_ sql: String, isLasting: Bool = true) throws(SQLiteError) -> SQLiteStatement {
    var statement: OpaquePointer?
    let code = sqlite3_prepare_v3(handle, sql, -1, isLasting ? UInt32(SQLITE_PREPARE_PERSISTENT) : 0, &statement, nil)
    guard code == SQLITE_OK, let statement else { throw error(code, sql) }
    return SQLiteStatement(owning: statement)
  }

  /// The first column of the first row; nil: there is none, or it is NULL.
  func integer(_ sql: String) throws(SQLiteError) -> Int64? {
    let statement = try prepare(sql, isLasting: false)
    return try statement.step() ? statement.integer(0) : nil
  }

  func text(_ sql: String) throws(SQLiteError) -> String? {
    let statement = try prepare(sql, isLasting: false)
    return try statement.step() ? statement.text(0) : nil
  }

  private func error(_ code: Int32, _ what: String) -> SQLiteError {
    SQLiteError(code: code, text: "\(Self.message(handle, code)), in: \(what.prefix(60))")
  }

  /// Rows that the last statement changed.
  var changes: Int { Int(sqlite3_changes64(handle)) }

  var isInTransaction: Bool { sqlite3_get_autocommit(handle) == 0 }

  /// How long to wait for others' locks.
  func setBusy(milliseconds: Int32) { sqlite3_busy_timeout(handle, milliseconds) }

  /// Every statement that takes more than so many thousands of the virtual machine's steps ends with
  /// ``SQLiteError/isInterrupted``.
  func limit(thousands: Int32) {
    sqlite3_progress_handler(handle, thousands &* 1000, { _ in 1 }, nil)
  }

  func limitNothing() { sqlite3_progress_handler(handle, 0, nil, nil) }

  /// Moves what the write-ahead log holds into the file, as far as readers let it.
  ///
  /// - Parameter truncating: waits for readers as long as ``setBusy(milliseconds:)`` says, and leaves the log empty.
  /// - Returns: pages of the log, and how many of them were moved.
  @discardableResult
  func checkpoint(truncating: Bool) throws(SQLiteError) -> (pages: Int, moved: Int) {
    var pages: Int32 = 0
    var moved: Int32 = 0
    let code = sqlite3_wal_checkpoint_v2(
      handle, nil, truncating ? SQLITE_CHECKPOINT_TRUNCATE : SQLITE_CHECKPOINT_PASSIVE, &pages, &moved)
    guard code == SQLITE_OK || code & 0xFF == SQLITE_BUSY else { throw error(code, "checkpoint") }
    return (Int(pages), Int(moved))
  }
}
