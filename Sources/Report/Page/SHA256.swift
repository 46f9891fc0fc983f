/// SHA-256 (FIPS 180-4), of the few kilobytes that a page's security policy names by their hash.
enum SHA256 {
  static func digest(_ message: [UInt8]) -> [UInt8] {
    var padded = message + [0x80]
    padded += [UInt8](repeating: 0, count: (120 - padded.count % 64) % 64)
    let bits = UInt64(message.count) << 3
    padded += withUnsafeBytes(of: bits.bigEndian) { Array($0) }
    var hash = initial
    var words = [UInt32](repeating: 0, count: 64)
    for block in stride(from: 0, to: padded.count, by: 64) {
      for index in 0..<16 {
        words[index] = padded[(block + index * 4)..<(block + index * 4 + 4)].reduce(0) { $0 << 8 | UInt32($1) }
      }
      for index in 16..<64 {
        let near = words[index - 2]
        let far = words[index - 15]
        words[index] =
          words[index - 16] &+ (rotated(far, 7) ^ rotated(far, 18) ^ far >> 3)
          &+ words[index - 7] &+ (rotated(near, 17) ^ rotated(near, 19) ^ near >> 10)
      }
      mix(words, into: &hash)
    }
    return hash.flatMap { word in [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: word >> UInt32($0)) } }
  }

  private static func mix(_ words: [UInt32], into hash: inout [UInt32]) {
    var state = hash
    for index in 0..<64 {
      let e = state[4]
      let a = state[0]
      let choice = (e & state[5]) ^ (~e & state[6])
      let first =
        state[7] &+ (rotated(e, 6) ^ rotated(e, 11) ^ rotated(e, 25)) &+ choice &+ rounds[index] &+ words[index]
      let majority = (a & state[1]) ^ (a & state[2]) ^ (state[1] & state[2])
      let second = (rotated(a, 2) ^ rotated(a, 13) ^ rotated(a, 22)) &+ majority
      state = [first &+ second, a, state[1], state[2], state[3] &+ first, e, state[5], state[6]]
    }
    for index in hash.indices { hash[index] &+= state[index] }
  }

  private static func rotated(_ word: UInt32, _ count: UInt32) -> UInt32 { word >> count | word << (32 - count) }

  /// The first 32 bits of the fractions of the square roots of the first eight primes.
  private static let initial = primes.prefix(8).map { fraction(of: Double($0).squareRoot()) }
  /// Likewise of the cube roots of the first 64.
  private static let rounds = primes.map { fraction(of: cubeRoot(Double($0))) }

  private static let primes: [Int] = {
    var primes: [Int] = []
    var next = 2
    while primes.count < 64 {
      if primes.allSatisfy({ next % $0 != 0 }) { primes.append(next) }
      next += 1
    }
    return primes
  }()

  private static func fraction(of number: Double) -> UInt32 {
    UInt32((number - number.rounded(.down)) * 4_294_967_296)
  }

  private static func cubeRoot(_ number: Double) -> Double {
    var root = number / 2
    for _ in 0..<64 { root -= (root * root * root - number) / (3 * root * root) }
    return root
  }
}
