internal import CSQLite

/// A compiled statement; freed when it goes out of scope. Parameters count from 1, columns from 0.
struct SQLiteStatement: ~Copyable {
  private let handle: OpaquePointer

  init(owning handle: OpaquePointer) { self.handle = handle }

  deinit { sqlite3_finalize(handle) }

  /// SQLite copies what is bound, so that it may go.
  private static var copied: sqlite3_destructor_type { unsafeBitCast(-1, to: sqlite3_destructor_type.self) }

  func bind(_ index: Int32, _ number: Int64?) {
    if let number { sqlite3_bind_int64(handle, index, number) } else { sqlite3_bind_null(handle, index) }
  }

  func bind(_ index: Int32, _ text: String?) {
    guard var text else {
      sqlite3_bind_null(handle, index)
      return
    }
    text.withUTF8 { utf8 in bind(index, UnsafeRawBufferPointer(utf8)) }
  }

  /// As text.
  func bind(_ index: Int32, utf8: [UInt8]) { utf8.withUnsafeBytes { bind(index, $0) } }

  private func bind(_ index: Int32, _ bytes: UnsafeRawBufferPointer) {
    let start = bytes.baseAddress?.assumingMemoryBound(to: CChar.self)
    // An empty buffer may have no address, and no address is NULL.
    if let start {
      sqlite3_bind_text64(handle, index, start, UInt64(bytes.count), Self.copied, UInt8(SQLITE_UTF8))
    } else {
      sqlite3_bind_text64(handle, index, "", 0, Self.copied, UInt8(SQLITE_UTF8))
    }
  }

  /// - Returns: whether there is a row. After the last one it can be bound and run anew.
  func step() throws(SQLiteError) -> Bool {
    let code = sqlite3_step(handle)
    if code == SQLITE_ROW { return true }
    let connection = sqlite3_db_handle(handle)
    guard code == SQLITE_DONE else {
      let words = SQLiteConnection.message(connection, code)
      sqlite3_reset(handle)
      throw SQLiteError(code: code, text: words)
    }
    sqlite3_reset(handle)
    return false
  }

  /// Runs one that gives no rows.
  func run() throws(SQLiteError) { while try step() {} }

  /// Leaves the rows that were not asked for: an open one holds a read transaction.
  func reset() { sqlite3_reset(handle) }

  func isNull(_ column: Int32) -> Bool { sqlite3_column_type(handle, column) == SQLITE_NULL }

  func integer(_ column: Int32) -> Int64? { isNull(column) ? nil : sqlite3_column_int64(handle, column) }

  /// nil: NULL. What is no UTF-8, as in a damaged file, shows as U+FFFD.
  func text(_ column: Int32) -> String? {
    isNull(column) ? nil : bytes(column) { String(decoding: $0, as: UTF8.self) }
  }

  /// Valid within `body` only. Empty for NULL.
  func bytes<Result>(_ column: Int32, _ body: (UnsafeRawBufferPointer) -> Result) -> Result {
    // In this order: the first may convert, which the length is of.
    let start = sqlite3_column_blob(handle, column)
    let count = Int(sqlite3_column_bytes(handle, column))
    return body(UnsafeRawBufferPointer(start: start, count: start == nil ? 0 : count))
  }
}
