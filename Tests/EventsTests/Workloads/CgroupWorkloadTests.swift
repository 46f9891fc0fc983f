import Testing

@testable import Events

/// What workload a cgroup's path says it is of.
struct CgroupWorkloadTests {
  private static let id = "3ad7b26ded6d8e7b23da7d48fe889434573036c27ae5a74837233de441c3601e"
  private static let uid = "0a1b2c3d-1111-2222-3333-444455556666"
  private static let slice = "kubepods-burstable-pod0a1b2c3d_1111_2222_3333_444455556666.slice"

  /// In short: kind, id, depth, and what else is known.
  private static func shown(_ path: String) -> String {
    guard let found = CgroupWorkload(path: path) else { return "host" }
    var text = "\(found.kind.name) \(found.id == id ? "ID" : found.id == uid ? "UID" : found.id) \(found.depth)"
    if let runtime = found.runtime { text += " \(runtime.name)" }
    if found.kind == .container, found.containerID == nil { text += " outside" }
    if let pod = found.podUID { text += " pod=\(pod == uid ? "UID" : pod)@\(found.podDepth.map(String.init) ?? "-")" }
    if let job = found.job { text += " job=\(job)@\(found.jobDepth.map(String.init) ?? "-") step=\(found.step ?? "-")" }
    if let user = found.userID { text += " user=\(user)" }
    return text
  }

