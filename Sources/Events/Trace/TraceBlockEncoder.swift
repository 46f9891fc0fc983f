/// Turns filled blocks into the bytes that stand in a file, and keeps account of them for the index.
struct TraceBlockEncoder: ~Copyable {
  private let compressor: ZstdCompressor
  private var index = TraceIndex()
  private let output = TraceBuffer(byteCount: TraceBlockHeader.byteCount + TraceFormat.maximumPayloadBytes)

  init() throws(TraceError.Reason) { compressor = try ZstdCompressor() }

  /// - Returns: header and payload; valid until the next call.
  mutating func encode(_ block: TraceBlock) throws(TraceError.Reason) -> UnsafeRawBufferPointer {
    let output = output.bytes
    let content = block.content()
    let payload = UnsafeMutableRawBufferPointer(rebasing: output[TraceBlockHeader.byteCount...])
    let payloadBytes = try compressor.compress(content, into: payload)
    let header = TraceBlockHeader(
      payloadBytes: payloadBytes, contentBytes: content.count, lostBefore: block.lostBefore)
    header.encode(into: output)
    index.add(block.range, byteCount: TraceBlockHeader.byteCount + payloadBytes)
    return UnsafeRawBufferPointer(rebasing: output[..<(TraceBlockHeader.byteCount + payloadBytes)])
  }

  /// The block that a file ends with, of the blocks so far, which must be all that followed the file's header. Empty: there
  /// is nothing to find.
  func encodedIndex() throws(TraceError.Reason) -> [UInt8] {
    index.entries.isEmpty ? [] : try index.encoded(compressor)
  }
}
