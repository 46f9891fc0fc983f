/// Goes through the records of a trace's blocks.
struct TraceBlockWalk: ~Copyable {
  private var blocks: TraceBlockReader
  private var cursor: TraceBlockCursor?
  private var lastNumber: UInt64?
  private var lostPending: UInt64 = 0

  /// Records that the writer dropped between the record last delivered and the one before it. Normally 0.
  private(set) var lostBeforeRecord: UInt64 = 0
  var summary: TraceSummary { blocks.summary }
  var sizeBytes: UInt64? { blocks.sizeBytes }
  var readBytes: UInt64 { blocks.offset }

  init(_ blocks: consuming TraceBlockReader) { self.blocks = blocks }

  /// The next record, valid until the next call; nil at the end. Throws for damage, and goes on behind it when called
  /// again.
  ///
  /// - Parameter lostBefore: set to how many the writer dropped before it.
  mutating func next(lostBefore: inout UInt64) throws(TraceError) -> TraceBlockCursor.Entry? {
    do {
      let entry = try nextEntry()
      lostBefore = lostBeforeRecord
      return entry
    } catch {
      throw noted(error)
    }
  }

  private mutating func nextEntry() throws(TraceError.Reason) -> TraceBlockCursor.Entry? {
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

  private mutating func openBlock() throws(TraceError.Reason) {
    var lostBefore: UInt64 = 0
    defer {
      lostPending = TraceSummary.sum(lostPending, lostBefore)
      blocks.summary.lostRecords = TraceSummary.sum(blocks.summary.lostRecords, lostBefore)
    }
    guard let content = try blocks.next(lostBefore: &lostBefore) else { return }
    cursor = try TraceBlockCursor(content)
  }

  private mutating func noted(_ reason: TraceError.Reason) -> TraceError {
    let error = TraceError(file: blocks.name, offset: blocks.blockOffset, reason)
    blocks.summary.note(error)
    return error
  }

  /// See ``TraceBlockReader/skip(_:)``. What is left of the block at hand is passed over as well.
  mutating func skip(_ isBefore: (TraceRange) -> Bool) -> Bool {
    guard blocks.skip(isBefore) else { return false }
    cursor = nil
    return true
  }
}
