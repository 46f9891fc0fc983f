import CEvents
@testable import Events
import Testing

@Suite struct RecordTests {
  /// An exit record as a little-endian machine writes it.
  static let exit = hex(
    """
    48 00 00 00              # size 72
    48 00                    # fixed 72
    03 00                    # kind 3: exit
    15 CD 5B 07 00 00 00 00  # time_ns 123456789
    2A 00 00 00              # pid 42
    2B 00 00 00              # tid 43
    40 E2 01 00 00 00 00 00  # start_ns 123456
    99 00 00 00 00 00 00 00  # cgroup_id 153
    07 00 00 00              # code 7
    09 00 00 00              # signal 9
    01 00 00 00              # core_dumped
    E8 03 00 00              # uid 1000
    62 61 73 68 00 00 00 00  # comm "bash"
    00 00 00 00 00 00 00 00
    """)

  @Test func decodesAnExit() throws {
    let record = try Record(number: 5, bytes: Self.exit.span.bytes)
    #expect(record.number == 5)
    #expect(record.kind == .exit)
    #expect(record.bytes.byteCount == 72)
    #expect(record.header.time_ns == 123_456_789)
    #expect(record.header.pid == 42)
    #expect(record.header.tid == 43)
    #expect(record.header.start_ns == 123_456)
    #expect(record.header.cgroup_id == 153)
    let exit = try record.exit()
    #expect(exit.code == 7)
    #expect(exit.signal == 9)
    #expect(exit.core_dumped == 1)
    #expect(exit.uid == 1000)
    #expect(withUnsafeBytes(of: exit.comm) { Array($0.prefix(5)) } == Array("bash\0".utf8))
  }

  @Test func decodesASocket() throws {
    let bytes = hex(
      """
      80 00 00 00 80 00 10 00  # size 128, fixed 128, kind 16: connect
      01 00 00 00 00 00 00 00  # time_ns
      02 00 00 00 03 00 00 00  # pid 2, tid 3
      04 00 00 00 00 00 00 00  # start_ns
      05 00 00 00 00 00 00 00  # cgroup_id
      06 00 00 00 00 00 00 00  # cookie 6
      07 00 00 00 00 00 00 00  # duration_ns 7
      98 00 00 F0              # ns_net 4026531992
      8D FF FF FF              # result -115
      02 00 01 00 06 00 02 00  # family AF_INET, type SOCK_STREAM, protocol TCP, flags: owner unknown
      39 30 BB 01              # local_port 12345, remote_port 443
      E8 03 00 00              # uid 1000
      0A 00 00 01 00 00 00 00 00 00 00 00 00 00 00 00  # local 10.0.0.1
      C0 00 02 07 00 00 00 00 00 00 00 00 00 00 00 00  # remote 192.0.2.7
      63 75 72 6C 00 00 00 00 00 00 00 00 00 00 00 00  # comm "curl"
      """)
    let socket = try Record(number: 1, bytes: bytes.span.bytes).socket()
    #expect(socket.cookie == 6)
    #expect(socket.duration_ns == 7)
    #expect(socket.ns_net == 4_026_531_992)
    #expect(socket.result == -115)
    #expect(socket.family == 2 && socket.type == 1 && socket.protocol == 6)
    #expect(Int32(socket.flags) == Int32(SV_SOCKET_OWNER_UNKNOWN))
    #expect(socket.local_port == 12345 && socket.remote_port == 443)
    #expect(socket.uid == 1000)
    #expect(withUnsafeBytes(of: socket.remote) { Array($0.prefix(4)) } == [192, 0, 2, 7])
  }

  @Test func leavesWhatFollowsTheRecord() throws {
    let record = try Record(number: 1, bytes: (Self.exit + Self.exit).span.bytes)
    #expect(record.bytes.byteCount == 72)
  }

  @Test(arguments: 0..<40) func refusesFewerBytesThanAHeader(count: Int) {
    #expect(throws: RecordError.short(count)) { try decode(Array(Self.exit.prefix(count))) }
  }

  @Test(arguments: [0, 1, 39, 41, 44, 71, 73, 80, 32760, 32768, 32776, 0x7FFF_FFF8, 0xFFFF_FFF8, 0xFFFF_FFFF] as [UInt32])
  func refusesASizeThatDoesNotFit(size: UInt32) {
    var bytes = Self.exit
    withUnsafeBytes(of: size) { bytes.replaceSubrange(0..<4, with: $0) }
    #expect(throws: RecordError.size(size, available: 72)) { try decode(bytes) }
  }

  @Test func refusesMoreThanTheLargestRecord() {
    var bytes = [UInt8](repeating: 0, count: 40000)
    withUnsafeBytes(of: UInt32(32776)) { bytes.replaceSubrange(0..<4, with: $0) }
    bytes[4] = 40
    #expect(throws: RecordError.size(32776, available: 40000)) { try decode(bytes) }
  }

