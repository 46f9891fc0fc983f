import CEvents
@testable import Events

/// Numbers that are the same on every run. (SplitMix64)
struct SeededGenerator: RandomNumberGenerator {
  var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}

/// Records as a stream might have them.
enum Sample {
  static func exit(timeNanoseconds: UInt64, code: UInt32 = 0) -> [UInt8] {
    var fixed = sv_exit()
    fixed.header.time_ns = timeNanoseconds
    fixed.header.pid = 42
    fixed.code = code
    return RecordBuilder(fixed).finish(kind: .exit) ?? []
  }

  /// An exec whose arguments are `count` random bytes: they do not compress.
  static func exec(timeNanoseconds: UInt64, argumentBytes count: Int, using random: inout SeededGenerator) -> [UInt8] {
    var fixed = sv_process()
    fixed.header.time_ns = timeNanoseconds
    fixed.header.pid = 43
    var builder = RecordBuilder(fixed)
    builder.append(
      (0..<count).map { _ in UInt8.random(in: .min ... .max, using: &random) }, at: MemoryLayout<sv_process>.offset(of: \.args))
    return builder.finish(kind: .exec) ?? []
  }

  /// Records 1 to `count`, small and large mixed.
  static func stream(_ count: Int, seed: UInt64 = 1) -> [[UInt8]] {
    var random = SeededGenerator(seed: seed)
    return (0..<count).map { index in
      let time = UInt64(index) * 1000
      return index.isMultiple(of: 3)
        ? exec(timeNanoseconds: time, argumentBytes: Int.random(in: 0...1500, using: &random), using: &random)
        : exit(timeNanoseconds: time, code: UInt32(index))
    }
  }
}
