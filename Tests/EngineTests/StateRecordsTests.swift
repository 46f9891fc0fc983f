import CEvents
import Events
import Glibc
import Rules
import Testing

@testable import Engine

/// alerts(the rest) = alerts(what was known before it, as records + the rest).
struct StateRecordsTests {
  /// A rule that every event fires, and that shows all that a rule can ask.
  private static let all: Policy? = {
    var fields: [String] = []
    for row in FieldTable.all {
      switch row.argument {
      case .index: fields += (0..<6).map { "%\(row.name)[\($0)]" }
      case .none, .key: fields.append("%\(row.name)")
      case .requiredKey: fields += ["a", "0", "/mnt*"].map { "%\(row.name)[\($0)]" }
      }
    }
    fields += ["%proc.env[LD_PRELOAD]", "%proc.env[A]"]
    return try? policy("evt.num > 0", output: fields.joined(separator: "|"))
  }()

  private let quiet = Result { try policy("evt.num < 0") }

  private struct Numbered {
    var number: UInt64
    var bytes: [UInt8]
  }

  /// - Returns: alerts of the records from `start` on; the first given what those before it, as records, came to.
  private func alerts(_ records: [Numbered], from start: Int, processes: Int) throws -> (whole: [Alert], rest: [Alert]) {
    let policy = try #require(Self.all)
    // What fires before is not asked.
    var engine = Engine(policy: try quiet.get(), processes: processes)
    var resumed = Engine(policy: policy, processes: processes)
    var whole: [Alert] = []
    var rest: [Alert] = []
    for (index, numbered) in records.enumerated() {
      let record = try Record(number: numbered.number, bytes: numbered.bytes.span.bytes)
      if index == start {
        var last: UInt64?
        let isDone = engine.snapshot(before: numbered.number) { known in
          #expect(last.map { known.number == $0 + 1 } ?? true)
          #expect(last != nil || known.kind == .stream)
          last = known.number
          resumed.process(known) { rest.append($0) }
        }
        engine.replace(policy: policy)
        #expect(isDone && last == numbered.number - 1 && rest.isEmpty)
      }
      engine.process(record) { if index >= start { whole.append($0) } }
      if index >= start { resumed.process(record) { rest.append($0) } }
    }
    return (whole, rest)
  }

  // MARK: - Real recordings

  private static let recordings: [[Numbered]] = {
    let root = #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
    var matches = glob_t()
    defer { globfree(&matches) }
    guard glob("/\(root)/rules/*/traces/*.trace", 0, nil, &matches) == 0, let paths = matches.gl_pathv else { return [] }
    return (0..<Int(matches.gl_pathc)).compactMap { index in
      guard let path = paths[index], var reader = try? TraceReader(path: String(cString: path)) else { return nil }
      var records: [Numbered] = []
      reader.forEach { record in
        records.append(Numbered(number: record.number, bytes: record.bytes.withUnsafeBytes { Array($0) }))
      }
      return records
    }
  }()

  @Test func anyPlaceOfARecordingMayBeItsBeginning() throws {
    #expect(Self.recordings.count >= 70)
    var random = Generator(seed: 1)
    var compared = 0
    for records in Self.recordings {
      let (whole, rest) = try alerts(records, from: random.below(records.count), processes: 1000)
      #expect(rest == whole)
      compared += whole.count
    }
    #expect(compared > 500)
  }

  /// One stream of all, with many processes that ended and few that are remembered.
  @Test(arguments: [1000, 60, 24])
  func randomPlacesOfALongStreamMayBeItsBeginning(_ processes: Int) throws {
    var number: UInt64 = 1_000_000
    var records: [Numbered] = []
    for record in Self.recordings.joined() {
      number += 1
      records.append(Numbered(number: number, bytes: record.bytes))
    }
    var random = Generator(seed: UInt64(processes))
    for _ in 0..<2 {
      let (whole, rest) = try alerts(records, from: random.below(records.count), processes: processes)
      #expect(rest == whole)
    }
  }

  // MARK: - Made-up streams

