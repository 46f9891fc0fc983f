/// A capture's bytes, decompressed where they are compressed, in memory of constant size.
struct ScapInput: ~Copyable {
  private let file: TraceFile
  private var inflater: GzipInflater?
  private let compressed = TraceBuffer(byteCount: 64 << 10)
  /// Of ``compressed``, what was read and not yet taken.
  private var waiting: Range<Int>

  var name: String { file.name }
  var isCompressed: Bool { inflater != nil }

  /// - Parameter prefix: what was read of the file already, to know it by; at most 64 KiB.
  init(_ file: consuming TraceFile, prefix: [UInt8]) throws(ScapError) {
    self.file = file
    inflater = prefix.starts(with: ScapFormat.gzipMagic) ? try GzipInflater() : nil
    compressed.bytes.copyBytes(from: prefix.prefix(compressed.bytes.count))
    waiting = 0..<min(prefix.count, compressed.bytes.count)
  }

  /// Fills `target`, or what the file has left.
  /// - Returns: bytes read.
  mutating func read(into target: UnsafeMutableRawBufferPointer) throws(TraceError.Reason) -> Int {
    var filled = 0
    while filled < target.count {
      let rest = UnsafeMutableRawBufferPointer(rebasing: target[filled...])
      if inflater != nil {
        if waiting.isEmpty { try refill() }
        let input = UnsafeRawBufferPointer(rebasing: compressed.bytes[waiting])
        let isAtEnd = input.isEmpty
        if isAtEnd, inflater?.isEnded == true { break }
        let step: (taken: Int, made: Int)
        do { step = try inflater?.inflate(input, into: rest) ?? (0, 0) } catch { throw .scap(error) }
        waiting = waiting.lowerBound + step.taken..<waiting.upperBound
        filled += step.made
        if isAtEnd, step.made == 0 { break }
      } else if !waiting.isEmpty {
        let part = compressed.bytes[waiting].prefix(rest.count)
        rest.copyMemory(from: UnsafeRawBufferPointer(rebasing: part))
        waiting = waiting.lowerBound + part.count..<waiting.upperBound
        filled += part.count
      } else {
        let count: Int
        do { count = try file.read(into: rest) } catch { throw error.reason }
        filled += count
        break
      }
    }
    return filled
  }

  private mutating func refill() throws(TraceError.Reason) {
    do { waiting = 0..<(try file.read(into: compressed.bytes)) } catch { throw error.reason }
  }
}
