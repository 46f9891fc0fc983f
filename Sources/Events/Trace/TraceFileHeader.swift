/// The first bytes of a trace file.
struct TraceFileHeader {
  /// What this version writes. Later ones may write more, and say so in `headerBytes`.
  static let byteCount = 24
  private static let checksumField = 20..<24

  /// The header of a new file.
  static func encoded() -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: byteCount)
    bytes.withUnsafeMutableBytes { buffer in
      buffer.copyBytes(from: TraceFormat.magic)
      buffer.storeBytes(of: TraceFormat.version.littleEndian, toByteOffset: 8, as: UInt16.self)
      buffer.storeBytes(of: UInt16(byteCount).littleEndian, toByteOffset: 10, as: UInt16.self)
      buffer.storeBytes(of: TraceFormat.byteOrderMark, toByteOffset: 12, as: UInt32.self)
      let crc = CRC32.checksum(UnsafeRawBufferPointer(buffer), zeroing: checksumField)
      buffer.storeBytes(of: crc.littleEndian, toByteOffset: checksumField.lowerBound, as: UInt32.self)
    }
    return bytes
  }

  /// Checks the first ``byteCount`` bytes and says how long the whole header is.
  ///
  /// The version is looked at before the checksum, which another version might keep elsewhere.
  static func wholeSize(_ bytes: UnsafeRawBufferPointer) throws(TraceError.Reason) -> Int {
    let magic = bytes.prefix(TraceFormat.magic.count)
    if magic.isEmpty { throw .empty }
    guard TraceFormat.magic.starts(with: magic) else { throw .notATrace }
    guard bytes.count >= byteCount else { throw .headerCutOff(bytes.count) }
    let version = bytes.load(UInt16.self, at: 8)
    guard version == TraceFormat.version else { throw .version(version) }
    let headerBytes = Int(bytes.load(UInt16.self, at: 10))
    guard (byteCount...TraceFormat.maximumHeaderBytes).contains(headerBytes) else { throw .headerSize(headerBytes) }
    return headerBytes
  }

  /// Checks the whole header.
  static func check(_ bytes: UnsafeRawBufferPointer) throws(TraceError.Reason) {
    guard bytes.load(UInt32.self, at: 20) == CRC32.checksum(bytes, zeroing: checksumField) else { throw .headerChecksum }
    let mark = bytes.loadUnaligned(fromByteOffset: 12, as: UInt32.self)
    guard mark == TraceFormat.byteOrderMark else { throw .byteOrder(foreign: mark == TraceFormat.byteOrderMark.byteSwapped) }
    let features = bytes.load(UInt32.self, at: 16)
    guard features == 0 else { throw .features(features) }
  }
}

extension UnsafeRawBufferPointer {
  /// A little-endian number of the format. The caller has checked that it lies within the bytes.
  func load<Number: FixedWidthInteger & BitwiseCopyable>(_: Number.Type, at offset: Int) -> Number {
    Number(littleEndian: loadUnaligned(fromByteOffset: offset, as: Number.self))
  }
}
