@testable import Discovery
import Events
import NIOSSL
import Synchronization
import TestSupport
import Testing

/// An API server that breaks off, stalls, or sends what is none of its answers.
struct HostileClusterTests {
  @Test func aConnectionThatBreaksWithinALineLosesNothing() throws {
    let lines = try RecordedAnswer("pods-watch").lines
    let watches = Mutex(0)
    let fixture = try ClusterFixture { request in
      guard request.isOfPods, request.isWatch else { return ClusterFixture.recorded(request) }
      let count = watches.withLock { watches in
        watches += 1
        return watches
      }
      // The first change and half of the second; then all from the second on.
      return count == 1
        ? FakeCluster.Answer(pieces: [lines[0], Array(lines[1].prefix(100))], end: .cut)
        : FakeCluster.Answer(pieces: Array(lines.dropFirst()), end: .open)
    }
    try fixture.appear("web-1")
    #expect(try fixture.facts { $0["k8s.pod.label[tier]"] == "front" }["k8s.pod.name"] == "web-1")
    // It went on behind the change that came whole, and listed nothing anew.
    let versions = fixture.requests(watch: true).map { $0.query("resourceVersion") }
    #expect(versions.count == 2 && versions[0] != versions[1])
    #expect(fixture.requests(watch: false).count == 1)
  }

  @Test func aServerThatIsGoneComesBack() throws {
    let fixture = try ClusterFixture()
    try fixture.appear("web-1")
    _ = try fixture.facts()
    fixture.cluster.react { _ in FakeCluster.Answer(end: .cut) }
    fixture.cluster.cut()
    #expect(eventually { fixture.informant.status.state == .silent })
    // What was told stays; a pod that comes now is pending.
    try fixture.appear("align-1", cgroup: 2)
    fixture.cluster.react(ClusterFixture.recorded)
    #expect(try fixture.facts(cgroup: 2)["k8s.ns.project"] == "c-m-x1:p-def")
    #expect(eventually { fixture.informant.status.state == .answers })
  }

  struct Garbage: CustomTestStringConvertible {
    let testDescription: String
    let line: String

    init(_ description: String, _ line: String) {
      testDescription = description
      self.line = line + "\n"
    }
  }

