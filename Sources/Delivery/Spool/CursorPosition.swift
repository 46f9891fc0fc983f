/// How far a sink has come, as it is kept on disk.
struct CursorPosition: Equatable, Sendable {
  let name: String
  /// It is through with all up to it.
  var reached: UInt64
  /// The last that went to it; 0: none.
  var previous: UInt64
  /// When the configuration last had it, by ``SpoolClock``.
  var age: Int64

  /// Those of a database, by their names.
  static func each(_ connection: borrowing SQLiteConnection, _ body: (CursorPosition) -> Void) throws(SQLiteError) {
    let statement = try connection.prepare("SELECT name, reached, previous, age FROM cursor ORDER BY name", isLasting: false)
    while try statement.step() {
      body(CursorPosition(
        name: statement.text(0) ?? "", reached: UInt64(clamping: statement.integer(1) ?? 0),
        previous: UInt64(clamping: statement.integer(2) ?? 0), age: statement.integer(3) ?? 0))
    }
  }
}
