package import CEvents

/// One record of the stream: its number and its bytes, header and size checked.
///
/// A record lends bytes that belong to the ring, to a trace block or to a test; it cannot outlive them.
package struct Record: ~Escapable {
  /// Its place in the stream. Grows from record to record; a filtered stream has gaps. With the boot id
  /// it names the record for ever.
  package let number: UInt64
  package let header: sv_header
  /// The whole record, header included, `header.size` bytes.
  package let bytes: RawSpan

  /// Checks the header against the bytes at hand.
  ///
  /// - Parameter bytes: starts with the record; may go on past its end.
  /// - Throws: ``RecordError`` for a header that does not fit the bytes.
  @_lifetime(copy bytes)
  package init(number: UInt64, bytes: RawSpan) throws(RecordError) {
    guard bytes.byteCount >= MemoryLayout<sv_header>.size else { throw .short(bytes.byteCount) }
    let header = bytes.unsafeLoadUnaligned(fromUncheckedByteOffset: 0, as: sv_header.self)
    let size = Int(header.size)
    guard size >= MemoryLayout<sv_header>.size, size <= bytes.byteCount, size <= Record.maximumSize,
      size.isMultiple(of: 8)
    else { throw .size(header.size, available: bytes.byteCount) }
    guard Int(header.fixed) >= MemoryLayout<sv_header>.size, Int(header.fixed) <= size else {
      throw .fixed(header.fixed, size: header.size)
    }
    self.number = number
    self.header = header
    self.bytes = bytes.extracting(first: size)
  }

  /// nil: a kind that this version does not know, to be passed over.
  package var kind: EventKind? { EventKind(rawValue: header.kind) }

  /// CLOCK_BOOTTIME.
  package var timeNanoseconds: UInt64 { header.time_ns }

  /// Bytes that any record may have.
  package static let maximumSize = Int(SV_RECORD_MAX)

  /// The fixed part as the ABI's struct; what the writer did not know yet is zero.
  func fixedPart<Layout: BitwiseCopyable>(_ zero: Layout) -> Layout {
    if Int(header.fixed) >= MemoryLayout<Layout>.size {
      return bytes.unsafeLoadUnaligned(fromUncheckedByteOffset: 0, as: Layout.self)
    }
    var layout = zero
    withUnsafeMutableBytes(of: &layout) { target in
      let known = min(Int(header.fixed), target.count)
      bytes.withUnsafeBytes { target.copyMemory(from: UnsafeRawBufferPointer(rebasing: $0[..<known])) }
    }
    return layout
  }

  /// The bytes that `reference` names in the variable part; nil when absent or not within it.
  @_lifetime(copy self)
  func variable(_ reference: sv_ref) -> RawSpan? {
    let offset = Int(reference.offset)
    let length = Int(reference.length)
    guard offset >= Int(header.fixed), offset <= bytes.byteCount, length <= bytes.byteCount - offset else { return nil }
    return bytes.extracting(offset..<offset + length)
  }
}

/// Why bytes are no record. Such a record is counted and passed over.
package enum RecordError: Error, Equatable, CustomStringConvertible {
  /// Fewer bytes than a header has.
  case short(Int)
  case size(UInt32, available: Int)
  case fixed(UInt16, size: UInt32)
  /// The kind asked for is not the record's.
  case kind(UInt16)

  package var description: String {
    switch self {
    case .short(let count): "\(count) bytes are too few for a record's header"
    case .size(let size, let available): "record size \(size) does not fit (\(available) bytes at hand)"
    case .fixed(let fixed, let size): "fixed part of \(fixed) bytes does not fit a record of \(size)"
    case .kind(let kind): "unexpected record kind \(kind)"
    }
  }
}
