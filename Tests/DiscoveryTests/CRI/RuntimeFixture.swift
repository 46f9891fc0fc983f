@testable import Discovery
import Events
import NIOPosix
import SwiftProtobuf
import TestSupport
import Testing

/// A container of a pod, a fake runtime that knows it, and who asks it.
final class RuntimeFixture {
  static let container = String(repeating: "c0", count: 32)
  static let sandbox = String(repeating: "5b", count: 32)
  static let uid = "6cb153df-381f-437d-9e8e-b2c1256a8952"
  static let cgroup: UInt64 = 77

  let runtime: FakeRuntime
  let inbox = Inbox(bell: nil)
  let desk: QuestionDesk
  private(set) var told: [Inbox.Facts] = []

  init(
    agreement: PodAgreement? = nil, timeout: Duration = .seconds(5), react: @escaping FakeRuntime.React = RuntimeFixture.honest
  ) throws {
    runtime = try FakeRuntime(react)
    var timing = QuestionDesk.Timing()
    timing.firstPauseMilliseconds = 2
    timing.longestPauseMilliseconds = 20
    desk = RuntimeQuestions.desk(
      paths: [runtime.path], timeout: timeout, inbox: inbox, agreement: agreement,
      loop: MultiThreadedEventLoopGroup.singleton.next(), timing: timing)
  }

  deinit { desk.stop() }

  static func inquiry(_ path: String? = nil, cgroup: UInt64 = cgroup) throws -> Inquiry {
    let path = path ?? "/kubepods/burstable/pod\(uid)/\(container)"
    let workload = try #require(CgroupWorkload(path: path))
    let depth = path.split(separator: "/").count
    return try #require(Inquiry(cgroup: cgroup, path: path, depth: depth, workload: workload))
  }

  /// What was left in the inbox since, with what was left before.
  func take() -> [Inbox.Facts] {
    told += inbox.take()
    return told
  }

  /// The facts of the last answer, when there is one that holds.
  func facts(where holds: (Inbox.Facts) -> Bool = { _ in true }) throws -> [String: String] {
    let came = eventually { take().last.map(holds) ?? false }
    try #require(came, "\(desk.status)")
    return Dictionary(told.last?.pairs.map { ($0.name, $0.value) } ?? []) { $1 }
  }

  // MARK: - An honest runtime

  static let status = Runtime_V1_ContainerStatus.with {
    $0.id = container
    $0.metadata.name = "main"
    $0.state = .containerRunning
    $0.startedAt = 1_764_000_000_000_000_000
    $0.image.image = "registry.example.org:5000/team/portal:1.2"
    $0.imageRef = "registry.example.org:5000/team/portal@sha256:" + String(repeating: "d", count: 64)
    $0.labels = ["io.kubernetes.container.name": "main", "tier": "front"]
    $0.annotations = ["io.kubernetes.container.hash": "1f"]
    $0.mounts = [
      .with {
        $0.hostPath = "/srv/shared"
        $0.containerPath = "/data"
        $0.readonly = true
        $0.propagation = .propagationHostToContainer
      }
    ]
  }

  static let info = """
    {"sandboxID":"x","pid":12,"config":{"image":{"image":"sha256:\(String(repeating: "e", count: 64))"},
     "linux":{"security_context":{"privileged":true,"namespace_options":{"pid":2}}}},
     "runtimeSpec":{"linux":{"cgroupsPath":"/kubepods/burstable/pod\(uid)/\(container)"}}}
    """

  static let pod = Runtime_V1_PodSandboxStatus.with {
    $0.id = sandbox
    $0.metadata.name = "web-3"
    $0.metadata.uid = uid
    $0.metadata.namespace = "portal"
    $0.network.ip = "10.1.2.3"
    $0.linux.namespaces.options.network = .node
    $0.labels = ["app": "portal"]
    $0.annotations = ["example.org/contact": "team"]
  }

  static let honest: FakeRuntime.React = { method, request in
    switch method {
    case "Version": message(Runtime_V1_VersionResponse.with { $0.runtimeName = "containerd" })
    case "ContainerStatus":
      (try? Runtime_V1_ContainerStatusRequest(serializedBytes: request))?.containerID == container
        ? message(Runtime_V1_ContainerStatusResponse.with { $0.status = status; $0.info = ["info": info] })
        : .status(5, "not found")
    case "ListContainers":
      message(Runtime_V1_ListContainersResponse.with { $0.containers = [.with { $0.id = container; $0.podSandboxID = sandbox }] })
    case "PodSandboxStatus":
      (try? Runtime_V1_PodSandboxStatusRequest(serializedBytes: request))?.podSandboxID == sandbox
        ? message(Runtime_V1_PodSandboxStatusResponse.with { $0.status = pod }) : .status(5, "not found")
    default: .status(12, "unimplemented")
    }
  }

  static func message(_ message: some Message) -> FakeRuntime.Reaction {
    .message((try? message.serializedBytes()) ?? [])
  }
}
