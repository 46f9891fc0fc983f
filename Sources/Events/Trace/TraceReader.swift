/// Reads a trace, of a file or a pipe, in memory of constant size.
///
/// A file that was cut off is read up to its last whole block; the bytes that are left over are counted. A damaged
/// block is told and passed over, as long as its header, which says its length, is whole. After a damaged header
/// nothing is read: to look for the next block would be to search bytes that programs on the node chose, and one of
/// them could have chosen what looks like a block.
package struct TraceReader: ~Copyable {
  private var blocks: TraceBlockReader
  private var cursor: TraceBlockCursor?
  private var lastNumber: UInt64?
  private var lostPending: UInt64 = 0

  /// Records that the writer dropped between the record last delivered and the one before it. Normally 0.
  package private(set) var lostBeforeRecord: UInt64 = 0
  package var summary: TraceSummary { blocks.summary }

  /// - Throws: ``TraceError`` if the file can't be opened or is no trace that this version reads.
  package init(path: String) throws(TraceError) {
    self.init(try TraceBlockReader.open(TraceFile.read(path)))
  }

  /// - Parameters:
  ///   - descriptor: duplicated; the caller's stays open.
  ///   - name: for errors.
  package init(descriptor: Int32, name: String) throws(TraceError) {
    self.init(try TraceBlockReader.open(TraceFile.duplicate(descriptor, name: name)))
  }

  private init(_ blocks: consuming TraceBlockReader) { self.blocks = blocks }

  /// The next record; nil at the end.
  ///
  /// - Throws: ``TraceError`` for damage. Called again, goes on after the damage, or returns nil where that can't be.
  @_lifetime(&self)
  package mutating func next() throws(TraceError) -> Record? {
    let entry: TraceBlockCursor.Entry?
    do { entry = try nextEntry() } catch { throw noted(error) }
    guard let entry else { return nil }
    let bytes = _overrideLifetime(entry.bytes.bytes, mutating: &self)
    // The cursor has checked it: this does not throw.
    do { return try Record(number: entry.number, bytes: bytes) } catch { return nil }
  }

  /// Reads to the end, over damage, which the answer tells.
  @discardableResult
  package mutating func forEach(_ body: (borrowing Record) -> Void) -> TraceSummary {
    while true {
      do {
        guard let record = try next() else { return summary }
        body(record)
      } catch {}  // it is in the summary
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
      lostPending = Self.sum(lostPending, lostBefore)
      blocks.summary.lostRecords = Self.sum(blocks.summary.lostRecords, lostBefore)
    }
    guard let content = try blocks.next(lostBefore: &lostBefore) else { return }
    cursor = try TraceBlockCursor(content)
  }

  private mutating func noted(_ reason: TraceError.Reason) -> TraceError {
    let error = TraceError(file: blocks.name, offset: blocks.blockOffset, reason)
    blocks.summary.errorCount &+= 1
    if blocks.summary.errors.count < TraceSummary.maximumErrors { blocks.summary.errors.append(error) }
    return error
  }

  /// A file may claim any number: no overflow.
  private static func sum(_ one: UInt64, _ other: UInt64) -> UInt64 {
    let (sum, overflow) = one.addingReportingOverflow(other)
    return overflow ? .max : sum
  }
}
