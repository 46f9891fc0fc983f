/// Reads text eight bytes at a time, ASCII letters in lower case, and hashes what it read. Indices look texts up without
/// their case, so that one look serves tests with and without: the test itself is what decides.
enum FoldedBytes {
  static func fold(_ byte: UInt8) -> UInt8 { byte &- 0x41 < 26 ? byte | 0x20 : byte }

  /// Of each of the eight bytes.
  static func fold(_ word: UInt64) -> UInt64 {
    let high: UInt64 = 0x8080_8080_8080_8080
    let low = word & ~high
    let fromA = low &+ 0x3F3F_3F3F_3F3F_3F3F
    let pastZ = low &+ 0x2525_2525_2525_2525
    return word | (fromA & ~pastZ & ~word & high) >> 2
  }

  /// The first byte lowest; zero past `count`, which is at most 8.
  static func word(_ text: UnsafeRawBufferPointer, at start: Int, count: Int = 8) -> UInt64 {
    if start + 8 <= text.count {
      let word = UInt64(littleEndian: text.loadUnaligned(fromByteOffset: start, as: UInt64.self))
      return fold(count >= 8 ? word : word & ((1 << UInt64(count * 8)) - 1))
    }
    var word: UInt64 = 0
    for index in 0..<count { word |= UInt64(text[start + index]) << UInt64(index * 8) }
    return fold(word)
  }

  static let basis: UInt64 = 0xCBF2_9CE4_8422_2325

  static func hash(_ hash: UInt64, _ word: UInt64) -> UInt64 {
    let mixed = (hash ^ word) &* 0x9E37_79B9_7F4A_7C15
    return mixed ^ mixed >> 29
  }

  /// Of a whole text. Who chooses the bytes of an event can make them fall on one place, but what a search walks over are
  /// the texts of a rule's author.
  static func hash(_ text: UnsafeRawBufferPointer) -> UInt64 {
    var hash = basis
    var start = 0
    while start + 8 <= text.count {
      hash = Self.hash(hash, word(text, at: start))
      start += 8
    }
    return Self.hash(Self.hash(hash, word(text, at: start, count: text.count - start)), UInt64(text.count))
  }
}
