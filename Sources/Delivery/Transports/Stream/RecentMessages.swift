/// What was written to streams last. The receiver's kernel has it, which tells nothing of the receiver: when the
/// connection is lost, it is sent again, to that receiver or to the next. One thread's.
final class RecentMessages {
  private struct Entry {
    var message: [UInt8]
    let written: MonotonicTime
  }

  private let options: StreamOptions
  private var entries: [Entry] = []
  /// Entries before it are forgotten.
  private var first = 0
  private var bytes = 0

  init(_ options: StreamOptions) { self.options = options }

  var isEmpty: Bool { first == entries.count }

  /// In the order of their writing.
  var messages: [[UInt8]] { entries[first...].map(\.message) }

  func append(_ message: [UInt8], at now: MonotonicTime) {
    entries.append(Entry(message: message, written: now))
    bytes += message.count
    while bytes > options.resentBytes { forgetFirst() }
    forget(at: now)
  }

  /// What was written too long ago for the receiver not to have read it.
  func forget(at now: MonotonicTime) {
    while first < entries.count, entries[first].written.adding(milliseconds: options.resentMilliseconds) < now {
      forgetFirst()
    }
    // Not each time: what follows would move.
    if first > 1024, first * 2 > entries.count {
      entries.removeFirst(first)
      first = 0
    }
  }

  func removeAll() { (entries, first, bytes) = ([], 0, 0) }

  private func forgetFirst() {
    bytes -= entries[first].message.count
    entries[first].message = []
    first += 1
  }
}
