import TestSupport
import Testing

@testable import Events

/// Changed captures, plain and compressed: never a trap, a hang, or more memory than the bounds.
@Suite struct ScapFuzzTests {
  private static let folder = Corpus.path("scap")
  private static let names = ["cat_write", "connect_localhost", "curl_google", "sample", "single_ipv6_conn"]

  /// Small ones made here, and the real ones where they are.
  private static func seeds() -> [[UInt8]] {
    var seeds = [ScapDamageTests.sample().bytes]
    for version in [1, 4, 7] {
      var capture = ScapBuilder(minor: 0)
      capture.processes([ScapBuilder.Process(5), ScapBuilder.Process(6)], version: version)
      capture.clone(thread: 5, pid: 5, parent: 1, result: 7, .first)
      capture.exit(5)
      seeds.append(capture.bytes)
    }
    for name in names {
      guard let file = try? TraceFile.read("\(folder)/\(name).scap"), let bytes = try? whole(file) else { continue }
      seeds.append(bytes)
    }
    return seeds
  }

  private static func whole(_ file: consuming TraceFile) throws -> [UInt8] {
    try file.lookAhead(2)
    var input = try ScapInput(file)
    let part = TraceBuffer(byteCount: 64 << 10)
    var bytes: [UInt8] = []
    while true {
      let count = try input.read(into: part.bytes)
      if count == 0 { return bytes }
      bytes += part.bytes[..<count]
    }
  }

  @Test(.timeLimit(.minutes(60))) func changedCapturesNeverTrap() throws {
    let seeds = Self.seeds()
    let seed = Fuzzing.seed
    var runs = 0
    let count = Fuzzing.run(2026) { random in
      runs += 1
      var bytes = seeds.randomElement(using: &random) ?? []
      if runs.isMultiple(of: 4) {
        // Of a real capture only some part, so that what comes late is reached as well.
        let start = min(28, bytes.count)
        let end = Int.random(in: start...bytes.count, using: &random)
        bytes.removeSubrange(end...)
      }
      Self.change(&bytes, times: Int.random(in: 1...6, using: &random), using: &random)
      if runs.isMultiple(of: 5) {
        bytes = gzipped(bytes)
        if Bool.random(using: &random) { Self.change(&bytes, times: 1, using: &random) }
      }
      guard let imported = try? Imported(bytes) else { return }
      let counts = imported.counts
      #expect(counts.accounted == counts.events, "seed \(seed), run \(runs)")
      #expect(imported.records.count == Int(counts.records.values.reduce(0, +)), "seed \(seed), run \(runs)")
      #expect(imported.records.allSatisfy { $0.count >= 40 && $0.count <= Record.maximumSize }, "seed \(seed), run \(runs)")
      #expect(imported.numbers == Array(1..<UInt64(imported.numbers.count) + 1), "seed \(seed), run \(runs)")
    }
    #expect(count > 20)
  }

  private static func change(_ bytes: inout [UInt8], times: Int, using random: inout some RandomNumberGenerator) {
    for _ in 0..<times where !bytes.isEmpty {
      let at = Int.random(in: 0..<bytes.count, using: &random)
      switch Int.random(in: 0..<7, using: &random) {
      case 0: bytes[at] ^= 1 << UInt8.random(in: 0..<8, using: &random)
      case 1: bytes[at] = [0, 1, 0x7F, 0x80, 0xFF].randomElement(using: &random) ?? 0
      case 2: bytes.removeSubrange(at..<min(at + Int.random(in: 1...64, using: &random), bytes.count))
      case 3: bytes.insert(contentsOf: (0..<8).map { _ in UInt8.random(in: .min ... .max, using: &random) }, at: at)
      case 4: bytes.replaceSubrange(at..<min(at + 4, bytes.count), with: [0xF8, 0xFF, 0xFF, 0xFF].prefix(bytes.count - at))
      case 5:
        // Another kind of event, in a block that stays whole.
        let type = [13, 15, 19, 21, 23, 25, 27, 31, 47, 155, 186, 223, 247, 293, 331].randomElement(using: &random) ?? 5
        if at + 2 <= bytes.count { bytes.replaceSubrange(at..<at + 2, with: [UInt8(type & 0xFF), UInt8(type >> 8)]) }
      default: bytes.append(contentsOf: bytes[at...].prefix(400))
      }
    }
  }
}
