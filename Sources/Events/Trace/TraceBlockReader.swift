/// Reads a trace's blocks, in memory of constant size; ``TraceReader`` makes records of them.
struct TraceBlockReader: ~Copyable {
  private var file: TraceFile
  private let decompressor: ZstdDecompressor
  private let payload = TraceBuffer(byteCount: TraceFormat.maximumPayloadBytes)
  private let content = TraceBuffer(byteCount: TraceFormat.maximumContentBytes)
  private(set) var isEnded = false
  /// Of what is read next, bytes from the file's start.
  private(set) var offset: UInt64 = 0
  /// Of the block at hand.
  private(set) var blockOffset: UInt64 = 0
  var summary = TraceSummary()

  var name: String { file.name }
  var sizeBytes: UInt64? { file.sizeBytes }

  /// Reads and checks the file's header.
  static func open(_ file: consuming TraceFile) throws(TraceError) -> TraceBlockReader {
    let name = file.name
    do throws(TraceError.Reason) {
      var reader = TraceBlockReader(file, try ZstdDecompressor())
      try reader.readFileHeader()
      return reader
    } catch {
      throw TraceError(file: name, offset: 0, error)
    }
  }

  private init(_ file: consuming TraceFile, _ decompressor: consuming ZstdDecompressor) {
    self.file = file
    self.decompressor = decompressor
  }

  private mutating func readFileHeader() throws(TraceError.Reason) {
    var bytes = try read(into: 0..<TraceFileHeader.byteCount)
    let whole = try TraceFileHeader.wholeSize(bytes)
    bytes = try read(into: TraceFileHeader.byteCount..<whole)
    guard bytes.count == whole else { throw .headerCutOff(bytes.count) }
    try TraceFileHeader.check(bytes)
  }

  /// The content of the next block of records; nil: at the end, or it was another kind of block.
  ///
  /// - Parameter lostBefore: set to what the block's header says.
  /// - Returns: valid until the next call.
  mutating func next(lostBefore: inout UInt64) throws(TraceError.Reason) -> UnsafeRawBufferPointer? {
    lostBefore = 0
    guard let header = try nextHeader() else { return nil }
    guard header.kind == TraceBlockHeader.kindRecords else {
      try skip(header.payloadBytes)
      return nil
    }
    do throws(TraceError.Reason) { try header.checkBounds() } catch {
      summary.blocks &+= 1
      try skip(header.payloadBytes)
      throw error
    }
    let bytes = try read(into: 0..<header.payloadBytes)
    guard bytes.count == header.payloadBytes else {
      endCutOff()
      return nil
    }
    summary.blocks &+= 1
    lostBefore = header.lostBefore
    let target = UnsafeMutableRawBufferPointer(rebasing: content.bytes[..<header.contentBytes])
    try decompressor.decompress(bytes, into: target)
    return UnsafeRawBufferPointer(target)
  }

  private mutating func nextHeader() throws(TraceError.Reason) -> TraceBlockHeader? {
    blockOffset = offset
    var bytes = try read(into: 0..<TraceBlockHeader.byteCount)
    guard bytes.count == TraceBlockHeader.byteCount else {
      endCutOff()
      return nil
    }
    do throws(TraceError.Reason) {
      let whole = try TraceBlockHeader.wholeSize(bytes)
      bytes = try read(into: TraceBlockHeader.byteCount..<whole)
      guard bytes.count == whole else {
        endCutOff()
        return nil
      }
      return try TraceBlockHeader(bytes)
    } catch {
      isEnded = true
      if let sizeBytes = file.sizeBytes, sizeBytes > blockOffset { summary.unreadBytes = sizeBytes - blockOffset }
      throw error
    }
  }

  /// The file has no more: what has been read of a block is left over.
  private mutating func endCutOff() {
    isEnded = true
    summary.truncatedBytes = offset - blockOffset
  }

  private mutating func skip(_ count: Int) throws(TraceError.Reason) {
    var left = count
    while left > 0 {
      let step = min(left, payload.bytes.count)
      guard try read(into: 0..<step).count == step else { return endCutOff() }
      left -= step
    }
  }

  /// Reads into a part of the payload's memory, which serves for headers too.
  /// - Returns: all bytes from the memory's start to the last one read.
  private mutating func read(into range: Range<Int>) throws(TraceError.Reason) -> UnsafeRawBufferPointer {
    do {
      let count = try file.read(into: UnsafeMutableRawBufferPointer(rebasing: payload.bytes[range]))
      offset &+= UInt64(count)
      return UnsafeRawBufferPointer(rebasing: payload.bytes[..<(range.lowerBound + count)])
    } catch {
      isEnded = true
      throw error.reason
    }
  }