  @Test(arguments: [0, 1, 39, 73, 255, 0xFFFF] as [UInt16])
  func refusesAFixedPartThatDoesNotFit(fixed: UInt16) {
    var bytes = Self.exit
    withUnsafeBytes(of: fixed) { bytes.replaceSubrange(4..<6, with: $0) }
    #expect(throws: RecordError.fixed(fixed, size: 72)) { try decode(bytes) }
  }

  @Test(arguments: [0, 5, 24, 69, 0xFFFF] as [UInt16])
  func aKindOfAnotherVersionIsNoError(kind: UInt16) throws {
    var bytes = Self.exit
    withUnsafeBytes(of: kind) { bytes.replaceSubrange(6..<8, with: $0) }
    let record = try Record(number: 1, bytes: bytes.span.bytes)
    #expect(record.kind == nil)
    #expect(throws: RecordError.kind(kind)) { try decode(bytes) { (record) throws(RecordError) in _ = try record.exit() } }
  }

  /// A writer that did not know `signal` and what follows it yet.
  @Test func whatAnOlderWriterDidNotKnowIsZero() throws {
    var bytes = Array(Self.exit.prefix(48))
    bytes[0] = 48  // size
    bytes[4] = 44  // fixed: up to and with code; four bytes of padding follow, which are not zero
    let exit = try Record(number: 1, bytes: bytes.span.bytes).exit()
    #expect(exit.code == 7)
    #expect(exit.signal == 0)
    #expect(exit.uid == 0)
    #expect(withUnsafeBytes(of: exit.comm) { $0.allSatisfy { $0 == 0 } })
  }

  /// A writer whose fixed part goes on for 16 bytes that this version has no name for.
  @Test func whatANewerWriterKnowsIsPassedOver() throws {
    var bytes = Self.exit + [UInt8](repeating: 0xAA, count: 16)
    bytes[0] = 88
    bytes[4] = 88
    let record = try Record(number: 1, bytes: bytes.span.bytes)
    #expect(record.bytes.byteCount == 88)
    let exit = try record.exit()
    #expect(exit.code == 7 && exit.uid == 1000)
  }

  /// A variable part starts after the fixed part that the writer had, and ends within the record.
  @Test(arguments: [
    (0, 0, nil), (72, 8, 8), (72, 16, 16), (88, 0, 0), (80, 8, 8),
    (71, 4, nil), (40, 8, nil), (72, 17, nil), (88, 1, nil), (89, 0, nil),
    (0xFFFF_FFFF, 0xFFFF_FFFF, nil), (0xFFFF_FFF8, 16, nil), (72, 0xFFFF_FFFF, nil),
  ] as [(UInt32, UInt32, Int?)])
  func variablePartsStayWithinTheRecord(offset: UInt32, length: UInt32, count: Int?) throws {
    var bytes = Self.exit + [UInt8](repeating: 0x61, count: 16)
    bytes[0] = 88
    let record = try Record(number: 1, bytes: bytes.span.bytes)
    if let part = record.variable(sv_ref(offset: offset, length: length)) {
      #expect(part.byteCount == count)
    } else {
      #expect(count == nil)
    }
  }

  /// Whatever the bytes: an error or a record within them.
  @Test func randomBytesNeverTrap() {
    var random = SeededGenerator(seed: 7)
    var decoded = 0
    for _ in 0..<20_000 {
      var bytes = (0..<Int.random(in: 0...512, using: &random)).map { _ in UInt8.random(in: .min ... .max, using: &random) }
      // Without help, hardly any would pass the header's checks.
      if bytes.count >= 8, Bool.random(using: &random) {
        let size = UInt32(bytes.count & ~7)
        withUnsafeBytes(of: size) { bytes.replaceSubrange(0..<4, with: $0) }
        withUnsafeBytes(of: UInt16.random(in: 0...512, using: &random)) { bytes.replaceSubrange(4..<6, with: $0) }
        withUnsafeBytes(of: UInt16.random(in: 0...66, using: &random)) { bytes.replaceSubrange(6..<8, with: $0) }
      }
      guard let record = try? Record(number: 1, bytes: bytes.span.bytes) else { continue }
      decoded += 1
      _ = try? StreamRecord(record)
      _ = try? CountersRecord(record)
      _ = try? record.fork()
      _ = try? record.socket()
      if let process = try? ProcessRecord(record) {
        #expect((process.args?.byteCount ?? 0) <= bytes.count)
        _ = process.exe
        _ = process.env
      }
    }
    #expect(decoded > 1000)
  }
}

/// For `#expect(throws:)`, whose closure can't give back a record.
private func decode(
  _ bytes: [UInt8], _ body: (borrowing Record) throws(RecordError) -> Void = { _ in }
) throws(RecordError) {
  let record = try Record(number: 1, bytes: bytes.span.bytes)
  try body(record)
}
