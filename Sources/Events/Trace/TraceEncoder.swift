/// Makes a trace's bytes on the caller's thread, for those who have time: converting, cutting, tests.
/// ``TraceWriter`` is for the thread that has none.
package struct TraceEncoder: ~Copyable {
  private let block = TraceBlock()
  private var encoder: TraceBlockEncoder
  private let name: String
  private var lastNumber: UInt64?

  /// The bytes that a file starts with.
  package static var fileHeader: [UInt8] { TraceFileHeader.encoded() }

  /// - Parameter name: for errors.
  package init(name: String) throws(TraceError) {
    self.name = name
    do { encoder = try TraceBlockEncoder() } catch { throw TraceError(file: name, offset: 0, error) }
  }

  /// Adds a record, and gives `emit` the block before it if that is full.
  ///
  /// - Throws: ``TraceError`` when the record's number is not greater than the last one's; what `emit` throws.
  package mutating func append(
    _ record: borrowing Record, emit: (UnsafeRawBufferPointer) throws(TraceError) -> Void
  ) throws(TraceError) {
    if let lastNumber, record.number <= lastNumber {
      throw TraceError(file: name, offset: 0, .number(record.number, after: lastNumber))
    }
    if !block.append(record) {
      try flush(emit: emit)
      _ = block.append(record)  // an empty block has room for any record
    }
    lastNumber = record.number
  }

  /// Says that records are missing here. They are told with the next block, even an empty one.
  package mutating func lost(
    _ count: UInt64, emit: (UnsafeRawBufferPointer) throws(TraceError) -> Void
  ) throws(TraceError) {
    if block.range.count > 0 { try flush(emit: emit) }
    block.lostBefore &+= count
  }

  /// Gives `emit` what is there, as a block.
  package mutating func flush(emit: (UnsafeRawBufferPointer) throws(TraceError) -> Void) throws(TraceError) {
    guard !block.isEmpty else { return }
    let bytes: UnsafeRawBufferPointer
    do { bytes = try encoder.encode(block) } catch { throw TraceError(file: name, offset: 0, error) }
    block.reset()
    try emit(bytes)
  }

  /// As ``flush(emit:)``, and then the index: nothing follows it.
  package mutating func finish(emit: (UnsafeRawBufferPointer) throws(TraceError) -> Void) throws(TraceError) {
    try flush(emit: emit)
    let index: [UInt8]
    do { index = try encoder.encodedIndex() } catch { throw TraceError(file: name, offset: 0, error) }
    guard !index.isEmpty else { return }
    let bytes = TraceBuffer(byteCount: index.count)
    bytes.bytes.copyBytes(from: index)
    try emit(UnsafeRawBufferPointer(bytes.bytes))
  }
}
