/// Reads a capture of Falco or sysdig (.scap, plain or gzip) as the records that it is worth, one after another, in
/// bounded memory. Used by one thread.
///
/// What records can't carry is counted in ``counts``; what is damaged in ``summary``, as a trace's.
package struct ScapReader: ~Copyable {
  private var blocks: ScapBlocks
  private var importer = ScapImporter()
  private var number: UInt64 = 0
  private var isFinished = false
  /// Of the list that is being read.
  private var list: List?
  /// The header of another section is at hand.
  private var sectionWaits = false
  package private(set) var summary = TraceSummary()

  private enum List {
    case processes(version: Int)
    case files(thread: UInt64, isSized: Bool)
  }

  package var counts: ScapCounts { importer.counts }

  /// Bytes that ``recognizes(_:)`` wants to see.
  package static let prefixBytes = 4

  /// Whether a file that begins so may be a capture. A packet capture begins alike, and any gzip file.
  package static func recognizes(_ prefix: [UInt8]) -> Bool {
    prefix.starts(with: ScapFormat.magic) || prefix.starts(with: ScapFormat.gzipMagic)
  }

  /// - Throws: ``TraceError`` if the file can't be opened or is no capture that this version reads.
  package init(path: String) throws(TraceError) { try self.init(TraceFile.read(path), prefix: nil) }

  /// - Parameters:
  ///   - descriptor: duplicated; the caller's stays open.
  ///   - name: for errors.
  package init(descriptor: Int32, name: String) throws(TraceError) {
    try self.init(TraceFile.duplicate(descriptor, name: name), prefix: nil)
  }

  /// - Parameter prefix: what was read of the file already; nil: nothing.
  init(_ file: consuming TraceFile, prefix: [UInt8]?) throws(TraceError) {
    blocks = try Self.opened(file, prefix)
    start()
    importer.counts.isCompressed = blocks.isCompressed
  }

  /// Reads the first block.
  private static func opened(_ file: consuming TraceFile, _ prefix: [UInt8]?) throws(TraceError) -> ScapBlocks {
    let name = file.name
    do throws(TraceError.Reason) {
      let start: [UInt8]
      if let prefix { start = prefix } else { start = try Self.prefix(of: file) }
      var blocks: ScapBlocks
      do { blocks = ScapBlocks(try ScapInput(file, prefix: start)) } catch { throw .scap(error) }
      guard try blocks.next() == .section else { throw blocks.isCompressed ? .scap(.notACapture) : .notATrace }
      guard try blocks.readSection(), try blocks.finish() else { throw .headerCutOff(Int(clamping: blocks.offset)) }
      return blocks
    } catch {
      throw TraceError(file: name, offset: 0, error)
    }
  }

  private mutating func start() { importer.start(major: blocks.version.major, minor: blocks.version.minor) }

  private static func prefix(of file: borrowing TraceFile) throws(TraceError.Reason) -> [UInt8] {
    let buffer = TraceBuffer(byteCount: prefixBytes)
    let count: Int
    do { count = try file.read(into: buffer.bytes) } catch { throw error.reason }
    if count == 0 { throw .empty }
    return Array(buffer.bytes[..<count])
  }

  /// The next record; nil at the end.
  ///
  /// - Throws: ``TraceError`` for damage. Called again, goes on after the damage, or returns nil where that can't be.
  @_lifetime(&self)
  package mutating func next() throws(TraceError) -> Record? {
    while true {
      if importer.isOpen, let waiting = importer.records.take() {
        number &+= 1
        summary.records &+= 1
        let number = number
        let bytes = _overrideLifetime(waiting.bytes, mutating: &self)
        // It was built here: this does not throw.
        do { return try Record(number: number, bytes: bytes) } catch { return nil }
      }
      guard !isFinished else { return nil }
      do throws(TraceError.Reason) { try advance() } catch { throw noted(error) }
    }
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

  // MARK: - Blocks

  /// Reads one block, or one entry of a list.
  private mutating func advance() throws(TraceError.Reason) {
    do throws(TraceError.Reason) {
      if sectionWaits {
        sectionWaits = false
        if try blocks.readSection() { start() }
        if !blocks.isEnded { _ = try blocks.finish() }
      } else if let list {
        try readEntry(list)
      } else if !blocks.isEnded {
        try readBlock()
      }
    } catch {
      list = nil
      if case .scap(.content) = error {
        // The block's own length still holds.
        if !blocks.isEnded { _ = try blocks.finish() }
      } else {
        blocks.end()
      }
      throw error
    }
    if blocks.isEnded { finish() }
  }

  private mutating func finish() {
    isFinished = true
    summary.truncatedBytes = blocks.truncatedBytes
    importer.finish()
    summary.malformedRecords = importer.counts.malformed
  }

  private mutating func readBlock() throws(TraceError.Reason) {
    guard let block = try blocks.next() else { return }
    summary.blocks &+= 1
    switch block {
    case .section:
      // What came before is taken first.
      importer.openWithoutEvent()
      sectionWaits = true
      return
    case .machine:
      if let content = try blocks.content() { importer.take(machine: content) }
      return
    case .processes(let version): return list = .processes(version: version)
    case .files(let isSized):
      guard let thread = try blocks.number(UInt64.self, of: "a list of open files") else { return }
      return list = .files(thread: thread, isSized: isSized)
    case .event(let kind):
      // Ones that don't fit are of what plugins tell: their start says so.
      if let content = try blocks.content() { importer.take(event: content, kind) }
      return
    case .packets: throw .scap(.packets)
    case .other: break
    }
    _ = try blocks.finish()
  }

  private mutating func readEntry(_ list: List) throws(TraceError.Reason) {
    // Up to three bytes of padding may follow the last entry.
    guard blocks.left >= 4 else {
      self.list = nil
      _ = try blocks.finish()
      return
    }
    switch list {
    case .processes(let version):
      guard let entry = try ScapProcessEntry.read(&blocks, version: version) else { return self.list = nil }
      importer.take(listed: entry)
    case .files(let thread, let isSized):
      guard let entry = try ScapFileEntry.read(&blocks, isSized: isSized) else { return self.list = nil }
      importer.take(open: entry, ofThread: thread)
    }
  }

  private mutating func noted(_ reason: TraceError.Reason) -> TraceError {
    let error = TraceError(file: blocks.name, offset: blocks.blockOffset, reason)
    summary.errorCount &+= 1
    if summary.errors.count < TraceSummary.maximumErrors { summary.errors.append(error) }
    return error
  }
}
