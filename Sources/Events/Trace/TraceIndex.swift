/// Where a trace's blocks are, and what numbers and times they hold: it stands at the file's end, so that one who looks
/// for a time need not read what comes before. Its memory is bounded: when it is full, neighbours become one entry.
struct TraceIndex {
  struct Entry: Equatable {
    /// Of the first block's header, from the file's start.
    var offset: UInt64
    /// Of all blocks from there to the next entry's.
    var range: TraceRange
  }

  private(set) var entries: [Entry] = []
  /// Of the next block.
  private var offset = UInt64(TraceFileHeader.byteCount)
  /// Blocks that an entry covers, once the index was full.
  private var blocksPerEntry = 1
  private var blocksInLast = 0

  static let kind: UInt16 = 2
  static let entryBytes = 48
  static let headerBytes = 8
  static let maximumEntries = 16_384
  /// "SVINDEX\n", the file's last bytes.
  static let trailerMagic: UInt64 = 0x0A58_4544_4E49_5653
  /// The index block's offset, and the magic.
  static let trailerBytes = 16

  /// Notes a block that was written.
  mutating func add(_ range: TraceRange, byteCount: Int) {
    defer { offset &+= UInt64(byteCount) }
    guard range.count > 0 else { return }
    if blocksInLast < blocksPerEntry, let last = entries.indices.last {
      entries[last].range.extend(by: range)
      blocksInLast += 1
      return
    }
    if entries.count == Self.maximumEntries { coarsen() }
    entries.append(Entry(offset: offset, range: range))
    blocksInLast = 1
  }

  private mutating func coarsen() {
    var fewer: [Entry] = []
    fewer.reserveCapacity(Self.maximumEntries)
    for index in stride(from: 0, to: entries.count, by: 2) {
      var entry = entries[index]
      if index + 1 < entries.count { entry.range.extend(by: entries[index + 1].range) }
      fewer.append(entry)
    }
    entries = fewer
    blocksPerEntry *= 2
  }

  /// The index as a block, header and all.
  func encoded(_ compressor: borrowing ZstdCompressor) throws(TraceError.Reason) -> [UInt8] {
    let content = TraceBuffer(byteCount: Self.headerBytes + entries.count * Self.entryBytes)
    content.bytes.storeBytes(of: UInt32(entries.count).littleEndian, toByteOffset: 0, as: UInt32.self)
    content.bytes.storeBytes(of: UInt32(Self.entryBytes).littleEndian, toByteOffset: 4, as: UInt32.self)
    for (index, entry) in entries.enumerated() {
      let at = Self.headerBytes + index * Self.entryBytes
      content.bytes.storeBytes(of: entry.offset.littleEndian, toByteOffset: at, as: UInt64.self)
      let range = UnsafeMutableRawBufferPointer(rebasing: content.bytes[(at + 8)..<(at + Self.entryBytes)])
      entry.range.encode(into: range)
    }
    let frame = TraceBuffer(byteCount: TraceFormat.maximumPayloadBytes)
    let frameBytes = try compressor.compress(UnsafeRawBufferPointer(content.bytes), into: frame.bytes)
    let header = TraceBlockHeader(
      kind: Self.kind, payloadBytes: frameBytes + Self.trailerBytes, contentBytes: content.bytes.count, lostBefore: 0)
    var block = [UInt8](repeating: 0, count: TraceBlockHeader.byteCount)
    block.withUnsafeMutableBytes { header.encode(into: $0) }
    block.append(contentsOf: frame.bytes[..<frameBytes])
    withUnsafeBytes(of: offset.littleEndian) { block.append(contentsOf: $0) }
    withUnsafeBytes(of: Self.trailerMagic.littleEndian) { block.append(contentsOf: $0) }
    return block
  }

  /// Checks what an index block holds, as it came from a file.
  ///
  /// - Parameters:
  ///   - content: of the block, uncompressed.
  ///   - end: the index block's offset: all blocks stand before it.
  /// - Returns: nil: no index can be so.
  static func entries(_ content: UnsafeRawBufferPointer, before end: UInt64) -> [Entry]? {
    guard content.count >= headerBytes else { return nil }
    let count = Int(content.load(UInt32.self, at: 0))
    let entryBytes = Int(content.load(UInt32.self, at: 4))
    guard count <= maximumEntries, entryBytes >= Self.entryBytes, entryBytes <= content.count,
      content.count == headerBytes + count * entryBytes
    else { return nil }
    var entries: [Entry] = []
    entries.reserveCapacity(count)
    for index in 0..<count {
      let at = headerBytes + index * entryBytes
      let offset = content.load(UInt64.self, at: at)
      let range = UnsafeRawBufferPointer(rebasing: content[(at + 8)..<(at + Self.entryBytes)])
      guard offset >= (entries.last?.offset).map({ $0 + 1 }) ?? UInt64(TraceFileHeader.byteCount), offset < end,
        let decoded = try? TraceRange.decode(range).range, decoded.firstNumber <= decoded.lastNumber,
        decoded.earliestNanoseconds <= decoded.latestNanoseconds,
        entries.last.map({ $0.range.lastNumber < decoded.firstNumber }) ?? true
      else { return nil }
      entries.append(Entry(offset: offset, range: decoded))
    }
    return entries
  }
}
