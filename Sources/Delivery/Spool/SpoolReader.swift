internal import Engine
internal import Rules

/// Reads alerts beside the writer, by a connection of its own: which never waits for the writer, nor makes it wait. One
/// thread at a time.
final class SpoolReader {
  private let connection: SQLiteConnection
  private let alerts: SQLiteStatement

  init(_ path: String) throws(SQLiteError) {
    connection = try SQLiteConnection(path, .reading)
    // The writer's checkpoints may hold a lock for a moment, when the log starts anew.
    connection.setBusy(milliseconds: 1000)
    try connection.execute("PRAGMA cache_size = -256")
    alerts = try connection.prepare(
      "SELECT sequence, time, facility, raised, json FROM alerts WHERE sequence > ? AND sequence <= ? ORDER BY sequence LIMIT ?")
  }

  enum Found {
    case alert(SpooledAlert)
    /// What stands there is none.
    case unreadable(UInt64)

    var sequence: UInt64 {
      switch self {
      case .alert(let alert): alert.sequence
      case .unreadable(let sequence): sequence
      }
    }
  }

  /// - Parameter run: the first number of this run: only such alerts were stamped by this run's clock.
  func alerts(after sequence: UInt64, through last: UInt64, limit: Int, run: UInt64) throws(SQLiteError) -> [Found] {
    alerts.bind(1, Int64(clamping: sequence))
    alerts.bind(2, Int64(clamping: last))
    alerts.bind(3, Int64(limit))
    defer { alerts.reset() }
    var found: [Found] = []
    while try alerts.step() {
      let sequence = UInt64(bitPattern: alerts.integer(0) ?? 0)
      let time = alerts.integer(1)
      let facility = alerts.integer(2).flatMap { SyslogFacility(rawValue: UInt8(clamping: $0)) }
      let raised = sequence >= run ? alerts.integer(3).map { UInt64(clamping: $0) } : nil
      if let alert = alerts.bytes(4, { AlertBody.alert($0, timestampNanoseconds: time, facility: facility) }) {
        found.append(.alert(SpooledAlert(sequence: sequence, alert: alert, raisedNanoseconds: raised)))
      } else {
        found.append(.unreadable(sequence))
      }
    }
    return found
  }
}
