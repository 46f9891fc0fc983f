internal import CZstd

/// A zstd compression context, used again for every block.
struct ZstdCompressor: ~Copyable {
  private let context: OpaquePointer

  init() throws(TraceError.Reason) {
    guard let context = ZSTD_createCCtx() else { throw .zstd("out of memory") }
    do throws(TraceError.Reason) {
      try Self.checked(ZSTD_CCtx_setParameter(context, ZSTD_c_compressionLevel, TraceFormat.compressionLevel))
      try Self.checked(ZSTD_CCtx_setParameter(context, ZSTD_c_contentSizeFlag, 1))
      try Self.checked(ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, 1))
    } catch {
      ZSTD_freeCCtx(context)
      throw error
    }
    self.context = context
  }

  deinit { ZSTD_freeCCtx(context) }

  /// Compresses `source` as one frame.
  /// - Returns: the frame's bytes in `target`.
  func compress(
    _ source: UnsafeRawBufferPointer, into target: UnsafeMutableRawBufferPointer
  ) throws(TraceError.Reason) -> Int {
    let result = ZSTD_compress2(context, target.baseAddress, target.count, source.baseAddress, source.count)
    try Self.checked(result)
    return result
  }

  private static func checked(_ result: Int) throws(TraceError.Reason) {
    guard ZSTD_isError(result) == 0 else { throw .zstd(String(cString: ZSTD_getErrorName(result))) }
  }
}
