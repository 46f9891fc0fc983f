@testable import Events
import Testing
import enum TestSupport.Fuzzing
import struct TestSupport.SeededGenerator

/// Mutates what is valid for a while, see `Fuzzing`: never a trap, a hang, or more memory than the bounds.
@Suite struct TraceFuzzTests {
  /// Below its checksums, which find most of it.
  @Test(.timeLimit(.minutes(30))) func changedTracesNeverTrap() throws {
    let whole = try TraceBytes.trace(Sample.stream(60), perBlock: 15).bytes
    let runs = try Fuzzing.run(2024) { random in
      try read(changed(whole, using: &random), skipTo: UInt64.random(in: 0...70, using: &random))
    }
    #expect(runs > 0)
  }

  /// Behind good checksums: content as it may come from a hostile author.
  @Test(.timeLimit(.minutes(30))) func changedContentsNeverTrap() throws {
    let contents = TraceBytes.content(Sample.stream(15).enumerated().map { (UInt64($0.offset + 1), $0.element) })
    let runs = try Fuzzing.run(2025) { random in
      let content = changed(contents, using: &random)
      if content.count < 40 { return }
      try read(TraceEncoder.fileHeader + TraceBytes.block(content: content), skipTo: 0)
    }
    #expect(runs > 0)
  }

  /// Likewise an index.
  @Test(.timeLimit(.minutes(30))) func changedIndexesNeverTrap() throws {
    let (bytes, offsets) = try TraceBytes.trace(Sample.stream(60), perBlock: 15)
    var content: [UInt8] = []
    content.append(littleEndian: 4 as UInt32)
    content.append(littleEndian: 48 as UInt32)
    for (index, offset) in offsets.dropLast().enumerated() {
      var range = TraceRange()
      range.add(number: UInt64(index * 15 + 1), timeNanoseconds: UInt64(index * 15_000))
      range.add(number: UInt64(index * 15 + 15), timeNanoseconds: UInt64(index * 15_000 + 14_000))
      content.append(littleEndian: UInt64(offset))
      var encoded = [UInt8](repeating: 0, count: 40)
      encoded.withUnsafeMutableBytes { range.encode(into: $0) }
      content += encoded
    }
    var skips = 0
    let runs = try Fuzzing.run(2026) { random in
      let content = Bool.random(using: &random) ? content : changed(content, using: &random)
      var payload = try TraceBytes.compressed(content)
      payload.append(littleEndian: UInt64(bytes.count))
      payload.append(littleEndian: TraceIndex.trailerMagic)
      let index = TraceBytes.block(payload: payload, contentBytes: content.count, kind: TraceIndex.kind)
      if try read(bytes + index, skipTo: UInt64.random(in: 0...60, using: &random)) { skips += 1 }
    }
    #expect(runs > 0 && (runs < 20 || skips > 0))
  }

  /// Lines of JSON, most still JSON.
  @Test(.timeLimit(.minutes(30))) func changedLinesNeverTrap() throws {
    let shipped = try #require(ShippedTraces.paths.first { $0.hasSuffix("reverse-shell.fires.trace") } ?? ShippedTraces.paths.first)
    let read = try Delivered(path: shipped)
    var lines = try JSONLText.lines(Array(zip(read.numbers, read.records)).prefix(12).map { $0 })
    lines += Array(
      """
      {"lost":3}
      {"comment":"x"}
      {"kind":"exec","exe":{"escaped":"/a\\\\xff"},"args":["a","\\u00e9\\ud83d\\ude00",null],"stdio":[{"type":"socket","remote":"::1"}]}
      {"kind":"connect","remote":"192.0.2.1","remote_port":443,"flags":["incoming",64]}
      {"kind":"counters","counter":{"execve":{"produced":5},"9":{"lost_ring":1}}}
      """.utf8)
    let pieces = [
      "{", "}", "[", "]", "\"", "\\", "\\u", "\\ud800", ":", ",", "null", "-1", "18446744073709551616", "1e9", "{\"kind\":\"exec\"}\n",
      "\"kind\":", "\"fixed\":48,", "\"more\":\"00\",", "\"padding\":\"0102\",", "\"bytes\":\"", "\"junk\":{\"comm\":\"41\"},", "\n", "\0", "é", "\u{1F600}",
      "{\"escaped\":\"", "\"number\":1,", "\"lost\":1,", "[[[[[[[[[[[[", "::ffff:1.2.3.4",
    ].map { Array($0.utf8) }
    let runs = try Fuzzing.run(2027) { random in
      let lines = Fuzzing.mutated(lines, &random, pieces: pieces)
      try self.read(lines, skipTo: 0)
    }
    #expect(runs > 0)
  }

  /// - Returns: whether it could go to that record.
  @discardableResult
  private func read(_ bytes: [UInt8], skipTo number: UInt64) throws -> Bool {
    guard var reader = try? TraceReader(bytes: bytes, name: "fuzz") else { return false }
    let skipped = reader.skip(toNumber: number)
    let read = Delivered(&reader)
    // Whatever happened, numbers increase and each record is one, and can be written as a line that comes back.
    #expect(zip(read.numbers, read.numbers.dropFirst()).allSatisfy { $0 < $1 })
    #expect(read.records.allSatisfy { $0.count >= 40 && $0.count <= Record.maximumSize })
    #expect(read.summary.records == UInt64(read.records.count))
    let lines = try JSONLText.lines(Array(zip(read.numbers, read.records)))
    if !lines.isEmpty {
      let back = try Delivered(bytes: lines)
      #expect(back.records == read.records && back.numbers == read.numbers)
    }
    let text = RecordLine()
    for (number, record) in zip(read.numbers, read.records) {
      let line = text.text(try Record(number: number, bytes: record.span.bytes))
      #expect(!line.unicodeScalars.contains(where: EscapedText.isHostile))
    }
    return skipped
  }

  private func changed(_ bytes: [UInt8], using random: inout some RandomNumberGenerator) -> [UInt8] {
    var bytes = bytes
    for _ in 0..<Int.random(in: 1...4, using: &random) where !bytes.isEmpty {
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
    return bytes
  }
}
