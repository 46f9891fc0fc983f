internal import Events

/// What is in a trace, for people and programs.
struct TraceInfoReport: Encodable {
  struct Stream: Encodable {
    let node: String
    let boot: String
    let kernel: String
    let selvage: String
  }

  struct Damage: Encodable {
    let errors: [String]
    let errorCount: UInt64
    let malformedRecords: UInt64
    let truncatedBytes: UInt64
    let unreadBytes: UInt64
  }

  let file: String
  let format: String
  let streams: [Stream]
  let records: UInt64
  let firstRecord: UInt64?
  let lastRecord: UInt64?
  let start: String?
  let end: String?
  let seconds: Double?
  let kinds: [String: UInt64]
  /// By the sensors, by kind.
  let lost: [String: UInt64]
  /// By the writer, as the disk was too slow.
  let lostByWriter: UInt64
  let timesBackwards: UInt64
  let damage: Damage
  let isWhole: Bool
  let processes: [String]
  private let processesLeftOut: UInt64

  init(
    _ file: String, format: String, _ statistics: StreamStatistics, _ summary: TraceSummary, _ outline: ProcessOutline,
    processes: Int
  ) {
    self.file = file
    self.format = format
    streams = statistics.streams.map {
      Stream(node: $0.node, boot: $0.bootID, kernel: $0.kernel, selvage: $0.version)
    }
    records = statistics.records
    firstRecord = statistics.numbers?.lowerBound
    lastRecord = statistics.numbers?.upperBound
    start = statistics.wallTimes.map { CivilTime(nanosecondsSince1970: $0.lowerBound).formatted() }
    end = statistics.wallTimes.map { CivilTime(nanosecondsSince1970: $0.upperBound).formatted() }
    seconds = statistics.wallTimes.map { Double($0.upperBound &- $0.lowerBound) / 1e9 }
    var kinds: [String: UInt64] = [:]
    for (number, count) in statistics.kinds { kinds[EventKind(rawValue: number)?.name ?? "kind-\(number)"] = count }
    self.kinds = kinds
    var lost: [String: UInt64] = [:]
    for (kind, count) in statistics.lost { lost[kind.name] = count }
    if statistics.missed > 0 { lost["missed"] = statistics.missed }
    if statistics.malformed > 0 { lost["malformed"] = statistics.malformed }
    self.lost = lost
    lostByWriter = summary.lostRecords
    timesBackwards = statistics.backwards
    damage = Damage(
      errors: summary.errors.map(\.description), errorCount: summary.errorCount,
      malformedRecords: summary.malformedRecords, truncatedBytes: summary.truncatedBytes, unreadBytes: summary.unreadBytes)
    isWhole = summary.isWhole
    let (lines, leftOut) = outline.lines(limit: processes)
    self.processes = lines
    processesLeftOut = UInt64(leftOut) + (processes > 0 ? outline.leftOut : 0)
  }

  var text: String {
    var lines = ["\(EscapedText.escaped(file.utf8, limit: 4096)): \(format == "jsonl" ? "lines of JSON" : format), \(records) records"]
    for stream in streams {
      let texts = [stream.node, stream.boot, stream.kernel, stream.selvage].map { EscapedText.escaped($0.utf8, limit: 255) }
      lines.append("  node \(texts[0]), boot \(texts[1]), kernel \(texts[2]), selvage \(texts[3])")
    }
    if let start, let end, let seconds { lines.append("  \(start) to \(end), \(seconds) seconds") }
    if let firstRecord, let lastRecord { lines.append("  records \(firstRecord) to \(lastRecord)") }
    for (kind, count) in kinds.sorted(by: { ($1.value, $0.key) < ($0.value, $1.key) }) {
      lines.append("  \(kind): \(count)")
    }
    if lost.isEmpty {
      lines.append("  the sensors lost nothing")
    } else {
      lines.append("  lost by the sensors: " + lost.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }.joined(separator: ", "))
    }
    if timesBackwards > 0 { lines.append("  time goes back by more than a second \(timesBackwards) times") }
    guard !processes.isEmpty else { return lines.joined(separator: "\n") }
    lines.append("  processes:")
    lines += processes.map { "    \($0)" }
    if processesLeftOut > 0 { lines.append("    and more; --processes shows them") }
    return lines.joined(separator: "\n")
  }
}