  @Test(
    "A watch that sends garbage is listed anew",
    arguments: [
      Garbage("no JSON", "not json"), Garbage("no object", #"{"type":"ADDED"}"#), Garbage("a list", "[1,2,3]"),
      Garbage("numbers for names", #"{"type":"ADDED","object":{"metadata":{"name":1,"uid":2}}}"#),
      Garbage("a type that moves the cursor", "{\"type\":\"\u{1B}[2J\",\"object\":{}}"),
      Garbage("an error of the server's", #"{"type":"ERROR","object":{"code":500,"message":"\u0007"}}"#),
      Garbage("deep nesting", String(repeating: "[", count: 100_000)),
    ])
  func garbage(_ garbage: Garbage) throws {
    let watches = Mutex(0)
    let fixture = try ClusterFixture { request in
      guard request.isOfPods, request.isWatch else { return ClusterFixture.recorded(request) }
      let isFirst = watches.withLock { watches in
        watches += 1
        return watches == 1
      }
      return isFirst ? FakeCluster.Answer(pieces: [Array(garbage.line.utf8)], end: .open) : FakeCluster.Answer(end: .open)
    }
    #expect(eventually { fixture.requests(watch: false).count == 2 }, "\(fixture.informant.status)")
    try fixture.appear("web-1")
    #expect(try fixture.facts()["k8s.pod.name"] == "web-1")
  }

  @Test(arguments: ["", "[]", "{}", "{\"metadata\":{},\"items\":[]}", "{\"metadata\":{\"resourceVersion\":\"1\"},\"items\":[{}]}"])
  func aListThatIsNoneIsAskedForAgain(_ body: String) throws {
    let fixture = try ClusterFixture { request in
      request.isWatch ? FakeCluster.Answer(end: .open) : FakeCluster.Answer(pieces: [Array(body.utf8)])
    }
    try fixture.appear("web-1")
    #expect(eventually { fixture.informant.status.failures > 2 })
    #expect(fixture.take().isEmpty)
    fixture.cluster.react(ClusterFixture.recorded)
    #expect(try fixture.facts()["k8s.pod.name"] == "web-1")
  }

  @Test func aLineWithoutEndIsGivenUp() throws {
    let fixture = try ClusterFixture { request in
      guard request.isOfPods, request.isWatch else { return ClusterFixture.recorded(request) }
      return FakeCluster.Answer(pieces: [[UInt8](repeating: UInt8(ascii: "a"), count: 1 << 20)], end: .endless)
    }
    #expect(eventually(seconds: 60) { fixture.informant.status.remark?.contains("longer than") == true })
  }

  @Test func aPageThatIsTooLongIsAskedForInSmallerOnes() throws {
    let fixture = try ClusterFixture { request in
      guard request.isOfPods, !request.isWatch, request.query("limit") == "500" else { return ClusterFixture.recorded(request) }
      return FakeCluster.Answer(pieces: [[UInt8](repeating: UInt8(ascii: " "), count: 1 << 20)], end: .endless)
    }
    try fixture.appear("web-1")
    #expect(try fixture.facts()["k8s.pod.name"] == "web-1")
    #expect(fixture.requests(watch: false).map { $0.query("limit") } == ["500", "62"])
  }

  @Test func aListWithoutEndIsGivenUp() throws {
    let fixture = try ClusterFixture { request in
      guard request.isOfPods, !request.isWatch else { return ClusterFixture.recorded(request) }
      return FakeCluster.Answer(pieces: [Array(#"{"metadata":{"resourceVersion":"1","continue":"x"},"items":[]}"#.utf8)])
    }
    #expect(eventually { fixture.informant.status.remark?.contains("no end") == true })
  }

  @Test func aServerThatStallsStallsNobody() throws {
    let fixture = try ClusterFixture { _ in FakeCluster.Answer(end: .open) }
    let start = ContinuousClock.now
    for cgroup in 0..<1000 { fixture.informant.appeared(try ClusterFixture.inquiry("00000000-0000-0000-0000-\(cgroup)", cgroup: UInt64(cgroup))) }
    #expect(fixture.informant.status.state == .unasked)
    #expect(fixture.informant.status.waiting == 1000)
    fixture.informant.stop()
    #expect(ContinuousClock.now - start < .seconds(5))
  }

  @Test func whatTenantsLabelIsBounded() {
    var store = ClusterStore(limitBytes: 1 << 20)
    let long = Dictionary(uniqueKeysWithValues: (0..<100).map { ("key\($0)", String(repeating: "v", count: 4000)) })
    for name in 0..<1000 {
      store.put(ObjectMetadata(name: "ns\(name)", namespace: nil, uid: "u", resourceVersion: "1", labels: long, annotations: nil), .namespaces)
    }
    #expect(store.namespaces.count < 1000)
    #expect(store.refused > 0)
    #expect(store.namespaces.values.allSatisfy { $0.facts.isCut && $0.facts.bytes <= ClusterStore.objectLimitBytes })
    // What was removed makes room.
    for name in store.namespaces.keys {
      store.remove(ObjectMetadata(name: name, namespace: nil, uid: "u", resourceVersion: "1"), .namespaces)
    }
    store.put(ObjectMetadata(name: "new", namespace: nil, uid: "u", resourceVersion: "1"), .namespaces)
    #expect(store.namespaces.keys.sorted() == ["new"])
  }

  // MARK: - Who it is

  @Test func theTokenIsReadForEachQuestion() throws {
    let folder = try TemporaryFolder()
    let token = try folder.write("first\n", "token")
    let fixture = try ClusterFixture(token: token) { request in
      request.authorization == "Bearer second" ? ClusterFixture.recorded(request) : .recorded("unauthorized")
    }
    try fixture.appear("web-1")
    #expect(eventually { fixture.informant.status.state == .silent })
    try folder.write("second\n", "token")
    #expect(try fixture.facts()["k8s.pod.name"] == "web-1")
    #expect(fixture.cluster.requests.first?.authorization == "Bearer first")
  }

  private static let hasOpenSSL = (try? Program.run("/usr/bin/openssl", ["version"]))?.status == 0

  @Test(.enabled(if: hasOpenSSL, "needs openssl, to make certificates"))
  func aServerWithACertificateOfAnotherIsNotAsked() throws {
    let folder = try TemporaryFolder()
    for name in ["right", "wrong"] {
      let made = try Program.run(
        "/usr/bin/openssl",
        [
          "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=kubernetes", "-addext",
          "subjectAltName=IP:127.0.0.1", "-keyout", "\(folder.path)/\(name).key", "-out", "\(folder.path)/\(name).crt",
        ])
      try #require(made.status == 0, "\(made.errors)")
    }
    let context = try NIOSSLContext(
      configuration: .makeServerConfiguration(
        certificateChain: NIOSSLCertificate.fromPEMFile("\(folder.path)/right.crt").map { .certificate($0) },
        privateKey: .privateKey(NIOSSLPrivateKey(file: "\(folder.path)/right.key", format: .pem))))
    let cluster = try FakeCluster(tls: context, ClusterFixture.recorded)
    let bytes = contents("\(folder.path)/wrong.crt")
    let certificates = try folder.write(bytes, "ca.crt")
    let inbox = Inbox(bell: nil)
    let informant = ClusterFixture.informant(cluster.address, certificates: certificates, inbox, PodAgreement())
    defer { informant.stop() }
    informant.appeared(try ClusterFixture.inquiry(try ClusterFixture.uid("web-1"), cgroup: 7))
    #expect(eventually { informant.status.state == .silent }, "\(informant.status)")
    #expect(cluster.requests.isEmpty)
    // The file is replaced, as a cluster's certificates are now and then.
    try folder.write(contents("\(folder.path)/right.crt"), "ca.crt")
    var told: [Inbox.Facts] = []
    #expect(
      eventually {
        told += inbox.take()
        return !told.isEmpty
      }, "\(informant.status)")
  }
}
