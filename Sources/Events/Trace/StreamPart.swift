internal import CEvents

/// A part of a stream that is being merged: its next record, and where the context ends that only stands in front of it.
final class StreamPart {
  let name: String
  /// Of which stream, for people; nil: it doesn't say.
  private(set) var stream: String?
  private var reader: TraceReader
  /// The last record of its context; nil: it has none, as it begins where the stream does.
  private var contextEnd: UInt64?

  private(set) var number: UInt64 = 0
  private(set) var isEnded = false
  /// Some record of it was given.
  private(set) var hasBegun = false
  private var bytes: [UInt8] = []
  private var lostBefore: UInt64 = 0

  init(path: String) throws(TraceError) {
    name = path
    var first = try TraceReader(path: path)
    var last: UInt64?
    var isContinuation = false
    read: while let record = try? first.next() {
      switch record.kind {
      case .stream:
        if stream == nil, let said = try? StreamRecord(record) { stream = "node \(said.node), boot \(said.bootID)" }
      case .task, .cgroup, .cgroupEnd, .facts, .mounts: break
      case .known: isContinuation = true
      case .counters:
        guard let counters = try? CountersRecord(record), counters.isTold else { break read }
        // The last of it: cgroups that are told behind it are of the part itself.
        isContinuation = true
        last = record.number
        break read
      default: break read
      }
      last = record.number
    }
    contextEnd = isContinuation ? last : nil
    reader = try TraceReader(path: path)
  }

  var summary: TraceSummary { reader.summary }

  /// The next record only tells what was known before the part.
  var isInContext: Bool { !isEnded && contextEnd.map { number <= $0 } ?? false }

  /// Goes to the next record, over damage.
  func advance() {
    while true {
      do throws(TraceError) {
        let isThere = try reader.withNext { record, lost in
          number = record.number
          lostBefore = lost
          bytes.removeAll(keepingCapacity: true)
          record.bytes.withUnsafeBytes { bytes.append(contentsOf: $0) }
        }
        isEnded = !isThere
        return
      } catch {}  // it is in the summary
    }
  }

  func skipContext() {
    while isInContext { advance() }
  }

  func isSame(as other: StreamPart) -> Bool { bytes == other.bytes }

  func give(_ body: (borrowing Record, _ lostBefore: UInt64) -> Bool) -> Bool {
    let bytes = bytes
    // The reader has checked it: this does not throw.
    guard let record = try? Record(number: number, bytes: bytes.span.bytes) else { return true }
    hasBegun = true
    return body(record, lostBefore)
  }
}
