/// Reads a stream of records, of a file or a pipe, in bounded memory: a trace, lines of JSON, or a capture of Falco or
/// sysdig, whichever the bytes are.
///
/// A trace that was cut off is read up to its last whole block; the bytes that are left over are counted. A damaged
/// block is told and passed over, as long as its header, which says its length, is whole. After a damaged header
/// nothing is read: to look for the next block would be to search bytes that programs on the node chose, and one of
/// them could have chosen what looks like a block. A line of JSON that is wrong is told and passed over.
package struct TraceReader: ~Copyable {
  private enum Source {
    case blocks(TraceBlockSource)
    case lines(JSONLSource)
    case capture(ScapSource)
  }

  private let source: Source

  /// Records that the writer dropped between the record last delivered and the one before it. Normally 0.
  package var lostBeforeRecord: UInt64 {
    switch source {
    case .blocks(let blocks): blocks.lostBeforeRecord
    case .lines(let lines): lines.lostBeforeRecord
    case .capture: 0
    }
  }

  package var summary: TraceSummary {
    switch source {
    case .blocks(let blocks): blocks.summary
    case .lines(let lines): lines.summary
    case .capture(let capture): capture.summary
    }
  }

  /// Lines of JSON, not a trace.
  package var isJSONL: Bool {
    if case .lines = source { true } else { false }
  }

  /// nil: of a pipe or device.
  package var sizeBytes: UInt64? {
    switch source {
    case .blocks(let blocks): blocks.sizeBytes
    case .lines(let lines): lines.sizeBytes
    case .capture(let capture): capture.sizeBytes
    }
  }

  /// Bytes of the file up to what is read next.
  package var readBytes: UInt64 {
    switch source {
    case .blocks(let blocks): blocks.readBytes
    case .lines(let lines): lines.readBytes
    case .capture(let capture): capture.readBytes
    }
  }

  /// What was made of a capture so far; nil: it is none.
  package var capture: ScapCounts? {
    if case .capture(let capture) = source { capture.counts } else { nil }
  }

  /// - Throws: ``TraceError`` if the file can't be opened or is nothing that this version reads.
  package init(path: String) throws(TraceError) {
    source = try Self.source(TraceFile.read(path))
  }

  /// - Parameters:
  ///   - descriptor: duplicated; the caller's stays open.
  ///   - name: for errors.
  package init(descriptor: Int32, name: String) throws(TraceError) {
    source = try Self.source(TraceFile.duplicate(descriptor, name: name))
  }

  /// - Parameters:
  ///   - bytes: a whole trace, lines of JSON, or a capture.
  ///   - name: for errors.
  ///   - line: where lines of JSON begin in what `name` names.
  package init(bytes: [UInt8], name: String, line: Int = 1) throws(TraceError) {
    source = try Self.source(TraceFile.memory(bytes, name: name), line: line)
  }

  private static func source(_ file: consuming TraceFile, line: Int = 1) throws(TraceError) -> Source {
    try file.lookAhead(TraceFormat.magic.count)
    // Its first bytes are line ends, so this is asked first.
    if ScapSource.looksAlike(file.ahead) { return .capture(try ScapSource(file)) }
    if JSONLSource.looksAlike(file.ahead) { return .lines(JSONLSource(file, firstLine: line)) }
    return .blocks(TraceBlockSource(try TraceBlockReader.open(file)))
  }

  /// The next record; nil at the end.
  ///
  /// - Throws: ``TraceError`` for damage. Called again, goes on after the damage, or returns nil where that can't be.
  @_lifetime(&self)
  package mutating func next() throws(TraceError) -> Record? {
    var lost: UInt64 = 0
    return try next(lostBefore: &lost)
  }

  /// As ``next()``.
  ///
  /// - Parameter lostBefore: set to how many records the writer dropped before this one.
  @_lifetime(&self)
  package mutating func next(lostBefore: inout UInt64) throws(TraceError) -> Record? {
    let entry =
      switch source {
      case .blocks(let blocks): try blocks.next(lostBefore: &lostBefore)
      case .lines(let lines): try lines.next()
      case .capture(let capture): try capture.next()
      }
    guard let entry else { return nil }
    switch source {
    case .blocks: break
    case .lines(let lines): lostBefore = lines.lostBeforeRecord
    case .capture: lostBefore = 0
    }
    let bytes = _overrideLifetime(entry.bytes.bytes, mutating: &self)
    // The source has checked it: this does not throw.
    do { return try Record(number: entry.number, bytes: bytes) } catch { return nil }
  }

  /// As ``next(lostBefore:)``, for those who can't hold a record that depends on them.
  /// - Returns: false: at the end.
  mutating func withNext(_ body: (borrowing Record, _ lostBefore: UInt64) -> Void) throws(TraceError) -> Bool {
    var lost: UInt64 = 0
    guard let record = try next(lostBefore: &lost) else { return false }
    body(record, lost)
    return true
  }

  /// Passes over what comes before the first record of that number or time, as far as the file has an index that tells
  /// where to go on: whole blocks, so that earlier records may still come. Losses in what is passed over are not told.
  ///
  /// - Parameters:
  ///   - number: of a record.
  ///   - timeNanoseconds: CLOCK_BOOTTIME.
  /// - Returns: false: nothing was passed over.
  package mutating func skip(toNumber number: UInt64 = 0, timeNanoseconds: UInt64 = 0) -> Bool {
    guard case .blocks(let blocks) = source else { return false }
    return blocks.skip { $0.lastNumber < number || $0.latestNanoseconds < timeNanoseconds }
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
}
