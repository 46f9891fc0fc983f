import CEvents
import Events
import Testing

@testable import Engine

/// What fields tell of a workload.
struct WorkloadFieldTests {
  private static let id = TestStream.containerID

  private func shown(_ stream: TestStream, _ output: String) throws -> String? {
    var stream = stream
    stream.exec(500, ["x"], parent: 1)
    return try stream.rendered(output)
  }

  @Test func aContainerIsKnownByItsPathAtOnce() throws {
    let stream = TestStream.inContainer()
    #expect(try shown(stream, "%workload.kind %workload.id %workload.name %workload.cgroup %workload.identity")
      == "container \(Self.id) \(Self.id) /docker/\(Self.id) pending")
    #expect(try shown(stream, "%container.id %container.full_id %container.type %container.name %container.image %container.privileged")
      == "3ad7b26ded6d \(Self.id) docker <NA> <NA> <NA>")
  }

  @Test func whatIsInNoContainerIsOfTheHost() throws {
    var stream = TestStream.inContainer()
    let output = "%workload.kind %workload.id %workload.cgroup %workload.identity %container.id %container.full_id %container.name %container.type"
    stream.cgroupID = 3
    #expect(try shown(stream, output) == "systemd-unit sshd.service /system.slice/sshd.service known host host host host")
    stream.cgroupID = 30
    #expect(try shown(stream, output) == "host host / known host host host host")
  }

  /// Streams of before, and cgroups that no record told of.
  @Test func whatNoRecordToldIsAbsent() throws {
    var stream = TestStream()
    let output = "%workload.kind %workload.identity %container.id %workload.mount.target %k8s.pod.name"
    #expect(try shown(stream, output) == "<NA> unknown <NA> <NA> <NA>")
    // Its parent isn't known.
    stream.cgroup(77, in: 5, "docker-\(Self.id).scope")
    #expect(try shown(stream, output) == "<NA> unknown <NA> <NA> <NA>")
    stream.cgroup(5, in: 1, "system.slice")
    #expect(try shown(stream, output) == "<NA> unknown <NA> <NA> <NA>")
    stream.cgroup(1)
    #expect(try shown(stream, output) == "container pending 3ad7b26ded6d <NA> <NA>")
  }

  @Test func aPathMayBeToldInOnePiece() throws {
    var stream = TestStream()
    stream.cgroup(77, "/system.slice/n1_slurmstepd.scope/job_42/step_batch/user/task_0")
    #expect(try shown(stream, "%workload.kind %workload.id %workload.cgroup %slurm.job %slurm.step")
      == "slurm-step 42.batch /system.slice/n1_slurmstepd.scope/job_42/step_batch 42 batch")
    stream.cgroup(78, in: 77, "docker-\(Self.id).scope")
    stream.cgroupID = 78
    #expect(try shown(stream, "%workload.id") == "42.batch")
  }

  @Test func factsOfTheCgroupAndOfThoseAbove() throws {
    var stream = TestStream()
    stream.cgroup(1)
    stream.cgroup(2, in: 1, "kubepods")
    stream.cgroup(3, in: 2, "pod0a1b")
    stream.cgroup(4, in: 3, Self.id)
    stream.cgroup(77, in: 4, "init")
    stream.facts(3, .kubernetes, .unsaid, [
      "k8s.ns.name": "web", "k8s.ns.project": "c-1:p-2", "k8s.ns.label[team]": "a", "k8s.pod.name": "of-the-api", "k8s.pod.annotation[x/y]": "z",
      "proc.name": "forged", "container.id": "forged", "nonsense": "1", "k8s.pod.label": "1", "k8s.ns.name[x]": "1", "k8s.pod.label[]": "1",
    ])
    stream.facts(3, .cri, .unsaid, ["k8s.pod.name": "web-7", "k8s.pod.label[b]": "2", "k8s.pod.label[app]": "front", "k8s.pod.full_sandbox_id": Self.id])
    stream.facts(4, .cri, .known, [
      "container.name": "main", "container.image": "r.org/web:1", "container.image.repository": "r.org/web", "container.image.tag": "1",
      "container.privileged": "true", "container.host_pid": "false", "k8s.ns.name": "nearer", "k8s.pod.uid": "forged",
      "container.start_ts": "1700000001000000000",
    ])
    #expect(try shown(stream, "%k8s.ns.name %k8s.ns.project %k8s.ns.label[team] %k8s.ns.label.team %k8s.pod.name %k8s.pod.annotation[x/y] %k8s.pod.uid %k8s.pod.id")
      == "nearer c-1:p-2 a a web-7 z 0a1b 0a1b")
    #expect(try shown(stream, "%container.name %workload.name %container.image %container.image.repository %container.image.tag %container.privileged %container.host_pid %container.host_ipc")
      == "main main r.org/web:1 r.org/web 1 true false <NA>")
    #expect(try shown(stream, "%k8s.pod.labels|%k8s.pod.sandbox_id|%container.labels|%container.id|%workload.identity|%proc.name") == "app:front, b:2|3ad7b26ded6d|<NA>|3ad7b26ded6d|known|sh")
    stream.exec(501, ["x"], parent: 1)
    #expect(try stream.fires("container.privileged = true and k8s.pod.label.app = front and container.host_pid = false and not k8s.ns.label[other] exists"))
    #expect(try stream.rendered("%container.start_ts %container.duration") == "1700000001000000000 \(stream.time - 1_000_000_000)")
  }

  @Test func factsAreReplacedOrGoOn() throws {
    var stream = TestStream.inContainer()
    let output = "%container.name %container.image %container.label[a] %workload.identity"
    stream.facts(2, .docker, .pending, ["container.name": "one", "container.image": "i"])
    #expect(try shown(stream, output) == "one i <NA> pending")
    stream.facts(2, .docker, .known, isMore: true, ["container.name": "two", "container.label[a]": "x"])
    #expect(try shown(stream, output) == "one i x known")
    stream.facts(2, .docker, .unsaid, ["container.name": "three"])
    #expect(try shown(stream, output) == "three <NA> <NA> known")
    stream.facts(2, .podman, .unknown, ["container.name": "first"])
    #expect(try shown(stream, output) == "first <NA> <NA> unknown")
  }

  @Test func mountsOfTheContainerByNumberAndPath() throws {
    var stream = TestStream.inContainer()
    for (number, source) in ["/proc", "/data/a", "/data/b"].enumerated() {
      stream.facts(2, .docker, .known, isMore: number > 0, [
        "container.mount.source[\(number)]": source, "container.mount.dest[\(number)]": "/mnt\(number)",
        "container.mount.rdwr[\(number)]": number == 1 ? "false" : "true", "container.mount.propagation[\(number)]": "rprivate",
      ])
    }
    #expect(try shown(stream, "%container.mounts") == "/proc:/mnt0::true:rprivate,/data/a:/mnt1::false:rprivate,/data/b:/mnt2::true:rprivate")
    #expect(try shown(stream, "%container.mount[1] %container.mount[/data/*] %container.mount[/no*] %container.mount[9]")
      == "/data/a:/mnt1::false:rprivate /data/a:/mnt1::false:rprivate <NA> <NA>")
    #expect(try shown(stream, "%container.mount.dest[/proc*] %container.mount.source[/mnt2] %container.mount.rdwr[1] %container.mount.mode[1]")
      == "/mnt0 /data/b false <NA>")
    stream.exec(501, ["x"], parent: 1)
    #expect(try stream.fires("container.mount.dest[/proc*] != \"N/A\" and not container.mount.dest[/etc] exists"))
  }

  @Test func aContainerMadeBeforeOurEyesHasAStart() throws {
    var stream = TestStream.inContainer()
    stream.cgroup(5, in: 20, String(Self.id.reversed()), isFound: false)
    let made = stream.time
    stream.cgroupID = 5
    stream.exec(501, ["x"], parent: 1)
    #expect(try stream.rendered("%container.start_ts %container.duration") == "\(1_700_000_000_000_000_000 + made) 1000000")
    stream.cgroupID = 2
    #expect(try shown(stream, "%container.start_ts %container.duration") == "<NA> <NA>")
  }

  // MARK: - Mount tables

  private static let local = ["/dev/sda", "/", "ext4", "rw"]
  private static let shared = ["fs:/home", "/home", "nfs4", "rw,vers=4.2"]

  @Test func mountsFollowTheNamespacesSeen() throws {
    var stream = TestStream.inContainer()
    func exec(_ namespace: UInt32) { stream.exec(500, ["x"], parent: 1) { $0.ns_mnt = namespace } }
    func fstypes() throws -> String? { try stream.rendered("%workload.mount.fstype") }
    stream.mounts(1, [Self.local, Self.shared], isNode: true)
    exec(7)
    #expect(try fstypes() == "<NA>")
    stream.mounts(7, [Self.local])
    exec(7)
    #expect(try fstypes() == "(ext4)")
    #expect(try stream.fires("workload.mount.fstype in (ext4) and not workload.mount.fstype intersects (nfs4)"))
    // A mount into the running container.
    stream.mounts(7, [Self.local, Self.shared])
    stream.socket(.connect, 500, remote: "10.0.0.1", remotePort: 1)
    #expect(try stream.fires("workload.mount.fstype intersects (gpfs, nfs4) and not workload.mount.fstype in (ext4)"))
    #expect(try stream.fires("workload.mount.target pmatch (/home) and workload.mount.source contains :/ and workload.mount.options glob '*vers=4*'"))
    #expect(try stream.rendered("%workload.mount.source %workload.mount.target %workload.mount.options") == "(/dev/sda,fs:/home) (/,/home) (rw,rw,vers=4.2)")
    stream.mounts(7, [Self.local])
    stream.socket(.connect, 500, remote: "10.0.0.1", remotePort: 1)
    #expect(try fstypes() == "(ext4)")
    // A second namespace counts as well, until it is gone; the node's own doesn't.
    exec(8)
    exec(1)
    stream.mounts(8, [Self.shared])
    stream.socket(.connect, 500, remote: "10.0.0.1", remotePort: 1)
    #expect(try fstypes() == "(nfs4,ext4)")
    stream.mounts(8, [], isGone: true)
    stream.socket(.connect, 500, remote: "10.0.0.1", remotePort: 1)
    #expect(try fstypes() == "(ext4)")
  }

  @Test func theNodesOwnMountsAreThoseOfWhatIsInNoOtherNamespace() throws {
    var stream = TestStream.inContainer()
    stream.mounts(1, [Self.local, Self.shared], isNode: true)
    stream.cgroupID = 3
    stream.exec(500, ["x"], parent: 1) { $0.ns_mnt = 1 }
    #expect(try stream.fires("workload.mount.fstype intersects (nfs4)"))
    // Told with the cgroup of a process in it.
    stream.mounts(9, cgroup: 3, [Self.local])
    stream.socket(.connect, 500, remote: "10.0.0.1", remotePort: 1)
    #expect(try stream.rendered("%workload.mount.fstype") == "(ext4)")
  }

  // MARK: - Hostile values

  @Test func namesAndValuesAreEscaped() throws {
    var stream = TestStream()
    stream.cgroup(77, in: 0, "/docker\u{1B}[2J/\(Self.id)")
    stream.facts(77, .docker, .known, ["container.name": "a\u{1B}[31m\nb", "container.label[\u{7}]": "\u{202E}x"])
    let text = try #require(try shown(stream, "%workload.cgroup %container.name %container.labels"))
    #expect(text.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value != 0x7F && $0.value != 0x202E }, "\(text)")
  }
}
