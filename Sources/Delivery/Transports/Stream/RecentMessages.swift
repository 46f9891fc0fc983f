/// What was written to a stream last. Its receiver's kernel has it, which tells nothing of the receiver: when the
/// connection is lost, it is sent again.
struct RecentMessages {
  private struct Entry {
    let message: [UInt8]
    let written: MonotonicTime
  }

  private let limitBytes: Int
  private let milliseconds: Int
  private var entries: [Entry] = []
  /// Entries before it are forgotten.
  private var first = 0
  private var bytes = 0

  init(limitBytes: Int, milliseconds: Int) {
    self.limitBytes = limitBytes
    self.milliseconds = milliseconds
  }

  /// In the order of their writing.
  var messages: [[UInt8]] { entries[first...].map(\.message) }

  mutating func append(_ message: [UInt8], at now: MonotonicTime) {
    entries.append(Entry(message: message, written: now))
    bytes += message.count
    while bytes > limitBytes { forgetFirst() }
    forget(at: now)
  }

  /// What was written too long ago for the receiver not to have read it.
  mutating func forget(at now: MonotonicTime) {
    while first < entries.count, entries[first].written.adding(milliseconds: milliseconds) < now { forgetFirst() }
    // Not each time: what follows would move.
    if first > 1024, first * 2 > entries.count {
      entries.removeFirst(first)
      first = 0
    }
  }

  mutating func removeAll() { self = RecentMessages(limitBytes: limitBytes, milliseconds: milliseconds) }

  private mutating func forgetFirst() {
    bytes -= entries[first].message.count
    first += 1
  }
}
