/// The records that a capture of Falco or sysdig (.scap, plain or gzip) is worth, made in bounded memory.
///
/// What records can't carry is counted in ``counts``; what is damaged in ``summary``, as a trace's.
final class ScapSource {
  private var blocks: ScapBlocks
  private var importer = ScapImporter()
  private var number: UInt64 = 0
  private var isFinished = false
  /// Of the list that is being read.
  private var list: List?
  /// The header of another section is at hand.
  private var sectionWaits = false
  private(set) var summary = TraceSummary()

  private enum List {
    case processes(version: Int)
    case files(thread: UInt64, isSized: Bool)
  }

  var counts: ScapCounts { importer.counts }

  /// Whether a file that begins so may be a capture. A packet capture begins alike, and so does any gzip file.
  static func looksAlike(_ start: some Collection<UInt8>) -> Bool {
    start.starts(with: ScapFormat.magic) || start.starts(with: ScapFormat.gzipMagic)
  }

  /// - Parameter file: its ``TraceFile/ahead`` has its first bytes.
  /// - Throws: ``TraceError`` if it is no capture that this version reads.
  init(_ file: consuming TraceFile) throws(TraceError) {
    blocks = try Self.opened(file)
    start()
    importer.counts.isCompressed = blocks.isCompressed
  }

  /// Reads the first block.
  private static func opened(_ file: consuming TraceFile) throws(TraceError) -> ScapBlocks {
    let name = file.name
    do throws(TraceError.Reason) {
      var blocks: ScapBlocks
      do { blocks = ScapBlocks(try ScapInput(file)) } catch { throw .scap(error) }
      guard try blocks.next() == .section else { throw blocks.isCompressed ? .scap(.notACapture) : .notATrace }
      guard try blocks.readSection(), try blocks.finish() else { throw .headerCutOff(Int(clamping: blocks.offset)) }
      return blocks
    } catch {
      throw TraceError(file: name, offset: 0, error)
    }
  }

  private func start() { importer.start(major: blocks.version.major, minor: blocks.version.minor) }

  /// The next record, valid until the next call; nil at the end. Throws for damage, and goes on behind it when called
  /// again.
  func next() throws(TraceError) -> TraceBlockCursor.Entry? {
    while true {
      if importer.isOpen, let bytes = importer.records.take() {
        number &+= 1
        summary.records &+= 1
        return TraceBlockCursor.Entry(number: number, bytes: bytes, isMalformed: false)
      }
      guard !isFinished else { return nil }
      do throws(TraceError.Reason) { try advance() } catch { throw noted(error) }
    }
  }

  // MARK: - Blocks

  /// Reads one block, or one entry of a list.
  private func advance() throws(TraceError.Reason) {
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

  private func finish() {
    isFinished = true
    summary.truncatedBytes = blocks.truncatedBytes
    importer.finish()
    summary.malformedRecords = importer.counts.malformed
  }

  private func readBlock() throws(TraceError.Reason) {
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

  private func readEntry(_ list: List) throws(TraceError.Reason) {
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

  private func noted(_ reason: TraceError.Reason) -> TraceError {
    let error = TraceError(file: blocks.name, offset: blocks.blockOffset, reason)
    summary.note(error)
    return error
  }
}
