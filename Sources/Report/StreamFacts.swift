import CEvents
import Events

/// What a trace tells of itself: where and when it was made, and what is not in it.
struct StreamFacts {
  /// Of each stream in the trace that tells something else, the first few.
  private(set) var nodes: [String] = []
  private(set) var kernels: [String] = []
  private(set) var versions: [String] = []
  private(set) var streams: UInt64 = 0
  /// Wall clock of the first and the last record, nanoseconds since 1970; nil: there is none.
  private(set) var span: ClosedRange<Int64>?
  /// Records by kind, and of kinds that this version does not know.
  private(set) var kinds: [EventKind: UInt64] = [:]
  private(set) var unknown: UInt64 = 0
  /// Events that the sensors lost, as the streams' last counters tell.
  var lost: UInt64 { earlierLost &+ lostOfStream }
  private var earlierLost: UInt64 = 0
  private var lostOfStream: UInt64 = 0
  private var lostBefore: UInt64 = 0
  private var offsetNanoseconds: Int64 = 0

  private static let limit = 4

  /// - Returns: wall clock of the record, nanoseconds since 1970.
  mutating func take(_ record: borrowing Record) -> Int64 {
    if let kind = record.kind { kinds[kind, default: 0] &+= 1 } else { unknown &+= 1 }
    if let stream = try? StreamRecord(record) {
      streams &+= 1
      offsetNanoseconds = stream.clockOffsetNanoseconds
      earlierLost &+= lostOfStream
      lostOfStream = 0
      lostBefore = 0
      Self.add(stream.node, to: &nodes)
      Self.add(stream.kernel, to: &kernels)
      Self.add(stream.version, to: &versions)
    }
    if let counters = try? CountersRecord(record) {
      let lost = counters.lost &+ counters.malformed
      // A stream that starts in the middle: these are not of its time.
      if counters.isTold { lostBefore = lost }
      lostOfStream = lost > lostBefore ? lost &- lostBefore : 0
    }
    let time = Int64(bitPattern: record.header.time_ns) &+ offsetNanoseconds
    span = min(time, span?.lowerBound ?? time)...max(time, span?.upperBound ?? time)
    return time
  }

  private static func add(_ text: String, to list: inout [String]) {
    let text = EscapedText.escaped(text.utf8, limit: 255)
    if list.count < limit, !text.isEmpty, !list.contains(text) { list.append(text) }
  }
}