  @Test(arguments: [
    // Kubernetes, cgroupfs.
    ("/kubepods/burstable/podUID/ID", "container ID 4 pod=UID@3"),
    ("/kubepods/podUID/ID", "container ID 3 pod=UID@2"),
    ("/kubepods/besteffort/podUID/ID/inner/job_7/step_0", "container ID 4 pod=UID@3"),
    ("/kubepods/burstable/podUID/crio-ID", "container ID 4 cri-o pod=UID@3"),
    ("/kubepods/burstable/podUID", "container UID 3 outside pod=UID@3"),
    ("/kubepods/burstable/podUID/crio-conmon-ID.scope", "container UID 3 outside pod=UID@3"),
    ("/kubelet/kubepods/burstable/podUID/ID", "container ID 5 pod=UID@4"),
    ("/k3s/kubepods/podUID/ID", "container ID 4 pod=UID@3"),
    ("/kubepods/burstable", "host"), ("/kubepods", "host"), ("/kubepods/burstable/pod", "host"),
    // Kubernetes, systemd.
    ("/kubepods.slice/kubepods-burstable.slice/SLICE/cri-containerd-ID.scope", "container ID 4 containerd pod=UID@3"),
    ("/kubepods.slice/kubepods-burstable.slice/SLICE/crio-ID.scope/container", "container ID 4 cri-o pod=UID@3"),
    ("/kubepods.slice/kubepods-burstable.slice/SLICE/docker-ID.scope", "container ID 4 docker pod=UID@3"),
    ("/kubepods.slice/kubepods-burstable.slice/SLICE/crio-conmon-ID.scope", "container UID 3 outside pod=UID@3"),
    ("/kubepods.slice/kubepods-pod0a1b_2.slice/cri-containerd-ID.scope", "container ID 3 containerd pod=0a1b-2@2"),
    ("/kubelet.slice/kubelet-kubepods.slice/kubelet-kubepods-besteffort.slice/kubelet-kubepods-besteffort-pod0a1b.slice/cri-containerd-ID.scope",
     "container ID 5 containerd pod=0a1b@4"),
    ("/system.slice/containerd.service/SLICE:cri-containerd:ID", "container ID 3 containerd pod=UID@-"),
    // Docker and podman.
    ("/docker/ID", "container ID 2 docker"), ("/docker/ID/kubelet.slice/kubelet-kubepods.slice", "container ID 2 docker"),
    ("/system.slice/docker-ID.scope", "container ID 2 docker"), ("/our.slice/docker-ID.scope/x", "container ID 2 docker"),
    ("/machine.slice/libpod-ID.scope/container", "container ID 2 podman"),
    ("/machine.slice/machine-libpod_pod_ID.slice/libpod-ID.scope", "container ID 3 podman"),
    ("/libpod_parent/libpod-ID", "container ID 2 podman"), ("/libpod_parent/ID/libpod-ID", "container ID 3 podman"),
    ("/ours/libpod-ID", "container ID 2 podman"), ("/ours/ID", "container ID 2"), ("/libpod_parent/conmon", "host"),
    ("/machine.slice/libpod-conmon-ID.scope", "systemd-unit libpod-conmon-ID.scope 2"),
    ("/system.slice/web.service/libpod-payload-ID", "container ID 3 podman"),
    ("/system.slice/web.service/supervisor", "systemd-unit web.service 2"),
    ("/user.slice/user-1000.slice/user@1000.service/user.slice/libpod-ID.scope/container", "container ID 5 podman user=1000"),
    ("/user.slice/user-1000.slice/user@1000.service/user.slice/user-libpod_pod_ID.slice/libpod-ID.scope", "container ID 6 podman user=1000"),
    ("/user.slice/user-1000.slice/user@1000.service/app.slice/web.service/libpod-payload-ID", "container ID 6 podman user=1000"),
    ("/user.slice/user-1000.slice/user@1000.service/libpod_parent/libpod-ID", "container ID 5 podman user=1000"),
    // Slurm.
    ("/system.slice/n1_slurmstepd.scope/job_2/step_batch/user/task_special", "slurm-step 2.batch 4 job=2@3 step=batch"),
    ("/system.slice/slurmstepd.scope/job_42/step_0/user/task_0", "slurm-step 42.0 4 job=42@3 step=0"),
    ("/system.slice/n1_slurmstepd.scope/job_2/step_extern", "slurm-step 2.extern 4 job=2@3 step=extern"),
    ("/system.slice/n1_slurmstepd.scope/job_2", "slurm-step 2 3 job=2@3 step=-"),
    ("/system.slice/n1_slurmstepd.scope/job_2/step_x", "slurm-step 2 3 job=2@3 step=-"),
    ("/system.slice/n1_slurmstepd.scope/system", "systemd-unit n1_slurmstepd.scope 2"),
    ("/slurm/uid_65534/job_2/step_batch", "slurm-step 2.batch 4 job=2@3 step=batch user=65534"),
    ("/slurm_n1/uid_0/job_7/step_1/task_0", "slurm-step 7.1 4 job=7@3 step=1 user=0"),
    // Units and sessions.
    ("/system.slice/sshd.service", "systemd-unit sshd.service 2"), ("/init.scope", "systemd-unit init.scope 1"),
    ("/system.slice/system-getty.slice/getty@tty1.service", "systemd-unit getty@tty1.service 3"),
    ("/user.slice/user-1000.slice/session-3.scope", "session session-3.scope 3 user=1000"),
    ("/user.slice/user-1000.slice/user@1000.service/app.slice/x.service", "session user@1000.service 3 user=1000"),
    ("/user.slice/user-1000.slice/run-u7.scope", "systemd-unit run-u7.scope 3 user=1000"),
    ("/", "host"), ("", "host"), ("/user.slice", "host"), ("/user.slice/user-1000.slice", "host"), ("/system.slice", "host"),
    ("/some/thing", "host"), ("/.service", "host"),
  ])
  func names(path: String, expected: String) {
    func filled(_ text: String) -> String {
      text.split(separator: "/", omittingEmptySubsequences: false).map { part -> String in
        var part = String(part)
        if part.hasPrefix("SLICE") { part = Self.slice + part.dropFirst(5) }
        if part == "podUID" { part = "pod\(Self.uid)" }
        if part == "ID" || part.hasSuffix("ID") { part = part.dropLast(2) + Self.id }
        for end in [".scope", ".slice"] where part.hasSuffix("ID" + end) { part = part.dropLast(2 + end.count) + Self.id + end }
        return part
      }.joined(separator: "/")
    }
    #expect(Self.shown(filled(path)) == (expected.contains("conmon-ID") ? expected.replacing("ID", with: Self.id) : expected), "\(filled(path))")
  }

