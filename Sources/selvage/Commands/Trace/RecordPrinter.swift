internal import Events
internal import Glibc

/// Writes records to standard output, line by line, through a buffer.
struct RecordPrinter: ~Copyable {
  private let asJSON: Bool
  private var lines = RecordLine()
  private var encoder = JSONLEncoder()
  private var pending: [UInt8] = []
  /// Somebody watches, or nobody reads any more.
  private let isTerminal = isatty(STDOUT_FILENO) == 1
  private var isClosed = false

  private static let pendingBytes = 1 << 16

  init(asJSON: Bool) { self.asJSON = asJSON }

  /// - Returns: false: nobody reads any more.
  mutating func print(_ record: borrowing Record, lostBefore: UInt64, isWanted: Bool) -> Bool {
    lines.note(record)
    if lostBefore > 0 {
      if asJSON {
        encoder.append(lost: lostBefore, to: &pending)
      } else {
        pending.append(contentsOf: "(\(lostBefore) records were lost here)\n".utf8)
      }
    }
    if isWanted {
      if asJSON {
        encoder.append(record, to: &pending)
      } else {
        pending.append(contentsOf: lines.text(record).utf8)
        pending.append(UInt8(ascii: "\n"))
      }
    }
    if pending.count >= Self.pendingBytes || isTerminal { finish() }
    return !isClosed
  }

  mutating func finish() {
    if !pending.isEmpty, !Console.answer(bytes: pending) { isClosed = true }
    pending.removeAll(keepingCapacity: true)
  }
}
