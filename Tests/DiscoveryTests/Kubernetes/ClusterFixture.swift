@testable import Discovery
import Events
import FoundationEssentials
import NIOPosix
import TestSupport
import Testing

/// The Kubernetes source, asking a fake server that by itself gives the recorded lists and leaves watches open.
final class ClusterFixture {
  let cluster: FakeCluster
  let inbox = Inbox(bell: nil)
  let agreement = PodAgreement()
  let informant: ClusterInformant
  private(set) var told: [Inbox.Facts] = []

  init(token: String? = nil, _ react: @escaping FakeCluster.React = ClusterFixture.recorded) throws {
    cluster = try FakeCluster(react)
    informant = Self.informant(cluster.address, token: token, inbox, agreement)
  }

  deinit { informant.stop() }

  static func informant(
    _ address: String, certificates: String? = nil, token: String? = nil, _ inbox: Inbox, _ agreement: PodAgreement
  ) -> ClusterInformant {
    let settings = ClusterSettings(server: address, certificatePath: certificates, tokenPath: token, node: "node-1")
    var timing = ClusterWatch.Timing()
    timing.firstRetry = .milliseconds(4)
    timing.longestRetry = .milliseconds(40)
    return ClusterInformant(
      settings: settings, timing: timing, inbox: inbox, agreement: agreement, loop: MultiThreadedEventLoopGroup.singleton.next())
  }

  static let recorded: FakeCluster.React = { request in
    if request.isWatch { return FakeCluster.Answer(end: .open) }
    return .recorded(request.isOfPods ? "pods" : "namespaces")
  }

  /// The uid of a pod in a recorded answer: a list, or a watch.
  static func uid(_ pod: String, in answer: String = "pods") throws -> String {
    let recorded = try RecordedAnswer(answer)
    if let list = try? JSONDecoder().decode(ObjectList.self, from: Data(recorded.body)) {
      return try #require(list.items.first { $0.metadata.name == pod }?.metadata.uid)
    }
    for line in recorded.lines {
      if case .present(let object)? = (try? JSONDecoder().decode(WatchEvent.self, from: Data(line)))?.change, object.name == pod {
        return object.uid
      }
    }
    throw TestFailure("there is no pod \(pod) in \(answer)")
  }

  static func inquiry(_ uid: String, cgroup: UInt64) throws -> Inquiry {
    let path = "/kubepods/burstable/pod\(uid)"
    let workload = try #require(CgroupWorkload(path: path))
    return try #require(Inquiry(cgroup: cgroup, path: path, depth: 3, workload: workload))
  }

  /// A pod's cgroup is made.
  func appear(_ pod: String, in answer: String = "pods", cgroup: UInt64 = 7) throws {
    informant.appeared(try Self.inquiry(try Self.uid(pod, in: answer), cgroup: cgroup))
  }

  func take() -> [Inbox.Facts] {
    told += inbox.take()
    return told
  }

  /// What was told last of a cgroup, once it holds.
  func facts(cgroup: UInt64 = 7, where holds: ([String: String]) -> Bool = { _ in true }) throws -> [String: String] {
    var facts: [String: String] = [:]
    let came = eventually {
      guard let last = take().last(where: { $0.cgroup == cgroup }) else { return false }
      facts = Dictionary(last.pairs.map { ($0.name, $0.value) }) { $1 }
      return holds(facts)
    }
    try #require(came, "\(informant.status): \(facts)")
    return facts
  }

  /// Requests of one kind, in their order.
  func requests(pods: Bool = true, watch: Bool) -> [FakeCluster.Request] {
    cluster.requests.filter { $0.isOfPods == pods && $0.isWatch == watch }
  }
}
