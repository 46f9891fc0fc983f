import CEvents
@testable import Events
import Glibc
import Testing

@Suite struct RedactionTests {
  private func hexText(_ bytes: [UInt8]) -> String {
    var text: [UInt8] = []
    HexText.append(bytes, to: &text)
    return String(decoding: text, as: UTF8.self)
  }

  /// FIPS 180-4's examples.
  @Test func sha256() {
    #expect(hexText(SHA256.hash([])) == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
    #expect(hexText(SHA256.hash(Array("abc".utf8))) == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
    let two = "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"
    #expect(hexText(SHA256.hash(Array(two.utf8))) == "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1")
    #expect(
      hexText(SHA256.hash([UInt8](repeating: 0x61, count: 1_000_000))) == "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0")
  }

  /// RFC 4231's cases 1, 2 and 6.
  @Test func keyedHash() {
    #expect(
      hexText(KeyedHash(key: [UInt8](repeating: 0x0B, count: 20)).hash(Array("Hi There".utf8)))
        == "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7")
    #expect(
      hexText(KeyedHash(key: Array("Jefe".utf8)).hash(Array("what do ya want for nothing?".utf8)))
        == "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843")
    #expect(
      hexText(KeyedHash(key: [UInt8](repeating: 0xAA, count: 131)).hash(Array("Test Using Larger Than Block-Size Key - Hash Key First".utf8)))
        == "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54")
  }

  // MARK: - Addresses

  private func permuted(_ text: String, _ permutation: inout AddressPermutation) throws -> String {
    let address = try #require(AddressText.bytes(text))
    let result = permutation.permuted(address.bytes, family: address.family)
    return try #require(result.withUnsafeBytes { AddressText.text($0, family: address.family) })
  }

  private let hash = KeyedHash(key: Array("a key of tests alone".utf8))

  @Test(arguments: ["0.0.0.0", "127.0.0.1", "127.9.9.9", "169.254.169.254", "224.0.0.1", "255.255.255.255", "::", "::1", "fe80::1", "ff02::1"])
  func whatTellsOfNobodyStays(address: String) throws {
    var permutation = AddressPermutation(hash, keepsNetworks: false)
    #expect(try permuted(address, &permutation) == address)
  }

  @Test(arguments: [("10.1.2.3", "10."), ("192.168.7.1", "192.168."), ("::ffff:10.1.2.3", "::ffff:10."), ("fd00::1", "f")])
  func privateStaysPrivate(address: String, prefix: String) throws {
    var permutation = AddressPermutation(hash, keepsNetworks: false)
    let result = try permuted(address, &permutation)
    #expect(result.hasPrefix(prefix) && result != address)
    #expect(try permuted(address, &permutation) == result)
  }

  @Test(arguments: [false, true]) func noTwoBecomeOneAndNoneBecomesPrivate(keepsNetworks: Bool) throws {
    var permutation = AddressPermutation(hash, keepsNetworks: keepsNetworks)
    var seen: Set<String> = []
    let reserved = ["10.", "127.", "0.", "192.168.", "169.254.", "172.16.", "224.", "255."]
    for index in 0..<3000 {
      let address = "\(11 + index % 50).\(index / 200 + 1).\(index % 7).\(index % 251)"
      let result = try permuted(address, &permutation)
      if seen.insert(result).inserted { continue }
      Issue.record("\(address) and another become \(result)")
    }
    #expect(seen.allSatisfy { text in !reserved.contains { text.hasPrefix($0) } })
    // The last bits of a block of 4096: all of them, each once.
    var hosts: Set<String> = []
    for low in 0..<4096 { hosts.insert(try permuted("172.16.\(low >> 8).\(low & 255)", &permutation)) }
    #expect(hosts.count == 4096)
  }

  @Test func networksAreKeptWhenAsked() throws {
    var keeping = AddressPermutation(hash, keepsNetworks: true)
    func network(_ text: String) throws -> Substring { try permuted(text, &keeping).prefix { $0 != "." || true }.split(separator: ".").dropLast().joined(separator: ".")[...] }
    let one = try network("192.0.2.1")
    #expect(try (2..<200).allSatisfy { try network("192.0.2.\($0)") == one })
    #expect(try network("192.0.3.1") != one)
    #expect(try permuted("2001:db8:1:2::1", &keeping).split(separator: ":").prefix(4) == permuted("2001:db8:1:2:ffff::7", &keeping).split(separator: ":").prefix(4))
    #expect(try permuted("2001:db8:1:2::1", &keeping).hasPrefix("2") || permuted("2001:db8:1:2::1", &keeping).hasPrefix("3"))
    var other = AddressPermutation(KeyedHash(key: Array("another key of tests".utf8)), keepsNetworks: true)
    #expect(try permuted("192.0.2.1", &other) != permuted("192.0.2.1", &keeping))
    // IPv4 in IPv6 is the same address.
    #expect(try permuted("::ffff:192.0.2.1", &keeping) == "::ffff:\(permuted("192.0.2.1", &keeping))")
  }

  // MARK: - Records

  private static let secrets = ["s3cret-argument", "s3cret-value", "203.0.113.99", "s3cret-padding", "s3cret-title"]

  private func exec() throws -> [UInt8] {
    let line = #"{"kind":"exec","pid":7,"exe":"/usr/bin/curl","cwd":"/home/ann","args":["curl","s3cret-argument","s3cret-argument","x"],"env":["LD_PRELOAD=s3cret-value"],"stdio":[{"type":"socket","remote":"203.0.113.99","remote_port":80}]}"#
    return try #require(try JSONLText.read(line).records.first)
  }

  private func redacted(_ record: [UInt8], _ subjects: RecordRedactor.Subjects = [.arguments, .environment, .addresses]) throws -> [UInt8]? {
    var redactor = RecordRedactor(key: Array("a key of tests alone".utf8), subjects)
    return redactor.redacted(try Record(number: 1, bytes: record.span.bytes))
  }

  @Test func nothingThatWasAskedForIsLeft() throws {
    let result = try #require(try redacted(exec()))
    let line = try JSONLText.line(result)
    for secret in Self.secrets { #expect(!line.contains(secret)) }
    #expect(line.contains(#""exe":"/usr/bin/curl","cwd":"/home/ann","args":["curl","~"#), "\(line)")
    #expect(line.contains(#""env":["LD_PRELOAD=~"#) && line.contains(#""remote_port":80"#))
    let args = try #require(line.split(separator: "\"args\":[").last).split(separator: "\"")
    #expect(args[2] == args[4] && args[2] != args[6])
  }

  /// A process can write over its arguments.
  @Test func aTitleIsNoName() throws {
    let record = try #require(try JSONLText.read(#"{"kind":"exec","exe":"/usr/bin/pg","args":["pg: s3cret-title"]}"#).records.first)
    #expect(try !JSONLText.line(#require(try redacted(record))).contains("s3cret"))
    let login = try #require(try JSONLText.read(#"{"kind":"exec","exe":"/usr/bin/bash","args":["-bash"]}"#).records.first)
    #expect(try JSONLText.line(#require(try redacted(login))).contains(#""args":["-bash"]"#))
  }

  @Test func pathsAndNodesWhenAsked() throws {
    let line = try JSONLText.line(#require(try redacted(exec(), [.paths])))
    #expect(!line.contains("/usr") && !line.contains("ann") && line.contains("s3cret-argument"))
    let stream = try #require(try JSONLText.read(#"{"kind":"stream","node":"n1","boot_id":"b","kernel":"6.1"}"#).records.first)
    let said = try JSONLText.line(#require(try redacted(stream, [.nodes])))
    #expect(!said.contains("\"n1\"") && said.contains("\"kernel\":\"6.1\""))
  }

  /// What stands between the parts and behind names is nobody's, and may be somebody's.
  @Test func whatNoFieldTellsIsNotTakenAlong() throws {
    var record = try exec()
    let place = try #require(record.indices.last { record[$0] == 0 })
    #expect(place == record.count - 1)
    var fixed = record.withUnsafeBytes { $0.loadUnaligned(as: sv_process.self) }
    withUnsafeMutableBytes(of: &fixed.comm) { $0.copyBytes(from: Array("curl\0s3cret".utf8)) }
    withUnsafeBytes(of: fixed) { record.replaceSubrange(0..<368, with: $0) }
    record += Array("s3cret-p".utf8) + Array("adding..".utf8)
    withUnsafeBytes(of: UInt32(record.count)) { record.replaceSubrange(0..<4, with: $0) }
    let result = try #require(try redacted(record, []))
    #expect(!String(decoding: result, as: UTF8.self).contains("s3cret-p"))
    #expect(String(decoding: result[168..<184], as: UTF8.self) == "curl" + String(repeating: "\0", count: 12))
    var unknown = Sample.exit(timeNanoseconds: 1)
    unknown[6] = 99
    #expect(try redacted(unknown) == nil)
  }

  @Test(arguments: ShippedTraces.paths) func recordingsStayRecordings(path: String) throws {
    let read = try Delivered(path: path)
    for record in read.records {
      let result = try #require(try redacted(record, [.arguments, .environment, .addresses, .paths, .nodes, .workloads]))
      // And once more: there is always something to read.
      #expect(result[4..<40] == record[4..<40])
      #expect(try JSONLText.line(result).contains("\"kind\""))
    }
  }
}
