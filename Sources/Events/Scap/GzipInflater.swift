internal import CZlib

/// Decompresses gzip members, one after the other, into memory that the caller lends: a bomb costs time that its
/// reader gives it, never memory.
struct GzipInflater: ~Copyable {
  /// zlib's state points back to it: it must stay where it is.
  private let stream: UnsafeMutablePointer<z_stream>
  /// At the end of a member.
  private(set) var isEnded = false
  /// To be thrown when what was made before it has been taken.
  private var failure: ScapError?

  init() throws(ScapError) {
    stream = .allocate(capacity: 1)
    stream.initialize(to: z_stream())
    // 16 and the largest window: gzip's header and checksum.
    guard inflateInit2_(stream, 16 + MAX_WBITS, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK else {
      stream.deallocate()
      throw .gzip("out of memory")
    }
  }

  deinit {
    inflateEnd(stream)
    stream.deallocate()
  }

  /// Takes from `input` and fills `output`, each as far as the other allows.
  ///
  /// - Returns: bytes taken, and bytes made.
  mutating func inflate(
    _ input: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer
  ) throws(ScapError) -> (taken: Int, made: Int) {
    if let failure { throw failure }
    if isEnded {
      // Another member may follow, as when compressed files were joined.
      guard inflateReset(stream) == Z_OK else { throw .gzip("out of memory") }
      isEnded = false
    }
    stream.pointee.next_in = UnsafeMutablePointer(mutating: input.bindMemory(to: UInt8.self).baseAddress)
    stream.pointee.avail_in = UInt32(clamping: input.count)
    stream.pointee.next_out = output.bindMemory(to: UInt8.self).baseAddress
    stream.pointee.avail_out = UInt32(clamping: output.count)
    let result = CZlib.inflate(stream, Z_NO_FLUSH)
    let made = output.count - Int(stream.pointee.avail_out)
    switch result {
    case Z_OK, Z_BUF_ERROR: break
    case Z_STREAM_END: isEnded = true
    default:
      let error = ScapError.gzip(stream.pointee.msg.map { String(cString: $0) } ?? "zlib's error \(result)")
      if made == 0 { throw error }
      failure = error
    }
    return (input.count - Int(stream.pointee.avail_in), made)
  }
}
