internal import CEvents

/// Several parts of one stream as one, by the records' numbers. Its memory is constant, a reader's for each part.
package struct StreamMerge: ~Copyable {
  /// Why parts don't belong together.
  package struct Conflict: Equatable, Sendable {
    package enum Reason: Equatable, Sendable {
      /// Made on another node, or in another boot.
      case otherStream(String, String)
      /// The same number, but not the same record.
      case otherRecord(UInt64)
    }

    package let one: String
    package let other: String
    package let reason: Reason
  }

  private var parts: [StreamPart] = []
  package private(set) var conflict: Conflict?

  package init() {}

  /// By name.
  package var summaries: [(name: String, TraceSummary)] { parts.map { ($0.name, $0.summary) } }

  /// Opens a part; it is read twice, now up to where its context ends.
  package mutating func add(path: String) throws(TraceError) {
    let part = try StreamPart(path: path)
    if let stream = part.stream, let other = parts.first(where: { $0.stream != nil }), let first = other.stream,
      first != stream, conflict == nil
    {
      conflict = Conflict(one: other.name, other: part.name, reason: .otherStream(first, stream))
    }
    parts.append(part)
  }

  /// Gives each record, with how many were lost just before it, until `body` returns false or parts don't agree.
  package mutating func forEach(_ body: (borrowing Record, _ lostBefore: UInt64) -> Bool) {
    guard conflict == nil else { return }
    for part in parts { part.advance() }
    while let next = parts.filter({ !$0.isEnded }).min(by: { $0.number < $1.number }) {
      if next.isInContext, isToldElsewhere(next) {
        next.skipContext()
        continue
      }
      for other in parts where other !== next && !other.isEnded && other.number == next.number {
        // What only stood in front of another part gives way to the stream itself.
        if other.isInContext {
          other.skipContext()
        } else if other.isSame(as: next) {
          other.advance()
        } else {
          conflict = Conflict(one: next.name, other: other.name, reason: .otherRecord(next.number))
          return
        }
      }
      guard next.give(body) else { return }
      next.advance()
    }
  }

  /// Another part, that has begun, goes on through this one's context.
  private func isToldElsewhere(_ part: StreamPart) -> Bool {
    parts.contains { $0 !== part && $0.hasBegun && !$0.isEnded }
  }
}
