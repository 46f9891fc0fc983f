internal import Events

/// What the spool had to give up before every sink had it: how many alerts, of which severity and tenant, within which numbers.
/// Those of a minute are one.
struct Tombstones {
  enum Reason: String {
    case full, age
  }

  private struct Kind: Hashable {
    let severity: UInt8
    let tenant: String?
    let reason: Reason
  }

  private struct Stone {
    /// nil: it is not on disk yet.
    var number: Int64?
    var first: UInt64
    var last: UInt64
    var alerts: UInt64
    let time: Int64
    var isChanged = true
  }

  private var open: [Kind: Stone] = [:]

  /// Older ones go.
  private static let kept = 10_000
  private static let nanosecondsOpen: Int64 = 60_000_000_000

  /// - Returns: whether there is something to write.
  mutating func add(_ removed: [SpoolStore.Removed]) -> Bool {
    var isChanged = false
    let now = KernelClock.wall
    for alert in removed {
      guard let reason = alert.reason else { continue }
      isChanged = true
      let kind = Kind(severity: alert.severity, tenant: alert.tenant, reason: reason)
      if var stone = open[kind], (stone.time...(stone.time &+ Self.nanosecondsOpen)).contains(now) {
        stone.first = min(stone.first, alert.sequence)
        stone.last = max(stone.last, alert.sequence)
        stone.alerts += 1
        stone.isChanged = true
        open[kind] = stone
      } else {
        open[kind] = Stone(number: nil, first: alert.sequence, last: alert.sequence, alerts: 1, time: now)
      }
    }
    return isChanged
  }

  /// Alerts that a damaged database may have had. Within a transaction.
  static func write(_ hole: (after: UInt64, before: UInt64), _ connection: borrowing SQLiteConnection) throws(SQLiteError) {
    let insert = try connection.prepare(
      "INSERT INTO tombstone VALUES (NULL, ?, ?, NULL, NULL, NULL, 'damage', ?)", isLasting: false)
    insert.bind(1, Int64(clamping: hole.after &+ 1))
    insert.bind(2, Int64(clamping: max(hole.after &+ 1, hole.before &- 1)))
    insert.bind(3, KernelClock.wall)
    try insert.run()
  }

  /// Within a transaction.
  mutating func write(_ connection: borrowing SQLiteConnection) throws(SQLiteError) {
    var number = try connection.integer("SELECT max(number) FROM tombstone") ?? 0
    let insert = try connection.prepare(
      "INSERT OR REPLACE INTO tombstone VALUES (?, ?, ?, ?, ?, ?, ?, ?)", isLasting: false)
    for (kind, stone) in open where stone.isChanged {
      if stone.number == nil { number &+= 1 }
      let own = stone.number ?? number
      insert.bind(1, own)
      insert.bind(2, Int64(bitPattern: stone.first))
      insert.bind(3, Int64(bitPattern: stone.last))
      insert.bind(4, Int64(clamping: stone.alerts))
      insert.bind(5, Int64(kind.severity))
      insert.bind(6, kind.tenant)
      insert.bind(7, kind.reason.rawValue)
      insert.bind(8, stone.time)
      try insert.run()
      open[kind]?.number = own
      open[kind]?.isChanged = false
    }
    let now = KernelClock.wall
    open = open.filter { ($0.value.time...($0.value.time &+ Self.nanosecondsOpen)).contains(now) }
    try connection.execute("DELETE FROM tombstone WHERE number <= \(number &- Int64(Self.kept))")
  }
}
