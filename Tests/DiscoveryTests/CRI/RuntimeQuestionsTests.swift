@testable import Discovery
import Events
import NIOPosix
import SwiftProtobuf
import Synchronization
import TestSupport
import Testing

struct RuntimeQuestionsTests {
  @Test func aContainersFactsHaveTheNamesOfFields() throws {
    let fixture = try RuntimeFixture()
    fixture.desk.appeared(try RuntimeFixture.inquiry())
    #expect(
      try fixture.facts() == [
        "container.id": "c0c0c0c0c0c0", "container.full_id": RuntimeFixture.container, "container.type": "containerd",
        "container.name": "main", "container.start_ts": "1764000000000000000",
        "container.image": "registry.example.org:5000/team/portal:1.2",
        "container.image.repository": "registry.example.org:5000/team/portal", "container.image.tag": "1.2",
        "container.image.digest": "sha256:" + String(repeating: "d", count: 64),
        "container.image.id": String(repeating: "e", count: 64), "container.privileged": "true",
        "container.ip": "10.1.2.3", "container.host_network": "true", "container.host_ipc": "false",
        "container.host_pid": "true", "container.label[io.kubernetes.container.name]": "main",
        "container.label[tier]": "front", "container.annotation[io.kubernetes.container.hash]": "1f",
        "container.mount.source[0]": "/srv/shared", "container.mount.dest[0]": "/data", "container.mount.mode[0]": "",
        "container.mount.rdwr[0]": "false", "container.mount.propagation[0]": "rslave", "k8s.pod.name": "web-3",
        "k8s.pod.uid": RuntimeFixture.uid, "k8s.pod.full_sandbox_id": RuntimeFixture.sandbox, "k8s.pod.ip": "10.1.2.3",
        "k8s.ns.name": "portal", "k8s.pod.label[app]": "portal", "k8s.pod.annotation[example.org/contact]": "team",
      ])
    #expect(fixture.told.map(\.identity) == [.known])
    #expect(fixture.told.map(\.cgroup) == [RuntimeFixture.cgroup])
    #expect(fixture.desk.status.state == .answers)
  }

  @Test func aSandboxIsKnownAsItsPod() throws {
    let fixture = try RuntimeFixture()
    fixture.desk.appeared(
      try RuntimeFixture.inquiry("/kubepods.slice/kubepods-pod\(RuntimeFixture.uid.replacing("-", with: "_")).slice/cri-containerd-\(RuntimeFixture.sandbox).scope"))
    let facts = try fixture.facts()
    #expect(facts["container.full_id"] == RuntimeFixture.sandbox)
    #expect(facts["k8s.pod.name"] == "web-3")
    #expect(facts["container.name"] == nil)
  }

  @Test func whatIsNotKnownYetIsAskedAgain() throws {
    let asked = Mutex(0)
    let fixture = try RuntimeFixture { method, request in
      guard method == "ContainerStatus" else { return RuntimeFixture.honest(method, request) }
      let count = asked.withLock { count in
        count += 1
        return count
      }
      return count < 4 ? .status(5, "not yet") : RuntimeFixture.honest(method, request)
    }
    fixture.desk.appeared(try RuntimeFixture.inquiry())
    #expect(try fixture.facts()["container.name"] == "main")
    #expect(fixture.desk.status.failures == 0)
  }

  @Test func othersOfTheSystemAreNotAskedAbout() throws {
    let fixture = try RuntimeFixture()
    let podman = try RuntimeFixture.inquiry("/machine.slice/libpod-\(RuntimeFixture.container).scope", cgroup: 1)
    fixture.desk.appeared(podman)
    #expect(fixture.desk.status.waiting == 0)
    fixture.desk.appeared(try RuntimeFixture.inquiry())
    _ = try fixture.facts()
    #expect(fixture.told.map(\.cgroup) == [RuntimeFixture.cgroup])
  }

  // MARK: - With an API server

  @Test func whoItIsIsPendingUntilTheServerSaidItsWord() throws {
    let agreement = PodAgreement()
    let fixture = try RuntimeFixture(agreement: agreement)
    let uid = PodAgreement.normal(RuntimeFixture.uid)
    fixture.desk.appeared(try RuntimeFixture.inquiry())
    #expect(try fixture.facts()["k8s.pod.label[app]"] == "portal")
    #expect(fixture.told.last?.identity == .pending)
    #expect(agreement.namespace(of: uid) == "portal")
    agreement.serverSaid(uid, .pod)
    // The server knows the pod's labels as they are now.
    #expect(try fixture.facts { $0.identity == .known }["k8s.pod.label[app]"] == nil)
  }

  // MARK: - Lies

  @Test func anAnswerAboutAnotherContainerIsRefused() throws {
    try refuses("told of another") { method, request in
      guard method == "ContainerStatus" else { return RuntimeFixture.honest(method, request) }
      var status = RuntimeFixture.status
      status.id = String(repeating: "ab", count: 32)
      return RuntimeFixture.message(Runtime_V1_ContainerStatusResponse.with { $0.status = status })
    }
  }

  @Test func anAnswerOfAnotherPodIsRefused() throws {
    try refuses("told of another pod") { method, request in
      guard method == "PodSandboxStatus" else { return RuntimeFixture.honest(method, request) }
      var pod = RuntimeFixture.pod
      pod.metadata.uid = "00000000-381f-437d-9e8e-b2c1256a8952"
      return RuntimeFixture.message(Runtime_V1_PodSandboxStatusResponse.with { $0.status = pod })
    }
  }

  @Test func anAnswerOfAnotherCgroupIsRefused() throws {
    try refuses("told of another cgroup") { method, request in
      guard method == "ContainerStatus" else { return RuntimeFixture.honest(method, request) }
      return RuntimeFixture.message(
        Runtime_V1_ContainerStatusResponse.with {
          $0.status = RuntimeFixture.status
          $0.info = ["info": #"{"runtimeSpec":{"linux":{"cgroupsPath":"/kubepods/other"}}}"#]
        })
    }
  }

  // MARK: - What is no answer

  @Test(
    "An answer that is none leaves the container pending, and the next one is taken",
    arguments: [
      .message([0xFF, 0xFF, 0xFF]), .bytes([]), .bytes([0, 0, 0]), .bytes([1, 0, 0, 0, 0]), .bytes([0, 0xFF, 0xFF, 0xFF, 0xFF, 1]),
      .bytes([0, 0, 0, 0, 0, 0]), .status(13, "inter\u{1B}[2Jnal"), .headers([(":status", "404")]),
      .headers([(":status", "200"), ("content-type", "text/html")]),
      .headers([(":status", "200"), ("content-type", "application/grpc"), ("grpc-status", "many")]), .endless, .reset, .close,
    ] as [FakeRuntime.Reaction])
  func nonsense(_ reaction: FakeRuntime.Reaction) throws {
    let fixture = try RuntimeFixture { method, request in
      method == "ContainerStatus" ? reaction : RuntimeFixture.honest(method, request)
    }
    fixture.desk.appeared(try RuntimeFixture.inquiry())
    #expect(eventually { fixture.desk.status.failures > 0 })
    #expect(fixture.take().isEmpty)
    let remark = fixture.desk.status.remark ?? ""
    #expect(!remark.utf8.contains { $0 < 0x20 }, "\(remark)")
    fixture.runtime.react(RuntimeFixture.honest)
    #expect(try fixture.facts()["container.name"] == "main")
  }

  @Test func aRuntimeThatHangsStallsNobody() throws {
    let fixture = try RuntimeFixture(timeout: .milliseconds(50)) { _, _ in .silence }
    fixture.desk.appeared(try RuntimeFixture.inquiry())
    #expect(eventually { fixture.desk.status.state == .silent })
    #expect(fixture.desk.status.remark?.contains("no answer in time") == true)
    #expect(fixture.take().isEmpty)
    fixture.runtime.react(RuntimeFixture.honest)
    #expect(try fixture.facts()["container.name"] == "main")
    #expect(fixture.desk.status.state == .answers)
  }

  @Test func aRuntimeThatComesLaterIsFound() throws {
    let folder = try TemporaryFolder()
    let path = "\(folder.path)/late.sock"
    let inbox = Inbox(bell: nil)
    var timing = QuestionDesk.Timing()
    timing.firstPauseMilliseconds = 2
    timing.longestPauseMilliseconds = 20
    let desk = RuntimeQuestions.desk(
      paths: [path], inbox: inbox, agreement: nil, loop: MultiThreadedEventLoopGroup.singleton.next(), timing: timing)
    defer { desk.stop() }
    #expect(desk.status.state == .absent)
    desk.appeared(try RuntimeFixture.inquiry())
    let runtime = try FakeRuntime(path: path, RuntimeFixture.honest)
    var told: [Inbox.Facts] = []
    #expect(
      eventually {
        told += inbox.take()
        return !told.isEmpty
      })
    #expect(told.first?.identity == .known)
    runtime.stop()
  }

  private func refuses(_ remark: String, _ react: @escaping FakeRuntime.React) throws {
    let fixture = try RuntimeFixture(react: react)
    fixture.desk.appeared(try RuntimeFixture.inquiry())
    #expect(eventually { fixture.desk.status.remark?.contains(remark) == true }, "\(fixture.desk.status)")
    #expect(fixture.take().isEmpty)
    // Others are still asked about.
    #expect(fixture.desk.status.state == .answers)
  }
}
