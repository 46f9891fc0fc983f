internal import Glibc

/// What fuzz tests share. Each takes a second, and mutates the same way every time; a longer run has other mutations:
/// `make fuzz SECONDS=600`, or SELVAGE_FUZZ_SECONDS and SELVAGE_FUZZ_SEED in the environment.
package enum Fuzzing {
  package static let seconds = number("SELVAGE_FUZZ_SECONDS") ?? 1
  /// To be told with what is found: the same seed finds it again.
  package static let seed = number("SELVAGE_FUZZ_SEED") ?? (seconds > 1 ? UInt64(time(nil)) : 0)

  private static func number(_ name: String) -> UInt64? { getenv(name).flatMap { UInt64(String(cString: $0)) } }

  /// On a busy machine a second may not be enough to have tried anything.
  private static let minimumRuns = 250

  /// Calls `body` until the time is up, and 250 times at the least.
  ///
  /// - Returns: how often.
  package static func run(_ ownSeed: UInt64, _ body: (inout SeededGenerator) throws -> Void) rethrows -> Int {
    var random = SeededGenerator(seed: ownSeed &+ seed)
    let clock = ContinuousClock()
    let end = clock.now + .seconds(seconds)
    var runs = 0
    while clock.now < end || runs < minimumRuns {
      try body(&random)
      runs += 1
    }
    return runs
  }

  /// Of rule files.
  package static let pieces = [
    "(", ")", "not ", "and ", "or ", "\"", "'", "\\", "[", "]", ",", "=", " in (", "val(", "- ", "\n", "  ", ": ", "&a ", "*a", "|\n",
    "é", "\u{7}", "{", "}", "%", "%proc.", "anyof (", "#", "---\n", "shells", "!!str ", "\t", "\r", "0x", "? ", "|re", "|contains", "1 of ",
    "them", "append: true", "exceptions:", "fields:", "values:", "comps:",
  ].map { Array($0.utf8) }

  package static func mutated(
    _ bytes: [UInt8], _ random: inout SeededGenerator, pieces: [[UInt8]] = Self.pieces
  ) -> [UInt8] {
    var bytes = bytes
    for _ in 0..<Int.random(in: 1...6, using: &random) {
      let at = Int.random(in: 0...bytes.count, using: &random)
      let length = min(Int.random(in: 0...12, using: &random), bytes.count - at)
      switch Int.random(in: 0..<5, using: &random) {
      case 0: bytes.removeSubrange(at..<at + length)
      case 1: bytes.insert(contentsOf: pieces.randomElement(using: &random) ?? [], at: at)
      case 2: bytes.insert(contentsOf: bytes[at..<at + length], at: Int.random(in: 0...bytes.count, using: &random))
      case 3: if at < bytes.count { bytes[at] = UInt8.random(in: 0...255, using: &random) }
      default: bytes.removeSubrange((bytes.count - min(length * 4, bytes.count))...)
      }
    }
    return bytes
  }
}
