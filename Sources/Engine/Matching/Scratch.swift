import Glibc

/// Memory in which values are worked out that no record holds as they are. Kept from event to event, and made larger
/// when a value asks for it: in the steady state none is taken. Used by the engine's thread alone.
struct Scratch: BitwiseCopyable {
  private struct Buffer: BitwiseCopyable {
    var base = UnsafeMutableRawPointer?.none
    var count = 0
    var capacity = 0
  }

  /// Functions are nested to 32, and two sides compared.
  private static let levels = 40
  /// Longer values are absent.
  private static let limit = 1 << 20
  private let buffers: UnsafeMutablePointer<Buffer>

  init() {
    buffers = .allocate(capacity: Self.levels)
    buffers.initialize(repeating: Buffer(), count: Self.levels)
  }

  func free() {
    for level in 0..<Self.levels { buffers[level].base?.deallocate() }
    buffers.deallocate()
  }

  func clear(_ level: Int) { if level < Self.levels { buffers[level].count = 0 } }

  /// false: there is no such level, or the value would be longer than a value may be.
  func append(_ bytes: RawSpan, to level: Int) -> Bool {
    guard level < Self.levels else { return false }
    let count = buffers[level].count + bytes.byteCount
    guard count <= Self.limit else { return false }
    if count > buffers[level].capacity { grow(level, to: count) }
    bytes.withUnsafeBytes { bytes in
      if let from = bytes.baseAddress { buffers[level].base?.advanced(by: buffers[level].count).copyMemory(from: from, byteCount: bytes.count) }
    }
    buffers[level].count = count
    return true
  }

  func append(_ text: StaticString, to level: Int) -> Bool {
    append(UnsafeRawBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount).bytes, to: level)
  }

  func append(byte: UInt8, to level: Int) -> Bool { withUnsafeBytes(of: byte) { append($0.bytes, to: level) } }

  private func grow(_ level: Int, to count: Int) {
    var capacity = max(4096, buffers[level].capacity)
    while capacity < count { capacity *= 2 }
    let larger = UnsafeMutableRawPointer.allocate(byteCount: capacity, alignment: 8)
    if let base = buffers[level].base {
      larger.copyMemory(from: base, byteCount: buffers[level].count)
      base.deallocate()
    }
    buffers[level].base = larger
    buffers[level].capacity = capacity
  }

  /// The value at a level, for changes in place.
  func bytes(_ level: Int) -> UnsafeMutableRawBufferPointer {
    UnsafeMutableRawBufferPointer(start: buffers[level].base, count: buffers[level].base == nil ? 0 : buffers[level].count)
  }

  /// Leaves a part of the value at a level.
  func keep(_ level: Int, only part: UnsafeRawBufferPointer) {
    if let base = buffers[level].base, let start = part.baseAddress, !part.isEmpty { memmove(base, start, part.count) }
    truncate(level, to: part.count)
  }

  /// Puts a NUL behind each word of the value at a level, in place of the blanks.
  func split(_ level: Int) {
    let bytes = bytes(level)
    var count = 0
    for byte in bytes {
      let isBlank = byte == 0x20 || (0x09...0x0D).contains(byte)
      if isBlank && (count == 0 || bytes[count - 1] == 0) { continue }
      bytes[count] = isBlank ? 0 : byte
      count += 1
    }
    truncate(level, to: count)
  }

  func truncate(_ level: Int, to count: Int) { buffers[level].count = min(count, buffers[level].count) }

  /// Whether a value is part of another, in one pass over both, whatever they hold (Knuth, Morris and Pratt). Uses the
  /// last level.
  func isFound(_ part: UnsafeRawBufferPointer, in text: UnsafeRawBufferPointer) -> Bool {
    guard !part.isEmpty else { return true }
    guard text.count >= part.count else { return false }
    let level = Self.levels - 1
    if buffers[level].capacity < part.count * 4 { grow(level, to: part.count * 4) }
    guard let base = buffers[level].base else { return false }
    // By how many bytes that match: how many of these still match when the next one doesn't.
    let fallback = base.bindMemory(to: Int32.self, capacity: part.count)
    fallback[0] = 0
    var length = 0
    for index in 1..<part.count {
      while length > 0, part[index] != part[length] { length = Int(fallback[length - 1]) }
      if part[index] == part[length] { length += 1 }
      fallback[index] = Int32(truncatingIfNeeded: length)
    }
    length = 0
    for byte in text {
      while length > 0, byte != part[length] { length = Int(fallback[length - 1]) }
      if byte == part[length] { length += 1 }
      if length == part.count { return true }
    }
    return false
  }
}
