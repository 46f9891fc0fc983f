/// A capture's bytes, decompressed where they are compressed, in memory of constant size.
struct ScapInput: ~Copyable {
  private var file: TraceFile
  private var inflater: GzipInflater?
  private let compressed = TraceBuffer(byteCount: 64 << 10)
  /// Of ``compressed``, what was read and not yet taken.
  private var waiting = 0..<0

  var name: String { file.name }
  var isCompressed: Bool { inflater != nil }

  /// The file has no more, but its compressed part should go on.
  private(set) var isCutShort = false

  /// - Parameter file: its ``TraceFile/ahead`` has its first bytes.
  init(_ file: consuming TraceFile) throws(ScapError) {
    inflater = file.ahead.starts(with: ScapFormat.gzipMagic) ? try GzipInflater() : nil
    self.file = file
  }

  /// Reads what there is, at least a byte unless the capture ends.
  /// - Returns: bytes read; 0 at the end.
  mutating func read(into target: UnsafeMutableRawBufferPointer) throws(TraceError.Reason) -> Int {
    guard inflater != nil else {
      do { return try file.readSome(into: target) } catch { throw error.reason }
    }
    while true {
      if waiting.isEmpty {
        do { waiting = 0..<(try file.readSome(into: compressed.bytes)) } catch { throw error.reason }
      }
      let isAtEnd = waiting.isEmpty
      if isAtEnd, inflater?.isEnded == true { return 0 }
      let step: (taken: Int, made: Int)
      do {
        step = try inflater?.inflate(UnsafeRawBufferPointer(rebasing: compressed.bytes[waiting]), into: target) ?? (0, 0)
      } catch { throw .scap(error) }
      waiting = waiting.lowerBound + step.taken..<waiting.upperBound
      if step.made > 0 { return step.made }
      if isAtEnd {
        isCutShort = true
        return 0
      }
    }
  }
}
