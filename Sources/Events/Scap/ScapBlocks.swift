/// Walks a capture's blocks and lends their bytes, piece by piece, so that no block has to fit into memory.
struct ScapBlocks: ~Copyable {
  private var input: ScapInput
  private let window = TraceBuffer(byteCount: ScapFormat.maximumEventBytes + ScapFormat.blockTrailerBytes)
  /// Of ``window``, what was read and not yet taken.
  private var filled = 0..<0
  /// Of a block that is larger than the window.
  private let start = TraceBuffer(byteCount: startBytes)
  private static let startBytes = 64
  private var inputIsEnded = false
  /// Bytes taken, of the decompressed capture.
  private(set) var offset: UInt64 = 0

  /// Of the section.
  private(set) var version: (major: UInt16, minor: UInt16) = (0, 0)
  private(set) var blockOffset: UInt64 = 0
  private var length: UInt32 = 0
  /// Of the block's content.
  private(set) var left = 0
  private(set) var isEnded = false
  /// Bytes after the last whole block, if the capture is cut off.
  private(set) var truncatedBytes: UInt64 = 0

  var name: String { input.name }
  var isCompressed: Bool { input.isCompressed }

  init(_ input: consuming ScapInput) { self.input = input }

  /// Goes to the next block. nil: the capture ends here, or is cut off.
  mutating func next() throws(TraceError.Reason) -> ScapFormat.Block? {
    blockOffset = offset
    do throws(TraceError.Reason) {
      guard try fill(ScapFormat.blockHeaderBytes) else {
        // Between two blocks: their bytes don't tell.
        if filled.isEmpty, input.isCutShort { throw .scap(.compressedCutOff) }
        cutOff()
        return nil
      }
      let type = take(UInt32.self)
      length = take(UInt32.self)
      let around = ScapFormat.blockHeaderBytes + ScapFormat.blockTrailerBytes
      guard Int(length) >= around else { throw .scap(.noBlock(length: length)) }
      left = Int(length) - around
      return ScapFormat.Block(type)
    } catch {
      isEnded = true
      throw error
    }
  }

  /// Skips what is left of the block and checks its end.
  /// - Returns: false: the capture is cut off before it.
  mutating func finish() throws(TraceError.Reason) -> Bool {
    do throws(TraceError.Reason) {
      while left > 0 {
        guard try fill(min(left, window.bytes.count)) else { return cutOff() }
        drop(min(left, filled.count))
      }
      guard try fill(ScapFormat.blockTrailerBytes) else { return cutOff() }
      let trailer = take(UInt32.self)
      guard trailer == length else { throw .scap(.trailer(length: length, trailer: trailer)) }
      return true
    } catch {
      isEnded = true
      throw error
    }
  }

  /// Reads the content of a section's header, and checks that it is one that can be read.
  /// - Returns: false: the capture is cut off within it.
  mutating func readSection() throws(TraceError.Reason) -> Bool {
    let what = "the header"
    guard left >= 8 else { throw .scap(.section) }
    guard let magic = try number(UInt32.self, of: what) else { return false }
    if magic == ScapFormat.byteOrderMagic.byteSwapped { throw .scap(.byteOrder) }
    guard magic == ScapFormat.byteOrderMagic else { throw .scap(.section) }
    guard let major = try number(UInt16.self, of: what), let minor = try number(UInt16.self, of: what) else {
      return false
    }
    guard major == ScapFormat.major, ScapFormat.minors.contains(minor) else { throw .scap(.version(major, minor)) }
    version = (major, minor)
    return true
  }

  /// Nothing more is to be read.
  mutating func end() { isEnded = true }

  /// Takes all that is left of the block, checks its end, and lends its content, or the first bytes of one that is
  /// larger than ``ScapFormat/maximumEventBytes``. nil: the capture is cut off within it. Valid until the next call.
  mutating func content() throws(TraceError.Reason) -> UnsafeRawBufferPointer? {
    let count = left
    guard count <= ScapFormat.maximumEventBytes else {
      guard let part = try bytes(Self.startBytes, of: "a block") else { return nil }
      start.bytes.copyMemory(from: part)
      return try finish() ? UnsafeRawBufferPointer(start.bytes) : nil
    }
    // With its end at once, so that the window isn't moved between.
    let at: Int
    do throws(TraceError.Reason) {
      guard try fill(count + ScapFormat.blockTrailerBytes) else {
        cutOff()
        return nil
      }
      at = filled.lowerBound
    } catch {
      isEnded = true
      throw error
    }
    drop(count)
    guard try finish() else { return nil }
    return UnsafeRawBufferPointer(rebasing: window.bytes[at..<at + count])
  }

  /// The next bytes of the content; nil: the capture is cut off within them. Valid until the next call.
  ///
  /// - Parameters:
  ///   - count: at most ``ScapFormat/maximumEventBytes``.
  ///   - what: for the error, if the block has no such bytes.
  mutating func bytes(_ count: Int, of what: String) throws(TraceError.Reason) -> UnsafeRawBufferPointer? {
    guard count >= 0, count <= left, count <= window.bytes.count else { throw .scap(.content(what)) }
    do throws(TraceError.Reason) {
      guard try fill(count) else {
        cutOff()
        return nil
      }
    } catch {
      isEnded = true
      throw error
    }
    let part = UnsafeRawBufferPointer(rebasing: window.bytes[filled.lowerBound..<filled.lowerBound + count])
    drop(count)
    return part
  }

  mutating func number<Number: FixedWidthInteger & BitwiseCopyable>(
    _: Number.Type, of what: String
  ) throws(TraceError.Reason) -> Number? {
    try bytes(MemoryLayout<Number>.size, of: what)?.load(Number.self, at: 0)
  }

  /// A text behind its length in two bytes.
  mutating func text(of what: String) throws(TraceError.Reason) -> [UInt8]? {
    guard let count = try number(UInt16.self, of: what) else { return nil }
    return try bytes(Int(count), of: what).map { Array($0) }
  }

  // MARK: - The window

  private mutating func drop(_ count: Int) {
    filled = filled.lowerBound + count..<filled.upperBound
    left -= min(count, left)
    offset &+= UInt64(count)
  }

  /// The caller has filled the window so far. Not of the content.
  private mutating func take<Number: FixedWidthInteger & BitwiseCopyable>(_: Number.Type) -> Number {
    let number = UnsafeRawBufferPointer(window.bytes).load(Number.self, at: filled.lowerBound)
    filled = filled.lowerBound + MemoryLayout<Number>.size..<filled.upperBound
    offset &+= UInt64(MemoryLayout<Number>.size)
    return number
  }

  /// - Returns: false: the capture has less.
  private mutating func fill(_ count: Int) throws(TraceError.Reason) -> Bool {
    if filled.count >= count { return true }
    guard !inputIsEnded else { return false }
    window.bytes.copyMemory(from: UnsafeRawBufferPointer(rebasing: window.bytes[filled]))
    filled = 0..<filled.count
    while filled.count < count, !inputIsEnded {
      let more = try input.read(into: UnsafeMutableRawBufferPointer(rebasing: window.bytes[filled.upperBound...]))
      inputIsEnded = more == 0
      filled = 0..<filled.count + more
    }
    return filled.count >= count
  }

  @discardableResult
  private mutating func cutOff() -> Bool {
    isEnded = true
    truncatedBytes = offset - blockOffset + UInt64(filled.count)
    return false
  }
}
