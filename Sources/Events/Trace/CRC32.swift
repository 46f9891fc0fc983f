/// CRC-32 as zlib, gzip and PNG have it, for the few bytes of a header; contents carry zstd's own checksum.
enum CRC32 {
  /// - Parameter field: where the checksum itself stands, counted as zero.
  static func checksum(_ bytes: UnsafeRawBufferPointer, zeroing field: Range<Int>) -> UInt32 {
    var crc: UInt32 = ~0
    for (offset, byte) in bytes.enumerated() {
      crc ^= field.contains(offset) ? 0 : UInt32(byte)
      // A table would cost more memory and code than these few headers are worth.
      for _ in 0..<8 { crc = (crc >> 1) ^ (0xEDB8_8320 & (0 &- (crc & 1))) }
    }
    return ~crc
  }
}
