@testable import Discovery
import Events
import NIOPosix
import TestSupport
import Testing

/// On a real containerd, with a pod that really runs.
@Suite(
  .serialized,
  .enabled(
    if: NodeScript.has("containerd", "runc", "busybox", "python3", "curl", "ctr"),
    "needs root, containerd, runc, containernetworking-plugins, busybox-static, python3 and curl"))
struct ContainerdTests {
  private static let uid = "3f6a2c1e-0000-4000-8000-00000000c0de"

  @Test func aPodThatRunsIsKnown() throws {
    let node = try NodeScript("containerd/node")
    let ids = try node.run(
      "pod", "run", "web-1", "portal", Self.uid, "label=app=portal", "annotation=example.org/contact=team",
      "container-label=tier=front", "mount=/srv:/shared", "--", "/bin/sleep", "1000"
    ).split(separator: " ").map(String.init)
    try #require(ids.count == 2)

    var settings = DiscoverySettings()
    settings.runtimeSockets = ["\(node.folder.path)/containerd.sock"]
    settings.kubernetes = false
    let inbox = Inbox(bell: nil)
    let desk = try #require(RemoteSources.start(settings, inbox: inbox).first)
    defer { desk.stop() }
    #expect(desk.probe().state == .answers)

    let cgroup = "/kubepods/burstable/pod\(Self.uid)"
    let facts = try facts(ids[0], cgroup, desk, inbox)
    let image = try #require(facts["container.image.id"])
    let address = try #require(facts["k8s.pod.ip"])
    let start = try #require(facts["container.start_ts"].flatMap { Int64($0) })
    #expect(image.utf8.count == 64)
    #expect(address.hasPrefix("10.98.0."))
    #expect(start > 1_700_000_000_000_000_000)
    let expected = [
      "container.id": String(ids[0].prefix(12)), "container.full_id": ids[0], "container.type": "containerd",
      "container.name": "main", "container.image": "localhost/tiny:1", "container.image.repository": "localhost/tiny",
      "container.image.tag": "1", "container.privileged": "false", "container.host_network": "false",
      "container.host_ipc": "false", "container.host_pid": "false", "container.label[tier]": "front",
      "container.label[io.kubernetes.container.name]": "main", "container.mount.source[0]": "/srv",
      "container.mount.dest[0]": "/shared", "container.mount.rdwr[0]": "true",
      "container.mount.propagation[0]": "private", "k8s.pod.name": "web-1", "k8s.pod.uid": Self.uid,
      "k8s.pod.full_sandbox_id": ids[1], "k8s.ns.name": "portal", "k8s.pod.label[app]": "portal",
      "k8s.pod.annotation[example.org/contact]": "team",
    ]
    for (name, value) in expected { #expect(facts[name] == value, "\(name)") }

    // The sandbox is a container too, without what is the container's own.
    let sandbox = try self.facts(ids[1], cgroup, desk, inbox)
    #expect(sandbox["k8s.pod.name"] == "web-1")
    #expect(sandbox["container.name"] == nil)

    // The same container is none of another pod's.
    let forged = try inquiry(ids[0], "/kubepods/burstable/pod00000000-0000-4000-8000-00000000c0de")
    desk.appeared(forged)
    #expect(eventually { desk.status.remark?.contains("another pod") == true }, "\(desk.status)")
    #expect(inbox.take().isEmpty)
    desk.gone(forged.cgroup)

    // And one that is not there is not known.
    desk.appeared(try inquiry(String(repeating: "0", count: 64), cgroup))
    let failures = desk.status.failures
    let questions = desk.status.questions
    #expect(eventually { desk.status.questions > questions + 2 })
    #expect(desk.status.failures == failures)
    #expect(inbox.take().isEmpty)
  }

  private func inquiry(_ id: String, _ pod: String) throws -> Inquiry {
    let path = "\(pod)/\(id)"
    return Inquiry(cgroup: 9, part: .container, path: path, workload: try #require(CgroupWorkload(path: path)))
  }

  private func facts(_ id: String, _ pod: String, _ desk: any Informant, _ inbox: Inbox) throws -> [String: String] {
    desk.appeared(try inquiry(id, pod))
    var told: [Inbox.Facts] = []
    let came = eventually {
      told += inbox.take()
      return !told.isEmpty
    }
    try #require(came, "\(desk.status)")
    #expect(told.map(\.identity) == [.known])
    #expect(told.map(\.source) == [.cri])
    return Dictionary(told[0].pairs.map { ($0.name, $0.value) }) { $1 }
  }
}
