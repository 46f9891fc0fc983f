import CEvents
@testable import Events
import Testing

/// A record's line holds all of it.
@Suite struct JSONLRoundTripTests {
  @Test func theRecordingsOfShippedRulesAreThere() { #expect(ShippedTraces.paths.count >= 70) }

  @Test(arguments: ShippedTraces.paths)
  func everyShippedRecordComesBackByteForByte(path: String) throws {
    let read = try Delivered(path: path)
    #expect(read.records.count > 2)
    let lines = try JSONLText.lines(Array(zip(read.numbers, read.records)))
    let back = try Delivered(bytes: lines)
    #expect(back.records == read.records)
    #expect(back.numbers == read.numbers)
    #expect(back.summary.isWhole)
    // To be read by people.
    let asBytes = String(decoding: lines, as: UTF8.self).split(separator: "\n").filter { $0.contains("\"bytes\"") }
    #expect(asBytes.isEmpty)
  }

  /// Every byte of the ABI's structs is some field's, but what is reserved and what every header has.
  @Test(arguments: [
    (JSONLLayout.process, 368, [164..<168]), (.fork, 104, []), (.exit, 72, []), (.socket, 136, [132..<136]),
    (.stream, 80, []), (.counters, 72 + 24 * 64 + 16, []), (.known, 112, [92..<96]), (.cgroup, 72, []), (.facts, 64, [52..<56]),
    (.mounts, 56, []),
  ] as [(JSONLLayout, Int, [Range<Int>])])
  func fieldsCoverTheStruct(layout: JSONLLayout, byteCount: Int, reserved: [Range<Int>]) {
    #expect(layout.byteCount == byteCount)
    var covered = Array(repeating: 0, count: byteCount)
    for at in 0..<8 { covered[at] += 1 }
    for field in layout.fields { for at in field.offset..<field.end { covered[at] += 1 } }
    for range in reserved { for at in range { covered[at] += 1 } }
    #expect(covered.indices.filter { covered[$0] != 1 } == [])
    #expect(Set(layout.fields.map(\.name.description)).count == layout.fields.count)
  }

  /// Records that nobody would write, of every kind, some with a part changed so that no field tells it.
  @Test func whateverARecordHoldsComesBack() throws {
    var random = SeededGenerator(seed: 31)
    var asBytes = 0
    for round in 0..<4000 {
      let kind = round.isMultiple(of: 5) ? UInt16.random(in: 0...90, using: &random) : EventKind.allCases.randomElement(using: &random)?.rawValue ?? 1
      let record = Self.record(kind: kind, using: &random)
      let lines = try JSONLText.lines([(UInt64(round), record)])
      let back = try Delivered(bytes: lines)
      #expect(back.records == [record] && back.numbers == [UInt64(round)], "\(String(decoding: lines, as: UTF8.self))")
      if String(decoding: lines, as: UTF8.self).contains("\"bytes\"") { asBytes += 1 }
    }
    #expect(asBytes > 200 && asBytes < 3500)
  }

  private static let oddBytes: [UInt8] = [0, 0x41, 0xC3, 0xA9, 0x5C, 0x22, 0x0A, 0xFF, 0x7F, 0xE2, 0x80, 0xAE]

  /// Fields of any content, and now and then a fixed part of another length, any variable part, or a wild reference.
  private static func record(kind: UInt16, using random: inout SeededGenerator) -> [UInt8] {
    let layout = EventKind(rawValue: kind).map { JSONLLayout.of($0) }
    let usual = layout?.byteCount ?? 48
    let other = [40, 41, 48, 64, usual + 8, usual + 24, usual + 5].randomElement(using: &random) ?? usual
    let fixed = Bool.random(using: &random) ? usual : max(40, other)
    var bytes = (0..<fixed).map { _ in
      Int.random(in: 0..<4, using: &random) == 0 ? UInt8.random(in: .min ... .max, using: &random) : 0
    }
    var references: [Int] = layout?.fields.filter { $0.isPart && $0.end <= fixed }.map(\.offset) ?? []
    for at in references { bytes.replaceSubrange(at..<at + 8, with: repeatElement(0, count: 8)) }
    for field in layout?.fields ?? [] where field.end <= fixed {
      // A text, as most are: nothing behind its end.
      if case .text = field.form {
        let end = Int.random(in: field.offset...field.end, using: &random)
        for at in field.offset..<field.end { bytes[at] = at < end ? UInt8.random(in: 1...255, using: &random) : 0 }
      }
    }
    if let layout, layout.byteCount == 136, fixed == 136 { bytes.replaceSubrange(132..<136, with: [0, 0, 0, 0]) }
    if layout?.byteCount == 368, fixed >= 168 { bytes.replaceSubrange(164..<168, with: [0, 0, 0, 0]) }
    references.shuffle(using: &random)
    for at in references where Bool.random(using: &random) {
      let length = Int.random(in: 0...40, using: &random)
      let part: [UInt8] = (0..<length).map { _ in Self.oddBytes.randomElement(using: &random) ?? 0 }
      var reference = sv_ref(offset: UInt32(bytes.count), length: UInt32(length))
      if Int.random(in: 0..<12, using: &random) == 0 { reference.offset ^= UInt32.random(in: 0...64, using: &random) }
      withUnsafeBytes(of: reference) { bytes.replaceSubrange(at..<at + 8, with: $0) }
      bytes += part
    }
    while !bytes.count.isMultiple(of: 8) { bytes.append(Bool.random(using: &random) ? 0 : 0xAB) }
    withUnsafeBytes(of: UInt32(bytes.count)) { bytes.replaceSubrange(0..<4, with: $0) }
    withUnsafeBytes(of: UInt16(fixed)) { bytes.replaceSubrange(4..<6, with: $0) }
    withUnsafeBytes(of: kind) { bytes.replaceSubrange(6..<8, with: $0) }
    return bytes
  }

  @Test func bytesThatAreNoTextAreEscaped() throws {
    var fixed = sv_process()
    fixed.header.pid = 5
    var builder = RecordBuilder(fixed)
    builder.append(Array("/tmp/caf".utf8) + [0xE9, 0x5C, 0x1B], at: MemoryLayout<sv_process>.offset(of: \.exe))
    builder.append(
      Array("a\"\\\u{1B}[2J\u{202E}é".utf8) + [0] + [0xFF, 0] + Array("cut".utf8), at: MemoryLayout<sv_process>.offset(of: \.args))
    let record = try #require(builder.finish(kind: .exec))
    let line = try JSONLText.line(record)
    #expect(line.contains(#""exe":{"escaped":"/tmp/caf\\xe9\\\\\\x1b"}"#), "\(line)")
    #expect(line.contains(#""args":["a\"\\\u001b[2J\u202eé",{"escaped":"\\xff"},"cut",null]"#), "\(line)")
    #expect(try JSONLText.read(line).records == [record])
  }

  @Test func whatStandsBehindATextsEndIsKept() throws {
    var record = Sample.exit(timeNanoseconds: 1)
    record.replaceSubrange(56..<72, with: Array("curl".utf8) + [0, 0, 7, 0, 0, 0, 0, 0, 0, 1, 0, 2])
    let line = try JSONLText.line(record)
    #expect(line.contains(#""comm":"curl","junk":{"comm":"07000000000000010002"}"#), "\(line)")
    #expect(try JSONLText.read(line).records == [record])
    // It gives way to a longer text.
    let edited = try #require(JSONLText.read(line.replacing("curl", with: "twelve bytes")).records.first)
    #expect(Array(edited[56..<72]) == Array("twelve bytes".utf8) + [0, 1, 0, 2])
  }

  @Test func lossesComeBack() throws {
    var lines: [UInt8] = []
    let encoder = JSONLEncoder()
    encoder.append(lost: 4, to: &lines)
    lines += try JSONLText.lines([(1, Sample.exit(timeNanoseconds: 5))])
    encoder.append(lost: .max, to: &lines)
    var reader = try TraceReader(bytes: lines, name: "t.jsonl")
    _ = try reader.next()
    #expect(reader.lostBeforeRecord == 4)
    _ = try reader.next()
    #expect(reader.summary.lostRecords == .max && !reader.summary.isWhole)
  }
}
