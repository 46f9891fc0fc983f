internal import CSQLite

/// What SQLite answered: an extended result code, and its own words.
struct SQLiteError: Error, Equatable, CustomStringConvertible {
  let code: Int32
  /// What was tried, and SQLite's message.
  let text: String

  /// What a check found.
  static func damage(_ text: String) -> SQLiteError { SQLiteError(code: SQLITE_CORRUPT, text: text) }

  var description: String { text }

  private var primary: Int32 { code & 0xFF }

  /// No room: on the disk, or within `max_page_count`.
  var isFull: Bool { primary == SQLITE_FULL }

  /// The file is not what it should be; waiting does not help.
  var isDamage: Bool {
    primary == SQLITE_CORRUPT || primary == SQLITE_NOTADB
  }

  /// A budget was used up: see ``SQLiteConnection/limit(steps:)``.
  var isInterrupted: Bool { primary == SQLITE_INTERRUPT }
}
