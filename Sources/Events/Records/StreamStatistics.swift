internal import CEvents

/// What a stream of records holds, counted.
package struct StreamStatistics {
  /// Of the stream records, in their order; the first of them.
  package private(set) var streams: [StreamRecord] = []
  package private(set) var records: UInt64 = 0
  package private(set) var numbers: ClosedRange<UInt64>?
  /// Nanoseconds of CLOCK_BOOTTIME.
  package private(set) var times: ClosedRange<UInt64>?
  /// Wall-clock, nanoseconds since 1970, by each stream's own anchor.
  package private(set) var wallTimes: ClosedRange<Int64>?
  /// By number of the kind.
  package private(set) var kinds: [UInt16: UInt64] = [:]
  /// Of the records, with their number's 8 bytes in a trace.
  package private(set) var recordBytes: UInt64 = 0
  /// Records that the sensors say were lost, by kind; and kernel records that could not be decoded.
  package private(set) var lost: [EventKind: UInt64] = [:]
  package private(set) var missed: UInt64 = 0
  package private(set) var malformed: UInt64 = 0
  /// Times that went back, by more than two CPUs could differ.
  package private(set) var backwards: UInt64 = 0

  private var lastNanoseconds: UInt64 = 0
  private var lastCounters = CountersRecord()

  private static let maximumStreams = 16
  private static let backwardsNanoseconds: UInt64 = 1_000_000_000

  package init() {}

  package mutating func note(_ record: borrowing Record) {
    let header = record.header
    records &+= 1
    recordBytes &+= UInt64(record.bytes.byteCount)
    kinds[header.kind, default: 0] &+= 1
    if let stream = try? StreamRecord(record) {
      if streams.count < Self.maximumStreams { streams.append(stream) }
      clockOffset = stream.clockOffsetNanoseconds
      lastCounters = CountersRecord()
    }
    if let counters = try? CountersRecord(record) { add(counters) }
    numbers = Self.widened(numbers, record.number)
    times = Self.widened(times, header.time_ns)
    wallTimes = Self.widened(wallTimes, Int64(bitPattern: header.time_ns) &+ clockOffset)
    if lastNanoseconds > header.time_ns, lastNanoseconds - header.time_ns > Self.backwardsNanoseconds { backwards &+= 1 }
    lastNanoseconds = header.time_ns
  }

  private var clockOffset: Int64 = 0

  /// Counters grow along a stream: what was added since the last.
  private mutating func add(_ counters: CountersRecord) {
    for (kind, counter) in counters.kinds {
      let before = lastCounters.kinds[kind]?.lost ?? 0
      if counter.lost > before { lost[kind, default: 0] &+= counter.lost - before }
    }
    if counters.missed > lastCounters.missed { missed &+= counters.missed - lastCounters.missed }
    if counters.malformed > lastCounters.malformed { malformed &+= counters.malformed - lastCounters.malformed }
    lastCounters = counters
  }

  private static func widened<Bound>(_ range: ClosedRange<Bound>?, _ value: Bound) -> ClosedRange<Bound> {
    guard let range else { return value...value }
    return min(range.lowerBound, value)...max(range.upperBound, value)
  }
}
