internal import CEvents
internal import SystemPackage

/// Reads what an iterator program writes: records, one after another.
enum Iterator {
  static func run(_ link: BPFLink, _ body: (RawSpan) -> Void) throws(CaptureError) {
    let file = try link.openIterator()
    defer { try? file.close() }
    // A record may be cut by the end of a read; its start is kept for the next.
    var pending: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 1 << 16)
    do {
      while true {
        let count = try chunk.withUnsafeMutableBytes { try file.read(into: $0) }
        if count == 0 { break }
        pending.append(contentsOf: chunk[..<count])
        pending.removeFirst(wholeRecords(pending.span.bytes, body))
      }
    } catch {
      throw .operation("reading an iterator", error as? Errno ?? .ioError)
    }
    guard pending.isEmpty else { throw .operation("an iterator ended within a record", .ioError) }
  }

  /// Hands over the whole records at the start of `bytes` and returns how many bytes they are.
  private static func wholeRecords(_ bytes: RawSpan, _ body: (RawSpan) -> Void) -> Int {
    var at = 0
    while bytes.byteCount - at >= MemoryLayout<sv_header>.size {
      let size = Int(bytes.unsafeLoadUnaligned(fromByteOffset: at, as: UInt32.self))
      guard size >= MemoryLayout<sv_header>.size, size <= bytes.byteCount - at else { break }
      body(bytes.extracting(at..<at + size))
      at += size
    }
    return at
  }
}
