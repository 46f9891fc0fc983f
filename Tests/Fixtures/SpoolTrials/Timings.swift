import CSQLite
import Delivery
import Engine
import Glibc
import Rules

// Measurements, told as JSON.

/// Of all severities, 20 rules and 50 tenants.
private func varied(_ number: UInt64) -> Alert {
  sample(
    number, priority: Priority(rawValue: UInt8(number % 8)) ?? .warning, tenant: "m\(1000 + number % 50)",
    rule: "Shell by a web server \(number % 20)")
}

private func seconds(_ duration: Duration) -> Double {
  Double(duration.components.seconds) + Double(duration.components.attoseconds) * 1e-18
}

func rate(_ spool: Spool, _ count: UInt64) {
  let alerts = (1...count).map(varied)
  let start = ContinuousClock.now
  for (index, alert) in alerts.enumerated() {
    spool.append(alert)
    if index % 64 == 0 { while spool.status().waiting > 4000 { usleep(200) } }
  }
  while spool.status().waiting > 0 { usleep(100) }
  let taken = seconds(ContinuousClock.now - start)
  let status = spool.finish(timeoutMilliseconds: 10_000)
  let bytes = alerts.reduce(0) { $0 + JSONFormat.line(for: $1).count }
  say("""
    {"seconds": \(taken), "commits": \(status.commits), "committed": \(status.committed), "json_bytes": \(bytes), \
    "file_bytes": \(status.fileBytes)}

    """)
}

func latency(_ spool: Spool, _ count: UInt64) {
  let alerts = (1...count).map(varied)
  var taken: [Double] = []
  for alert in alerts {
    let start = ContinuousClock.now
    spool.append(alert)
    while spool.status().waiting > 0 { sched_yield() }
    taken.append(seconds(ContinuousClock.now - start))
  }
  say("{\"seconds\": [\(taken.map { "\($0)" }.joined(separator: ", "))]}\n")
}

private func fatal(_ text: String) -> Never {
  say(text + "\n")
  exit(1)
}

func insert(_ path: String, _ count: UInt64, _ group: UInt64) {
  let bodies = (1...count).map { JSONFormat.line(for: varied($0)) }
  var database: OpaquePointer?
  sqlite3_open_v2(path, &database, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX, nil)
  sqlite3_exec(
    database, """
      PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA secure_delete = FAST; PRAGMA wal_autocheckpoint = 2048;
      CREATE TABLE alert (sequence INTEGER PRIMARY KEY, json TEXT NOT NULL)
      """, nil, nil, nil)
  var statement: OpaquePointer?
  sqlite3_prepare_v3(database, "INSERT INTO alert VALUES (?, ?)", -1, UInt32(SQLITE_PREPARE_PERSISTENT), &statement, nil)
  var each: [Double] = []
  var number: UInt64 = 0
  let start = ContinuousClock.now
  var last = start
  for body in bodies {
    if number % group == 0 { sqlite3_exec(database, "BEGIN IMMEDIATE", nil, nil, nil) }
    number += 1
    sqlite3_bind_int64(statement, 1, Int64(number))
    _ = body.withUnsafeBytes {
      sqlite3_bind_text64(statement, 2, $0.baseAddress?.assumingMemoryBound(to: CChar.self), UInt64($0.count), nil, UInt8(SQLITE_UTF8))
    }
    guard sqlite3_step(statement) == SQLITE_DONE else { fatal("insert: \(String(cString: sqlite3_errmsg(database)))") }
    sqlite3_reset(statement)
    if number % group == 0 || number == count {
      guard sqlite3_exec(database, "COMMIT", nil, nil, nil) == SQLITE_OK else { fatal("commit: \(String(cString: sqlite3_errmsg(database)))") }
      each.append(seconds(ContinuousClock.now - last))
      last = ContinuousClock.now
    }
  }
  let taken = seconds(ContinuousClock.now - start)
  sqlite3_finalize(statement)
  sqlite3_close_v2(database)
  let list = group == 1 ? each.map { "\($0)" }.joined(separator: ", ") : ""
  say("{\"total\": \(taken), \"seconds\": [\(list)]}\n")
}
