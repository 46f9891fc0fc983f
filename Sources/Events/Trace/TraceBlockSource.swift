/// The records of a trace's blocks, as one of the things that a reader may read.
///
/// A class holds it as a whole: each access to a property of a class is checked while the program runs, and a record
/// would take a dozen.
final class TraceBlockSource {
  private var walk: TraceBlockWalk

  init(_ blocks: consuming TraceBlockReader) { walk = TraceBlockWalk(blocks) }

  var lostBeforeRecord: UInt64 { walk.lostBeforeRecord }
  var summary: TraceSummary { walk.summary }
  var sizeBytes: UInt64? { walk.sizeBytes }
  var readBytes: UInt64 { walk.readBytes }

  /// See ``TraceBlockWalk/next(lostBefore:)``.
  func next(lostBefore: inout UInt64) throws(TraceError) -> TraceBlockCursor.Entry? {
    try walk.next(lostBefore: &lostBefore)
  }

  /// See ``TraceBlockWalk/skip(_:)``.
  func skip(_ isBefore: (TraceRange) -> Bool) -> Bool { walk.skip(isBefore) }
}
