@testable import Discovery
import Events
import Glibc
import SystemPackage
import TestSupport
import Testing

@Suite(.serialized, .enabled(if: NodeScript.has("podman", "runc", "busybox"), "needs root, podman, runc and busybox-static"))
struct PodmanTests {
  private func facts(_ reply: ContainerService.Reply) throws -> [String: String] {
    guard case .answer(let answer) = reply else { throw TestFailure("no answer: \(reply)") }
    return Dictionary(answer.facts(type: "podman").pairs.map { ($0.name, $0.value) }) { $1 }
  }

  /// By its service and by its program: the same facts.
  @Test func podmanSaysWhatAContainerIs() throws {
    let node = try NodeScript("podman/node", environment: ["SERVICE=1"])
    let id = try node.run(
      "tiny", "-d", "--name", "web", "--label", "tenant=m1", "-v", "\(node.folder.path)/image:/shared:ro", "tiny:1", "/bin/sleep",
      "1000")
    #expect(id.utf8.count == 64)
    let services = [
      ContainerService.podman(socket: "\(node.folder.path)/podman.sock", program: nil),
      ContainerService.podman(socket: "/nonexistent", program: "\(node.folder.path)/podman"),
    ]
    for service in services {
      let facts = try facts(service.ask(id))
      #expect(facts["container.name"] == "web")
      #expect(facts["container.image"] == "localhost/tiny:1")
      #expect(facts["container.image.repository"] == "localhost/tiny")
      #expect(facts["container.privileged"] == "false")
      #expect(facts["container.label[tenant]"] == "m1")
      #expect(facts["container.mount.source[0]"] == "\(node.folder.path)/image")
      #expect(facts["container.mount.rdwr[0]"] == "false")
      guard case .notFound = service.ask(String(repeating: "0", count: 64)) else {
        Issue.record("a container that is not there was found")
        continue
      }
    }
  }

  /// From the container's cgroup to its facts.
  @Test func aContainersCgroupIsAnswered() throws {
    let node = try NodeScript("podman/node", environment: ["SERVICE=1"])
    let id = try node.run("tiny", "-d", "--name", "web", "--label", "tenant=m1", "tiny:1", "/bin/sleep", "1000")
    var settings = DiscoverySettings()
    settings.podmanSocket = "\(node.folder.path)/podman.sock"
    settings.docker = false
    settings.slurm = false
    let inbox = Inbox(bell: nil)
    let desk = try #require(LocalSources.make(settings, inbox: inbox).first)
    let path = "/libpod_parent/libpod-\(id)"
    let workload = try #require(CgroupWorkload(path: path))
    desk.appeared(Inquiry(cgroup: 5, part: .container, path: path, workload: workload))
    var told: [Inbox.Facts] = []
    #expect(eventually {
      told += inbox.take()
      return !told.isEmpty
    })
    #expect(told.first?.cgroup == 5)
    #expect(told.first?.source == .podman)
    #expect(told.first?.identity == .known)
    #expect(told.first?.pairs.contains { $0 == ("container.label[tenant]", "m1") } == true)

    // A cgroup that somebody else called so is none of its.
    let forged = "/forged/libpod-\(id)"
    let other = try #require(CgroupWorkload(path: forged))
    desk.appeared(Inquiry(cgroup: 6, part: .container, path: forged, workload: other))
    #expect(eventually { desk.status.failures == 1 })
    #expect(inbox.take().isEmpty)
    desk.stop()
  }

  @Test func aServiceThatHangsIsGivenUp() throws {
    // Listens, and answers nobody.
    let folder = try TemporaryFolder()
    let listener = try Program("/usr/bin/python3", "-c", """
      import socket, time
      s = socket.socket(socket.AF_UNIX); s.bind("\(folder.path)/s"); s.listen(); time.sleep(1000)
      """)
    let path = folder.path
    #expect(eventually { access("\(path)/s", F_OK) == 0 })
    let clock = ContinuousClock()
    var service = ContainerService.podman(socket: "\(path)/s", program: nil)
    service.timeoutMilliseconds = 300
    let time = clock.measure {
      guard case .failure = service.ask(String(repeating: "0", count: 64)) else {
        Issue.record("it answered")
        return
      }
    }
    #expect(time < .seconds(5))
    _ = listener
  }
}
