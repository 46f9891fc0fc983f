/// Turns filled blocks into the bytes that stand in a file.
struct TraceBlockEncoder: ~Copyable {
  private let compressor: ZstdCompressor
  private let output = TraceBuffer(byteCount: TraceBlockHeader.byteCount + TraceFormat.maximumPayloadBytes)

  init() throws(TraceError.Reason) { compressor = try ZstdCompressor() }

  /// - Returns: header and payload; valid until the next call.
  func encode(_ block: TraceBlock) throws(TraceError.Reason) -> UnsafeRawBufferPointer {
    let output = output.bytes
    let content = block.content()
    let payload = UnsafeMutableRawBufferPointer(rebasing: output[TraceBlockHeader.byteCount...])
    let payloadBytes = try compressor.compress(content, into: payload)
    let header = TraceBlockHeader(
      payloadBytes: payloadBytes, contentBytes: content.count, lostBefore: block.lostBefore)
    header.encode(into: output)
    return UnsafeRawBufferPointer(rebasing: output[..<(TraceBlockHeader.byteCount + payloadBytes)])
  }
}
