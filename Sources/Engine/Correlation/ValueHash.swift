/// Stands for values, however long they are: 128 bits that no two have in common, as far as anybody can bring about.
struct ValueIdentity: Hashable, BitwiseCopyable {
  let high: UInt64
  let low: UInt64
}

/// SipHash-2-4 with 128 bits (Aumasson and Bernstein), under a fixed key: the same in every run. What an event holds is
/// chosen by others, so a plain checksum would not do.
struct ValueHash: BitwiseCopyable {
  private var v0: UInt64
  private var v1: UInt64
  private var v2: UInt64
  private var v3: UInt64
  /// Bytes that do not fill a word yet, the first lowest.
  private var tail: UInt64 = 0
  private var count: UInt64 = 0

  init(key: (UInt64, UInt64) = (0x7365_6C76_6167_6521, 0x636F_7272_656C_6174)) {
    v0 = 0x736F_6D65_7073_6575 ^ key.0
    v1 = 0x646F_7261_6E64_6F6D ^ key.1 ^ 0xEE
    v2 = 0x6C79_6765_6E65_7261 ^ key.0
    v3 = 0x7465_6462_7974_6573 ^ key.1
  }

  mutating func append(byte: UInt8) {
    tail |= UInt64(byte) << (count % 8 * 8)
    count &+= 1
    if count.isMultiple(of: 8) {
      compress(tail)
      tail = 0
    }
  }

  /// Without its length: values that follow one another need that before them.
  mutating func append(_ bytes: RawSpan) {
    for offset in 0..<bytes.byteCount {
      append(byte: bytes.unsafeLoad(fromUncheckedByteOffset: offset, as: UInt8.self))
    }
  }

  mutating func append(_ number: UInt64) {
    for shift in 0..<UInt64(8) { append(byte: UInt8(truncatingIfNeeded: number >> (shift * 8))) }
  }

  mutating func append(_ identity: ValueIdentity) {
    append(identity.high)
    append(identity.low)
  }

  /// Of what was appended.
  consuming func identity() -> ValueIdentity {
    compress(count << 56 | tail)
    v2 ^= 0xEE
    for _ in 0..<4 { round() }
    let high = v0 ^ v1 ^ v2 ^ v3
    v1 ^= 0xDD
    for _ in 0..<4 { round() }
    return ValueIdentity(high: high, low: v0 ^ v1 ^ v2 ^ v3)
  }

  private mutating func compress(_ word: UInt64) {
    v3 ^= word
    round()
    round()
    v0 ^= word
  }

  private mutating func round() {
    v0 &+= v1
    v1 = v1 << 13 | v1 >> 51
    v1 ^= v0
    v0 = v0 << 32 | v0 >> 32
    v2 &+= v3
    v3 = v3 << 16 | v3 >> 48
    v3 ^= v2
    v0 &+= v3
    v3 = v3 << 21 | v3 >> 43
    v3 ^= v0
    v2 &+= v1
    v1 = v1 << 17 | v1 >> 47
    v1 ^= v2
    v2 = v2 << 32 | v2 >> 32
  }
}
