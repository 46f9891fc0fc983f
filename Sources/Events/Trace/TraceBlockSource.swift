/// The records of a trace's blocks.
final class TraceBlockSource {
  private var blocks: TraceBlockReader
  private var cursor: TraceBlockCursor?
  private var lastNumber: UInt64?
  private var lostPending: UInt64 = 0

  /// Records that the writer dropped between the record last delivered and the one before it. Normally 0.
  private(set) var lostBeforeRecord: UInt64 = 0
  var summary: TraceSummary { blocks.summary }

  init(_ blocks: consuming TraceBlockReader) { self.blocks = blocks }

  /// The next record, valid until the next call; nil at the end. Throws for damage, and goes on behind it when called
  /// again.
  func next() throws(TraceError) -> TraceBlockCursor.Entry? {
    do { return try nextEntry() } catch { throw noted(error) }
  }

  private func nextEntry() throws(TraceError.Reason) -> TraceBlockCursor.Entry? {
    while true {
      guard cursor != nil else {
        if blocks.isEnded { return nil }
        try openBlock()
        continue
      }
      let entry: TraceBlockCursor.Entry?
      do { entry = try cursor?.next(after: lastNumber) } catch {
        cursor = nil
        throw error
      }
      guard let entry else {
        cursor = nil
        continue
      }
      lastNumber = entry.number
      guard !entry.isMalformed else {
        blocks.summary.malformedRecords &+= 1
        continue
      }
      blocks.summary.records &+= 1
      lostBeforeRecord = lostPending
      lostPending = 0
      return entry
    }
  }

  private func openBlock() throws(TraceError.Reason) {
    var lostBefore: UInt64 = 0
    defer {
      lostPending = TraceSummary.sum(lostPending, lostBefore)
      blocks.summary.lostRecords = TraceSummary.sum(blocks.summary.lostRecords, lostBefore)
    }
    guard let content = try blocks.next(lostBefore: &lostBefore) else { return }
    cursor = try TraceBlockCursor(content)
  }

  private func noted(_ reason: TraceError.Reason) -> TraceError {
    let error = TraceError(file: blocks.name, offset: blocks.blockOffset, reason)
    blocks.summary.note(error)
    return error
  }
}
