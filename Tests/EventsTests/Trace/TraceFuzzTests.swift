@testable import Events
import Testing

@Suite struct TraceFuzzTests {
  /// Seeded changes to a trace, below and above its checksums: never a crash, a hang, or more memory than the bounds.
  @Test(.timeLimit(.minutes(10))) func changedTracesNeverTrap() throws {
    let folder = try TemporaryFolder()
    var random = SeededGenerator(seed: 2024)
    let whole = try TraceBytes.trace(Sample.stream(60), perBlock: 15).bytes
    let contents = TraceBytes.content(Sample.stream(15).enumerated().map { (UInt64($0.offset + 1), $0.element) })
    let deadline = ContinuousClock.now + .seconds(2)
    var runs = 0
    while ContinuousClock.now < deadline {
      runs += 1
      var bytes = whole
      if runs.isMultiple(of: 2) {
        // Behind good checksums: content as it may come from a hostile author.
        var content = contents
        change(&content, times: Int.random(in: 1...4, using: &random), using: &random)
        bytes = TraceEncoder.fileHeader
        bytes += try TraceBytes.block(content: content)
        if content.count < 40 { continue }
      } else {
        change(&bytes, times: Int.random(in: 1...4, using: &random), using: &random)
      }
      let path = try folder.write(bytes)
      guard let read = try? Delivered(path: path) else { continue }
      // Whatever happened, numbers increase and each record is one.
      #expect(zip(read.numbers, read.numbers.dropFirst()).allSatisfy { $0 < $1 })
      #expect(read.records.allSatisfy { $0.count >= 40 && $0.count <= Record.maximumSize })
      #expect(read.summary.records == UInt64(read.records.count))
    }
    #expect(runs > 20)
  }

  private func change(_ bytes: inout [UInt8], times: Int, using random: inout SeededGenerator) {
    for _ in 0..<times where !bytes.isEmpty {
      let at = Int.random(in: 0..<bytes.count, using: &random)
      switch Int.random(in: 0..<6, using: &random) {
      case 0: bytes[at] ^= 1 << UInt8.random(in: 0..<8, using: &random)
      case 1: bytes[at] = [0, 1, 0x7F, 0x80, 0xFF].randomElement(using: &random) ?? 0
      case 2: bytes.removeSubrange(at..<min(at + Int.random(in: 1...64, using: &random), bytes.count))
      case 3: bytes.insert(contentsOf: (0..<8).map { _ in UInt8.random(in: .min ... .max, using: &random) }, at: at)
      case 4: bytes.replaceSubrange(at..<min(at + 4, bytes.count), with: [0xF8, 0xFF, 0xFF, 0xFF].prefix(bytes.count - at))
      default: bytes.append(contentsOf: bytes[at...].prefix(200))
      }
    }
  }
}
