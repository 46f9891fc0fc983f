internal import CZstd

/// The bounds and magic numbers of trace files; `docs/trace-format.md` explains every byte.
package enum TraceFormat {
  /// Begins with a byte that no text has and ends with a line feed, so that a copy in text mode is noticed.
  static let magic: [UInt8] = [0x89, 0x53, 0x45, 0x4C, 0x56, 0x54, 0x52, 0x0A]  // \x89 SELVTR \n

  /// Rises only when an older reader would misread a newer file.
  package static let version: UInt16 = 1

  /// Stored in the byte order of the machine that wrote the records. All other numbers of the format are
  /// little-endian, so that any machine can walk the blocks.
  static let byteOrderMark: UInt32 = 0x0102_0304

  /// A file's or block's header may grow up to this, so that a reader's memory is bounded.
  static let maximumHeaderBytes = 4096

  /// Bytes of a block before compression. With the largest record at 32 KiB, a block holds at least 31.
  package static let maximumContentBytes = 1 << 20

  /// Bytes that a block of ``maximumContentBytes`` can take when it can't be compressed.
  static let maximumPayloadBytes = ZSTD_compressBound(maximumContentBytes)

  /// Before each record: its number.
  static let numberBytes = 8

  /// Content is compressed at this level: on recorded streams higher ones cost much and gain little.
  static let compressionLevel: Int32 = 3
}
