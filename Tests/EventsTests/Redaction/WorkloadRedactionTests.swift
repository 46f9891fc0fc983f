import Testing

@testable import Events

struct WorkloadRedactionTests {
  private static let id = "3ad7b26ded6d8e7b23da7d48fe889434573036c27ae5a74837233de441c3601e"

  private func redacted(_ line: String, _ subjects: RecordRedactor.Subjects = [.workloads, .addresses]) throws -> String {
    let record = try #require(try JSONLText.read(line).records.first)
    var redactor = RecordRedactor(key: Array("a key of tests alone".utf8), subjects)
    return try JSONLText.line(#require(redactor.redacted(try Record(number: 1, bytes: record.span.bytes))))
  }

  private func name(_ name: String, _ subjects: RecordRedactor.Subjects = [.workloads]) throws -> String {
    let line = try redacted(#"{"kind":"cgroup","cgroup_id":7,"parent_id":1,"name":"\#(name)"}"#, subjects)
    let start = try #require(line.split(separator: "\"name\":\"").last)
    return String(start.prefix { $0 != "\"" })
  }

  @Test(arguments: [
    "system.slice", "kubepods-burstable.slice", "job_42", "step_batch", "user-1000.slice", "user@1000.service", "session-3.scope", "libpod_parent",
  ])
  func whatTellsTheKindStays(known: String) throws {
    #expect(try name(known) == known)
  }

  @Test(arguments: [
    "/docker/ID", "/system.slice/docker-ID.scope", "/machine.slice/libpod-ID.scope/container", "/kubepods/burstable/pod0a1b2c3d-1111/ID",
    "/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod0a1b2c3d_1111.slice/cri-containerd-ID.scope",
    "/system.slice/n1_slurmstepd.scope/job_42/step_0/user/task_0", "/system.slice/web.service", "/user.slice/user-7.slice/session-1.scope",
    "/system.slice/containerd.service/kubepods-burstable-pod0a1b2c3d_1111.slice:cri-containerd:ID", "/ours/secret",
  ])
  func aWorkloadStaysOfItsKind(path: String) throws {
    let path = path.replacing("ID", with: Self.id)
    let hidden = try name(path)
    let (before, after) = (CgroupWorkload(path: path), CgroupWorkload(path: hidden))
    #expect(before?.kind == after?.kind && before?.depth == after?.depth && before?.runtime == after?.runtime && before?.step == after?.step)
    #expect(hidden.contains(Self.id) == false && hidden.contains("0a1b2c3d") == false && hidden.contains("secret") == false)
    #expect(hidden.contains("web") == false)
    if before?.podUID != nil { #expect(before?.podUID?.count == after?.podUID?.count && before?.podUID != after?.podUID) }
  }

  @Test func aPodIsTheSameByEitherName() throws {
    let one = try name("pod0a1b2c3d-1111-2222").dropFirst(3)
    let other = try name("kubepods-pod0a1b2c3d_1111_2222.slice").dropFirst("kubepods-pod".count).dropLast(".slice".count)
    #expect(one.filter { $0 != "-" } == other.filter { $0 != "_" } && one.count == 18)
  }

  @Test func nodesInNamesWhenAsked() throws {
    #expect(try name("n1_slurmstepd.scope") == "n1_slurmstepd.scope")
    let hidden = try name("n1_slurmstepd.scope", [.workloads, .nodes])
    #expect(hidden.hasPrefix("~") && hidden.hasSuffix("_slurmstepd.scope"))
    #expect(try name("web.service", []) == "web.service")
  }

  @Test func factsKeepTheirNames() throws {
    let line = try redacted("""
      {"kind":"facts","cgroup_id":7,"source":"cri","pairs":["k8s.pod.label[app]","secret","container.privileged","true",\
      "container.image.repository","r.org/secret","container.ip","10.1.2.3","k8s.pod.uid","0a1b2c3d-1111","slurm.account","secret"]}
      """)
    #expect(!line.contains("secret") && !line.contains("10.1.2.3") && !line.contains("0a1b2c3d"))
    #expect(line.contains(#""k8s.pod.label[app]","~"#) && line.contains(#""container.privileged","true""#) && line.contains(#""container.ip","10."#))
    #expect(line.contains(#""slurm.account","~"#) && line.contains(#""container.image.repository","~"#))
  }

  @Test func mountsKeepTheirFileSystems() throws {
    let line = try redacted("""
      {"kind":"mounts","ns_mnt":7,"entries":["secret:/home","/home/secret","nfs4","rw,addr=secret","tmpfs","/","tmpfs","rw"]}
      """)
    #expect(!line.contains("secret") && !line.contains("home"))
    #expect(line.contains(#""nfs4","rw,addr=~"#) && line.contains(#""tmpfs","/","tmpfs","rw""#))
  }
}
