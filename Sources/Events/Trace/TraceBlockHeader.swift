/// What stands before each block's payload.
struct TraceBlockHeader: Equatable {
  /// What this version writes. Later ones may write more, and say so in the header.
  static let byteCount = 32
  static let magic: UInt32 = 0x4B42_5653  // "SVBK"
  /// Kind 2 is the index. Kinds that a reader doesn't know are passed over by their length.
  static let kindRecords: UInt16 = 1
  private static let checksumField = 28..<32

  var kind: UInt16
  var payloadBytes: Int
  var contentBytes: Int
  /// Records that the writer had to drop just before this block.
  var lostBefore: UInt64

  /// Writes ``byteCount`` bytes.
  func encode(into buffer: UnsafeMutableRawBufferPointer) {
    let buffer = UnsafeMutableRawBufferPointer(rebasing: buffer[..<Self.byteCount])
    buffer.storeBytes(of: Self.magic.littleEndian, toByteOffset: 0, as: UInt32.self)
    buffer.storeBytes(of: kind.littleEndian, toByteOffset: 4, as: UInt16.self)
    buffer.storeBytes(of: UInt16(Self.byteCount).littleEndian, toByteOffset: 6, as: UInt16.self)
    buffer.storeBytes(of: UInt32(payloadBytes).littleEndian, toByteOffset: 8, as: UInt32.self)
    buffer.storeBytes(of: UInt32(contentBytes).littleEndian, toByteOffset: 12, as: UInt32.self)
    buffer.storeBytes(of: lostBefore.littleEndian, toByteOffset: 16, as: UInt64.self)
    buffer.storeBytes(of: 0, toByteOffset: 24, as: UInt32.self)
    let crc = CRC32.checksum(UnsafeRawBufferPointer(buffer), zeroing: Self.checksumField)
    buffer.storeBytes(of: crc.littleEndian, toByteOffset: Self.checksumField.lowerBound, as: UInt32.self)
  }

  /// Checks the first ``byteCount`` bytes and says how long the whole header is.
  static func wholeSize(_ bytes: UnsafeRawBufferPointer) throws(TraceError.Reason) -> Int {
    guard bytes.load(UInt32.self, at: 0) == magic else { throw .noBlock }
    let headerBytes = Int(bytes.load(UInt16.self, at: 6))
    guard (byteCount...TraceFormat.maximumHeaderBytes).contains(headerBytes) else { throw .blockHeader }
    return headerBytes
  }

  /// Decodes the whole header.
  init(_ bytes: UnsafeRawBufferPointer) throws(TraceError.Reason) {
    guard bytes.load(UInt32.self, at: 28) == CRC32.checksum(bytes, zeroing: Self.checksumField) else {
      throw .blockHeader
    }
    kind = bytes.load(UInt16.self, at: 4)
    payloadBytes = Int(bytes.load(UInt32.self, at: 8))
    contentBytes = Int(bytes.load(UInt32.self, at: 12))
    lostBefore = bytes.load(UInt64.self, at: 16)
  }

  init(kind: UInt16 = kindRecords, payloadBytes: Int, contentBytes: Int, lostBefore: UInt64) {
    self.kind = kind
    self.payloadBytes = payloadBytes
    self.contentBytes = contentBytes
    self.lostBefore = lostBefore
  }

  /// Checks the sizes of a block of records against the format's bounds.
  func checkBounds() throws(TraceError.Reason) {
    guard payloadBytes <= TraceFormat.maximumPayloadBytes else {
      throw .tooLarge(payloadBytes, limit: TraceFormat.maximumPayloadBytes)
    }
    guard contentBytes <= TraceFormat.maximumContentBytes else {
      throw .tooLarge(contentBytes, limit: TraceFormat.maximumContentBytes)
    }
    guard contentBytes >= TraceRange.byteCount else { throw .content }
  }
}
