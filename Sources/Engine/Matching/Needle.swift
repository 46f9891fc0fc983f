import Glibc

/// A byte string to be found in others. Its rarest byte is looked for first: the C library looks at many bytes at a
/// time, and most texts lack it. A text that has it again and again is read in one pass (Knuth, Morris and Pratt), so
/// that whoever chooses the text can't make it cost more.
struct Needle: BitwiseCopyable {
  private let bytes: UnsafeRawBufferPointer
  /// By how many bytes that match: how many of these still match when the next one doesn't.
  private let fallback: UnsafeBufferPointer<Int32>
  private let ignoresCase: Bool
  /// Where in ``bytes`` the rarest is.
  private let rarest: Int

  /// - Parameter ignoresCase: of ASCII letters; the bytes are then in lower case.
  init(_ bytes: [UInt8], ignoresCase: Bool = false, _ constants: Constants) {
    self.bytes = constants.keep(bytes)
    self.ignoresCase = ignoresCase
    rarest = bytes.indices.max { Self.rarity(bytes[$0]) < Self.rarity(bytes[$1]) } ?? 0
    var fallback = [Int32](repeating: 0, count: bytes.count + 1)
    var length = 0
    for index in bytes.indices.dropFirst() {
      while length > 0, bytes[index] != bytes[length] { length = Int(fallback[length]) }
      if bytes[index] == bytes[length] { length += 1 }
      fallback[index + 1] = Int32(truncatingIfNeeded: length)
    }
    self.fallback = constants.keep(fallback)
  }

  func isFound(in text: RawSpan) -> Bool {
    guard !bytes.isEmpty else { return true }
    guard text.byteCount >= bytes.count else { return false }
    return text.withUnsafeBytes { text in
      guard let base = text.baseAddress, let needle = bytes.baseAddress else { return false }
      return ignoresCase ? isInOnePass(text[...]) : isFound(base, text, needle)
    }
  }

  private func isFound(_ base: UnsafeRawPointer, _ text: UnsafeRawBufferPointer, _ needle: UnsafeRawPointer) -> Bool {
    let end = text.count - bytes.count + rarest + 1
    var next = rarest
    var misses = 0
    while next < end {
      guard let hit = memchr(base + next, CInt(bytes[rarest]), end - next) else { return false }
      let place = base.distance(to: UnsafeRawPointer(hit))
      if memcmp(base + place - rarest, needle, bytes.count) == 0 { return true }
      next = place + 1
      misses += 1
      // A miss costs about what 16 bytes of the one pass do.
      if misses > 8 + place / 16 { return isInOnePass(text[(next - rarest)...]) }
    }
    return false
  }

  private func isInOnePass(_ text: Slice<UnsafeRawBufferPointer>) -> Bool {
    var length = 0
    for byte in UnsafeRawBufferPointer(rebasing: text) {
      let byte = ignoresCase && (0x41...0x5A).contains(byte) ? byte | 0x20 : byte
      while length > 0, byte != bytes[length] { length = Int(fallback[length]) }
      if byte == bytes[length] { length += 1 }
      if length == bytes.count { return true }
    }
    return false
  }

  /// What command lines and paths are made of, the commonest first; only speed hangs on it.
  private static let common: StaticString = "e/ta-o.snirlcdupm hg_bfyvwkxqjz0123456789="

  private static func rarity(_ byte: UInt8) -> Int {
    common.withUTF8Buffer { $0.firstIndex(of: byte) ?? $0.count }
  }
}