  /// What a workload, or a user's own tree, calls its cgroups makes them no other workload.
  @Test(arguments: [
    ("/kubepods/burstable/podUID/ID", "/job_7/step_0"), ("/docker/ID", "/kubepods/burstable/podUID/ID"),
    ("/docker/ID", "/system.slice/n1_slurmstepd.scope/job_7/step_0"),
    ("/system.slice/n1_slurmstepd.scope/job_2/step_batch", "/job_3/step_0"),
    ("/system.slice/n1_slurmstepd.scope/job_2/step_batch", "/docker/ID"),
    ("/system.slice/n1_slurmstepd.scope/job_2", "/user/libpod-ID.scope"),
    ("/system.slice/web.service", "/kubepods/burstable/podUID/ID"), ("/system.slice/web.service", "/job_7/step_0"),
    ("/system.slice/web.service", "/docker/ID"), ("/system.slice/web.service", "/n1_slurmstepd.scope/job_7/step_0"),
    ("/system.slice/web.service", "/kubepods-burstable-pod0a1b.slice:cri-containerd:ID"),
    ("/user.slice/user-1000.slice/user@1000.service", "/kubepods.slice/kubepods-pod0a1b.slice/cri-containerd-ID.scope"),
    ("/user.slice/user-1000.slice/user@1000.service", "/system.slice/n1_slurmstepd.scope/job_7/step_0"),
    ("/user.slice/user-1000.slice/user@1000.service", "/app.slice/slurmstepd.scope/job_7/step_0"),
    ("/user.slice/user-1000.slice/user@1000.service", "/app.slice/containerd.service/kubepods-burstable-pod0a1b.slice:cri-containerd:ID"),
    ("/user.slice/user-1000.slice/user@1000.service", "/app.slice/crio-ID.scope"),
    ("/user.slice/user-1000.slice/user@1000.service", "/slurm/uid_0/job_7/step_0"),
    ("/user.slice/user-1000.slice/session-3.scope", "/kubepods/podUID/ID"), ("/user.slice/user-1000.slice/session-3.scope", "/docker-ID.scope"),
  ])
  func forgeries(own: String, forged: String) throws {
    func filled(_ text: String) -> String {
      text.replacing("podUID", with: "pod\(Self.uid)").replacing("ID", with: Self.id)
    }
    let workload = try #require(CgroupWorkload(path: filled(own)))
    #expect(CgroupWorkload(path: filled(own) + filled(forged)) == workload)
  }

  /// Nothing but what the node's own services make at the top is a pod or a job.
  @Test(arguments: [
    "/delegated/joe/kubepods/burstable/podUID/ID", "/delegated/kubepods/podUID/ID", "/joe/slurm/uid_0/job_7/step_0",
    "/joe/job_7/step_0", "/slurm/job_7/step_0", "/slurm/uid_x/job_7", "/delegated/joe/docker/ID", "/kubepods/burstable/ID",
    "/n1_slurmstepd.scope2/job_2/step_0", "/system.slicex/n1_slurmstepd.scope/job_2",
  ])
  func notAtTheTop(path: String) {
    let filled = path.replacing("podUID", with: "pod\(Self.uid)").replacing("ID", with: Self.id)
    #expect(CgroupWorkload(path: filled) == nil)
  }

  @Test func whatAWholeWorkloadHoldsIsItsOwn() {
    var random = SeededGenerator(seed: 5)
    let words = [
      "kubepods", "burstable", "pod\(Self.uid)", Self.id, "docker", "system.slice", "user.slice", "user-1000.slice", "user@1000.service",
      "n1_slurmstepd.scope", "job_2", "step_0", "libpod-\(Self.id).scope", "docker-\(Self.id).scope", "kubepods.slice", Self.slice, "x",
      "web.service", "libpod-payload-\(Self.id)", "slurm", "uid_0", "session-1.scope", "libpod_parent", "", "\u{FFFD}", ".", "e\u{301}",
      "job_99999999999999999999999", "containerd.service", "\(Self.slice):cri-containerd:\(Self.id)",
    ]
    var whole = 0
    for _ in 0..<20_000 {
      let names = (0..<Int.random(in: 0..<8, using: &random)).map { _ in Substring(words.randomElement(using: &random) ?? "") }
      var last: CgroupWorkload?
      for count in 0...names.count {
        let found = CgroupWorkload(names: Array(names[..<count]))
        if let found { #expect(found.depth <= count && !found.id.isEmpty) }
        if let last {
          // One that is there stays, or is told more closely.
          #expect(found == last || found?.depth == count || found.map { $0.depth > last.depth } == true, "\(names)")
          if last.isWhole { #expect(found == last, "\(names)") }
        }
        last = found
        if found?.isWhole == true { whole += 1 }
      }
    }
    #expect(whole > 500)
  }
}