  /// Pids that are used again, exits and forks that were lost, threads with names of their own, parents that are told
  /// after their children, losses, more processes than there is room for.
  private func stream(_ random: inout Generator, seed: Int, records: Int) -> [Numbered] {
    var stream = TestStream()
    var starts: [UInt32: UInt64] = [:]
    let names = ["sh", "bash", "nginx", "a", ""]
    // Of workloads by numbers of their own.
    var other = Generator(seed: UInt64(seed))
    if other.below(4) > 0 { stream.cgroup(1) }
    stream.cgroup(2, in: 1, "docker")
    for step in 0..<records {
      stream.cgroupID = UInt64(other.below(20))
      // Cgroups that come before those above them, are used again, rings of them; facts and mounts of all.
      if other.below(3) == 0 { WorkloadTableTests.forge(&stream, &other) }
      if other.below(8) == 0 { stream.cgroup(UInt64(3 + other.below(12)), in: 2, String(repeating: "\(other.below(9))", count: 64)) }
      let pid = UInt32(1 + random.below(30))
      let parent = UInt32(1 + random.below(30))
      let name = random.element(names)
      switch random.below(14) {
      case 0, 1, 2:
        starts[pid] = UInt64(random.below(3) == 0 ? random.below(40) : step)
        stream.fork(pid, from: parent, start: starts[pid] ?? 0, parentStart: starts[parent] ?? 0, comm: name)
      case 3, 4, 5:
        stream.exec(
          pid, random.element([["sh"], ["ls", "-l", ""], ["x y", "z"], []]), comm: name,
          exe: random.element([nil, "/bin/sh", "/usr/bin/x"]), parent: parent, start: starts[pid] ?? 0,
          parentStart: starts[parent] ?? 0, kind: random.element([.exec, .exec, .task]),
          env: random.element([[], ["A=1", "LD_PRELOAD=/x"]])
        ) { fixed in
          fixed.uid = UInt32(random.below(3))
          fixed.session = UInt32(random.below(30))
          fixed.inode = UInt64(random.below(2))
          fixed.ns_mnt = UInt32(other.below(8))
        }
      case 6, 7, 8: stream.exit(pid, code: 1, start: starts[pid] ?? 0, comm: name)
      case 9:
        var counters = CountersRecord()
        counters.missed = UInt64(step / 50)
        counters.kinds[.exec] = CountersRecord.Counter(produced: UInt64(step + 1), lostRing: UInt64(step / 40))
        stream.add(counters.encoded(timeNanoseconds: 1, pid: 1))
      default: stream.socket(.connect, pid, remote: "10.0.0.1", remotePort: 80, start: starts[pid] ?? 0, comm: name)
      }
    }
    return stream.records.enumerated().map { Numbered(number: UInt64(100_000 + 3 * $0.offset), bytes: $0.element) }
  }

  @Test(arguments: 0..<20)
  func anyStreamMayStartAnywhere(_ seed: Int) throws {
    var random = Generator(seed: UInt64(seed + 1))
    let records = stream(&random, seed: seed, records: 400)
    let processes = random.element([1000, 30, 12])
    var losses = 0
    for _ in 0..<3 {
      let (whole, rest) = try alerts(records, from: 1 + random.below(records.count - 1), processes: processes)
      #expect(rest == whole)
      losses += whole.count { $0.rule == LossWatch.rule }
    }
    #expect(losses > 0)
  }

  /// A snapshot of what a snapshot made is the same.
  @Test func itIsWholeAndStable() throws {
    var random = Generator(seed: 7)
    var engine = Engine(policy: try #require(Self.all), processes: 1000)
    for record in stream(&random, seed: 1, records: 2000) {
      engine.process(try Record(number: record.number, bytes: record.bytes.span.bytes)) { _ in }
    }
    var again = Engine(policy: try #require(Self.all), processes: 1000)
    var first: [[UInt8]] = []
    #expect(engine.snapshot(before: 1_000_000) { record in
      first.append(record.bytes.withUnsafeBytes { Array($0) })
      again.process(record) { _ in }
    })
    var second: [[UInt8]] = []
    #expect(again.snapshot(before: 1_000_000) { second.append($0.bytes.withUnsafeBytes { Array($0) }) })
    let (one, two) = (Set(first), Set(second))
    let differing = try one.symmetricDifference(two).map { RecordLine().text(try Record(number: 1, bytes: $0.span.bytes)) }
    #expect(differing.isEmpty && first.count == second.count && first.count > 40, "\(differing)")
  }

  @Test func aStreamWhoseNumbersBeginTooLowIsRefused() throws {
    var engine = Engine(policy: try #require(Self.all))
    let opening = TestStream().records[0]
    engine.process(try Record(number: 1, bytes: opening.span.bytes)) { _ in }
    var given = 0
    let tooLow = engine.snapshot(before: 1) { _ in given += 1 }
    #expect(!tooLow && given == 0)
    #expect(engine.snapshot(before: 2) { _ in given += 1 })
    #expect(given == 2)
  }

  /// What a forged stream tells can't make a ring of ancestors, nor a trap.
  @Test func forgedProcessesDoNoHarm() throws {
    var random = Generator(seed: 3)
    var engine = Engine(policy: try #require(Self.all), processes: 16)
    for number in 0..<5000 {
      var known = sv_known()
      known.header.pid = UInt32(random.below(8))
      known.header.start_ns = UInt64(random.below(3))
      known.parent_pid = UInt32(random.below(8))
      known.parent_start_ns = UInt64(random.below(3))
      known.image_pid = UInt32(random.below(8))
      known.image_start_ns = UInt64(random.below(3))
      known.flags = UInt32(random.below(8))
      known.session = UInt32(random.below(8))
      var bytes = try #require(RecordBuilder(known).finish(kind: .known))
      if random.below(4) == 0 {
        var stream = TestStream(opened: false)
        stream.socket(.connect, known.header.pid, remote: "10.0.0.1", remotePort: 1, start: known.header.start_ns)
        bytes = stream.records[0]
      }
      engine.process(try Record(number: UInt64(1000 + number), bytes: bytes.span.bytes)) { _ in }
      if number % 500 == 0 { #expect(engine.snapshot(before: UInt64(1000 + number)) { _ in }) }
    }
  }
}
