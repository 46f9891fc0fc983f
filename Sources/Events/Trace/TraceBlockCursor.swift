internal import CEvents

/// Walks the records of a decompressed block.
///
/// The content has passed its checksum, so what does not fit is a writer's error or an attack. Where a record's size
/// can be trusted but its header not, that record is passed over; where the size can't, the walk ends.
struct TraceBlockCursor {
  /// Lent by the reader; not used after the reader's next block.
  private let content: UnsafeRawBufferPointer
  private let promised: TraceRange
  private var seen = TraceRange()
  private var position: Int

  struct Entry {
    let number: UInt64
    let bytes: UnsafeRawBufferPointer
    /// The header is wrong beyond its size.
    let isMalformed: Bool
  }

  init(_ content: UnsafeRawBufferPointer) throws(TraceError.Reason) {
    self.content = content
    (promised, position) = try TraceRange.decode(content)
  }

  /// - Parameter last: the number before, of any block.
  /// - Returns: nil: the block ends as it promised.
  mutating func next(after last: UInt64?) throws(TraceError.Reason) -> Entry? {
    let left = content.count - position
    guard left > 0 else {
      guard seen == promised else { throw .content }
      return nil
    }
    guard left >= TraceFormat.numberBytes + MemoryLayout<sv_header>.size else { throw .record(.short(left)) }
    let number = content.load(UInt64.self, at: position)
    if let last, number <= last { throw .number(number, after: last) }
    let rest = UnsafeRawBufferPointer(rebasing: content[(position + TraceFormat.numberBytes)...])
    let header = rest.loadUnaligned(as: sv_header.self)

    var isMalformed = false
    do throws(RecordError) {
      _ = try Record(number: number, bytes: rest.bytes)
    } catch .fixed {
      isMalformed = true
    } catch {
      throw .record(error)
    }
    let size = Int(header.size)  // checked by Record: within the rest, a multiple of 8, no less than a header
    position += TraceFormat.numberBytes + size
    seen.add(number: number, timeNanoseconds: header.time_ns)
    return Entry(number: number, bytes: UnsafeRawBufferPointer(rebasing: rest[..<size]), isMalformed: isMalformed)
  }
}
