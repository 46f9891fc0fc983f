@testable import Discovery
import Events
import Synchronization
import TestSupport
import Testing

/// On answers of a real API server.
struct ClusterInformantTests {
  @Test func aPodHasItsLabelsAndThoseOfItsNamespace() throws {
    let fixture = try ClusterFixture()
    try fixture.appear("web-1")
    #expect(
      try fixture.facts() == [
        "k8s.pod.name": "web-1", "k8s.pod.uid": try ClusterFixture.uid("web-1"), "k8s.pod.label[app]": "portal",
        "k8s.pod.annotation[example.org/contact]": "team-portal", "k8s.ns.name": "portal",
        "k8s.ns.project": "c-m-x1:p-abc", "k8s.ns.label[team]": "materials",
        "k8s.ns.annotation[field.cattle.io/projectId]": "c-m-x1:p-abc",
      ])
    #expect(fixture.told.map(\.identity) == [.unsaid])
    #expect(fixture.told.map(\.source) == [.kubernetes])
    #expect(fixture.informant.status.state == .answers)
  }

  /// What the manifest permits, and no more: pods of this node and namespaces, their metadata alone.
  @Test func nothingElseIsAsked() throws {
    let fixture = try ClusterFixture()
    #expect(eventually { Set(fixture.cluster.requests.map(\.isWatch)).count == 2 && fixture.cluster.requests.count == 4 })
    for request in fixture.cluster.requests {
      let path = request.path.prefix { $0 != "?" }
      #expect(path == "/api/v1/pods" || path == "/api/v1/namespaces")
      #expect(request.query("fieldSelector") == (request.isOfPods ? "spec.nodeName%3Dnode-1" : nil))
      let form = request.isWatch ? "PartialObjectMetadata" : "PartialObjectMetadataList"
      #expect(request.accept == "application/json;as=\(form);v=v1;g=meta.k8s.io")
    }
    let version = fixture.requests(watch: true).first?.query("resourceVersion")
    #expect(version != nil && version != "" && version != "0")
  }

  @Test func aListComesInPages() throws {
    let fixture = try ClusterFixture { request in
      guard request.isOfPods, !request.isWatch else { return ClusterFixture.recorded(request) }
      return .recorded(request.query("continue") == nil ? "pods-page-1" : "pods-page-2")
    }
    try fixture.appear("align-1", cgroup: 1)
    try fixture.appear("web-2", cgroup: 2)
    #expect(try fixture.facts(cgroup: 1)["k8s.ns.project"] == "c-m-x1:p-def")
    #expect(try fixture.facts(cgroup: 2)["k8s.pod.name"] == "web-2")
  }

  @Test func changesAreToldAsTheyCome() throws {
    let fixture = try ClusterFixture { request in
      guard request.isWatch else { return ClusterFixture.recorded(request) }
      // As the server sends it, in pieces that end anywhere.
      let body = (try? RecordedAnswer(request.isOfPods ? "pods-watch" : "namespaces-watch"))?.body ?? []
      let pieces = stride(from: 0, to: body.count, by: 1000).map { Array(body[$0..<min($0 + 1000, body.count)]) }
      return FakeCluster.Answer(pieces: pieces, end: .open)
    }
    try fixture.appear("web-1", cgroup: 1)
    try fixture.appear("web-3", in: "pods-watch", cgroup: 3)
    let changed = try fixture.facts(cgroup: 1) { $0["k8s.pod.label[tier]"] != nil && $0["k8s.ns.project"] == "c-m-x1:p-new" }
    #expect(changed["k8s.pod.label[tier]"] == "front")
    #expect(try fixture.facts(cgroup: 3)["k8s.pod.name"] == "web-3")
  }

  @Test func aWatchThatEndedGoesOnFromTheBookmark() throws {
    let fixture = try ClusterFixture { request in
      guard request.isWatch, request.isOfPods else { return ClusterFixture.recorded(request) }
      let isFirst = request.query("resourceVersion") != (try? Self.bookmark())
      return isFirst ? .recorded("pods-watch") : FakeCluster.Answer(end: .open)
    }
    let bookmark = try Self.bookmark()
    #expect(eventually { fixture.requests(watch: true).last?.query("resourceVersion") == bookmark })
    #expect(fixture.requests(watch: false).count == 1)
  }

  private static func bookmark() throws -> String {
    let line = try #require(try RecordedAnswer("pods-watch").lines.last { $0.starts(with: Array(#"{"type":"BOOKMARK""#.utf8)) })
    let text = String(decoding: line, as: UTF8.self)
    return try #require(text.split(separator: "\"resourceVersion\":\"").last?.split(separator: "\"").first.map(String.init))
  }

  @Test("A watch from a version that the server forgot is a list anew", arguments: ["pods-watch-gone", "pods-page-gone"])
  func gone(_ answer: String) throws {
    let watches = Mutex(0)
    let fixture = try ClusterFixture { request in
      guard request.isOfPods, request.isWatch else { return ClusterFixture.recorded(request) }
      let isFirst = watches.withLock { watches in
        watches += 1
        return watches == 1
      }
      return isFirst ? .recorded(answer) : FakeCluster.Answer(end: .open)
    }
    try fixture.appear("web-1")
    #expect(eventually { fixture.requests(watch: false).count == 2 && fixture.requests(watch: true).count == 2 })
    #expect(try fixture.facts()["k8s.pod.name"] == "web-1")
    // It is no failure.
    #expect(fixture.informant.status.failures == 0)
  }

  @Test func aListWhosePagesAreTooOldBeginsAnew() throws {
    let pages = Mutex(0)
    let fixture = try ClusterFixture { request in
      guard request.isOfPods, !request.isWatch else { return ClusterFixture.recorded(request) }
      let count = pages.withLock { pages in
        pages += 1
        return pages
      }
      switch count {
      case 1: return .recorded("pods-page-1")
      case 2: return .recorded("pods-page-gone")
      default: return .recorded("pods")
      }
    }
    try fixture.appear("web-2")
    #expect(try fixture.facts()["k8s.pod.name"] == "web-2")
    #expect(fixture.requests(watch: false).map { $0.query("continue") == nil } == [true, false, true])
  }

  @Test func whatIsNotOnTheNextListIsGone() throws {
    var store = ClusterStore()
    for name in ["a", "b"] {
      store.put(ObjectMetadata(name: name, namespace: nil, uid: name, resourceVersion: "1"), .namespaces)
    }
    store.finish(.namespaces, listed: ["b"])
    #expect(store.namespaces.keys.sorted() == ["b"])
  }

  @Test(arguments: [("unauthorized", "token"), ("forbidden", "deploy/kubernetes/role.yaml")])
  func aRefusalSaysWhatToDo(_ answer: String, _ remark: String) throws {
    let fixture = try ClusterFixture { _ in .recorded(answer) }
    try fixture.appear("web-1")
    #expect(eventually { fixture.informant.status.remark?.contains(remark) == true }, "\(fixture.informant.status)")
    #expect(fixture.informant.status.state == .silent)
    #expect(fixture.take().isEmpty)
    fixture.cluster.react(ClusterFixture.recorded)
    #expect(try fixture.facts()["k8s.ns.project"] == "c-m-x1:p-abc")
    #expect(fixture.informant.status.state == .answers)
  }

  // MARK: - With a runtime

  @Test func aStaticPodHasItsNamespacesFacts() throws {
    let fixture = try ClusterFixture()
    let uid = "0123456789abcdef0123456789abcdef"
    fixture.informant.appeared(try ClusterFixture.inquiry(uid, cgroup: 9))
    #expect(eventually { fixture.informant.status.state == .answers })
    fixture.agreement.runtimeSaid(uid, namespace: "genomics")
    let facts = try fixture.facts(cgroup: 9)
    #expect(facts["k8s.ns.project"] == "c-m-x1:p-def")
    #expect(facts["k8s.pod.name"] == nil)
  }

  /// Somebody says that his pod is one of another tenant's.
  @Test func aPodThatItsRuntimePutsElsewhereIsNotBelieved() throws {
    let fixture = try ClusterFixture()
    fixture.agreement.runtimeSaid(PodAgreement.normal(try ClusterFixture.uid("web-1")), namespace: "genomics")
    try fixture.appear("web-1")
    #expect(eventually { fixture.informant.status.remark?.contains("another namespace") == true })
    #expect(fixture.take().isEmpty)
  }

  @Test func whoWaitsForTheServersWordIsCalled() throws {
    let fixture = try ClusterFixture()
    let uid = PodAgreement.normal(try ClusterFixture.uid("web-1"))
    let isCalled = Mutex(false)
    let word = fixture.agreement.word(on: uid, for: 8) { isCalled.withLock { $0 = true } }
    #expect(word == .nothing)
    try fixture.appear("web-1")
    #expect(eventually { isCalled.withLock { $0 } })
    #expect(fixture.agreement.word(on: uid, for: 8) {} == .pod)
  }
}