  // MARK: - The index

  /// Goes to the first block that can hold such records, if the file has an index that says where. An index that lies is
  /// not followed: the block there must be the one it tells of.
  ///
  /// - Parameter isBefore: whether all of a block's records come before those that are wanted.
  /// - Returns: false: reading goes on where it was.
  mutating func skip(_ isBefore: (TraceRange) -> Bool) -> Bool {
    let start = offset
    guard !isEnded, let entries = index(), let entry = entries.first(where: { !isBefore($0.range) }),
      entry.offset > start, file.seek(to: entry.offset), beginsWithBlock(of: entry), file.seek(to: entry.offset)
    else {
      guard file.seek(to: start) else { return false }
      offset = start
      return false
    }
    offset = entry.offset
    return true
  }

  private mutating func beginsWithBlock(of entry: TraceIndex.Entry) -> Bool {
    guard let header = try? blockHeader(), header.kind == TraceBlockHeader.kindRecords, (try? header.checkBounds()) != nil,
      let bytes = try? file.read(into: UnsafeMutableRawBufferPointer(rebasing: payload.bytes[..<header.payloadBytes])),
      bytes == header.payloadBytes
    else { return false }
    let source = UnsafeRawBufferPointer(rebasing: payload.bytes[..<header.payloadBytes])
    // Not into the memory of the block that may still be read: it goes on there if this is not followed.
    let target = UnsafeMutableRawBufferPointer.allocate(byteCount: header.contentBytes, alignment: 16)
    defer { target.deallocate() }
    guard (try? decompressor.decompress(source, into: target)) != nil,
      let range = try? TraceRange.decode(UnsafeRawBufferPointer(target)).range
    else { return false }
    return range.firstNumber == entry.range.firstNumber && range.lastNumber <= entry.range.lastNumber
  }

  /// The file's index; nil: it has none that can be.
  mutating func index() -> [TraceIndex.Entry]? {
    let trailerBytes = UInt64(TraceIndex.trailerBytes)
    guard let size = file.sizeBytes, size > trailerBytes, file.seek(to: size - trailerBytes),
      (try? file.read(into: UnsafeMutableRawBufferPointer(rebasing: payload.bytes[..<TraceIndex.trailerBytes])))
        == TraceIndex.trailerBytes
    else { return nil }
    let place = UnsafeRawBufferPointer(payload.bytes).load(UInt64.self, at: 0)
    guard UnsafeRawBufferPointer(payload.bytes).load(UInt64.self, at: 8) == TraceIndex.trailerMagic, place < size,
      file.seek(to: place), let header = try? blockHeader(), header.kind == TraceIndex.kind,
      header.payloadBytes > TraceIndex.trailerBytes, header.payloadBytes <= TraceFormat.maximumPayloadBytes,
      header.contentBytes <= TraceFormat.maximumContentBytes
    else { return nil }
    let frameBytes = header.payloadBytes - TraceIndex.trailerBytes
    guard (try? file.read(into: UnsafeMutableRawBufferPointer(rebasing: payload.bytes[..<frameBytes]))) == frameBytes else {
      return nil
    }
    let target = UnsafeMutableRawBufferPointer.allocate(byteCount: header.contentBytes, alignment: 16)
    defer { target.deallocate() }
    guard (try? decompressor.decompress(UnsafeRawBufferPointer(rebasing: payload.bytes[..<frameBytes]), into: target)) != nil
    else { return nil }
    return TraceIndex.entries(UnsafeRawBufferPointer(target), before: place)
  }

  /// The block header where the file stands.
  private mutating func blockHeader() throws(TraceError.Reason) -> TraceBlockHeader {
    var count = TraceBlockHeader.byteCount
    let bytes = try? file.read(into: UnsafeMutableRawBufferPointer(rebasing: payload.bytes[..<count]))
    guard bytes == count else { throw .blockHeader }
    let whole = try TraceBlockHeader.wholeSize(UnsafeRawBufferPointer(rebasing: payload.bytes[..<count]))
    let rest = try? file.read(into: UnsafeMutableRawBufferPointer(rebasing: payload.bytes[count..<whole]))
    count += rest ?? 0
    guard count == whole else { throw .blockHeader }
    return try TraceBlockHeader(UnsafeRawBufferPointer(rebasing: payload.bytes[..<whole]))
  }
}
