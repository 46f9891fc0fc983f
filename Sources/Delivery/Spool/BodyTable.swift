/// The statements on one severity's table of JSON.
final class BodyTable {
  private let inserting: SQLiteStatement
  private let deleting: SQLiteStatement
  private let oldest: SQLiteStatement

  init(_ severity: UInt8, _ connection: borrowing SQLiteConnection) throws(SQLiteError) {
    let name = SpoolSchema.body(severity)
    inserting = try connection.prepare("INSERT INTO \(name) VALUES (?, ?)")
    deleting = try connection.prepare("DELETE FROM \(name) WHERE sequence = ?")
    oldest = try connection.prepare("SELECT sequence FROM \(name) WHERE sequence > ? ORDER BY sequence LIMIT ?")
  }

  func insert(_ sequence: UInt64, _ json: [UInt8]) throws(SQLiteError) {
    inserting.bind(1, Int64(bitPattern: sequence))
    inserting.bind(2, utf8: json)
    try inserting.run()
  }

  func delete(_ sequence: UInt64) throws(SQLiteError) {
    deleting.bind(1, Int64(bitPattern: sequence))
    try deleting.run()
  }

  /// The sequences of the oldest with a greater one.
  func oldest(after sequence: UInt64, limit: Int) throws(SQLiteError) -> [UInt64] {
    oldest.bind(1, Int64(bitPattern: sequence))
    oldest.bind(2, Int64(limit))
    var found: [UInt64] = []
    while try oldest.step() { found.append(UInt64(bitPattern: oldest.integer(0) ?? 0)) }
    return found
  }
}
