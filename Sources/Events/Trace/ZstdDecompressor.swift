internal import CZstd

/// A zstd decompression context, used again for every block.
struct ZstdDecompressor: ~Copyable {
  private let context: OpaquePointer

  init() throws(TraceError.Reason) {
    guard let context = ZSTD_createDCtx() else { throw .zstd("out of memory") }
    self.context = context
  }

  deinit { ZSTD_freeDCtx(context) }

  /// Decompresses `source`, which must be exactly one frame with a checksum and of exactly `target.count` bytes.
  ///
  /// What the frame declares is looked at first, so that a bomb costs nothing; and libzstd writes no further than
  /// `target` whatever the frame declares.
  func decompress(
    _ source: UnsafeRawBufferPointer, into target: UnsafeMutableRawBufferPointer
  ) throws(TraceError.Reason) {
    // RFC 8878: the magic number, then the descriptor, whose bit 2 says that a checksum follows the content.
    guard source.count > 5, source.load(UInt32.self, at: 0) == ZSTD_MAGICNUMBER, source[4] & 0b100 != 0,
      ZSTD_getFrameContentSize(source.baseAddress, source.count) == UInt64(target.count)
    else { throw .frame }
    let frameBytes = ZSTD_findFrameCompressedSize(source.baseAddress, source.count)
    guard ZSTD_isError(frameBytes) == 0 else { throw .payload(String(cString: ZSTD_getErrorName(frameBytes))) }
    guard frameBytes == source.count else { throw .frame }
    let result = ZSTD_decompressDCtx(context, target.baseAddress, target.count, source.baseAddress, source.count)
    guard ZSTD_isError(result) == 0 else { throw .payload(String(cString: ZSTD_getErrorName(result))) }
    guard result == target.count else { throw .frame }
  }
}
