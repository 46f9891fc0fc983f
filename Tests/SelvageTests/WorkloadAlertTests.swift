import Glibc
import TestSupport
import Testing

/// Whose workload it is and which rules hold for it, on real containers and jobs; and the same from the recording.
@Suite(.serialized, .enabled(if: Selvage.isRoot, "needs root: it loads programs into the kernel"))
struct WorkloadAlertTests {
  private let folder: TemporaryFolder
  /// Part of the command line of what a test runs in workloads, and of nothing else.
  private let mark = "mark\(UInt32.random(in: 0 ... .max))"

  private static let tenants = """
    tenants:
    - {tenant: m1, desc: d, match: "container.label[tenant] = m1 or slurm.account = proj1"}
    - {tenant: m2, desc: d, match: "slurm.account = proj2"}
    - {tenant: m3, desc: d, match: "k8s.ns.name = portal"}
    - {tenant: m4, desc: d, match: "k8s.ns.name = genomics"}
    rulesets:
    - {ruleset: shared-storage, desc: d, when: workload.mount.source intersects (shared-fs), files: [shared.yaml]}
    """

  init() throws {
    folder = try TemporaryFolder()
    try folder.write(Self.tenants, "tenants.yaml")
    let isMarked = "evt.type = execve and proc.args contains \(mark)"
    let output = "%tenant.name|%workload.identity|%workload.kind|%container.name|%slurm.account|%slurm.user|%proc.args"
    try folder.write(Selvage.rule("Site", "\(isMarked) and workload.kind != host", output: output), "site.yaml")
    try folder.write(Selvage.rule("Shared", "\(isMarked) and workload.kind = container", output: output), "shared.yaml")
  }

  private func agent(_ discovery: String) throws -> Program {
    let configuration = try folder.write("record_socket: record.sock\ndiscovery: {\(discovery)}\n", "selvage.yaml")
    return try Selvage.live(
      "--config", configuration, "--rules", "\(folder.path)/site.yaml", "--tenants", "\(folder.path)/tenants.yaml", "--json",
      "\(folder.path)/alerts.json", "--record", "\(folder.path)/t.trace")
  }

  private var alerts: [String] { lines(contents("\(folder.path)/alerts.json")) }

  private func has(_ texts: String...) -> Bool { alerts.contains { line in texts.allSatisfy { line.contains($0) } } }

  /// Ends the agent, and compares what a replay says.
  private func finish(_ agent: Program) throws {
    agent.signal(SIGTERM)
    #expect(try agent.finish().status == 0)
    let replay = try Selvage.run(
      "replay", "--all", "\(folder.path)/t.trace", "--rules", "\(folder.path)/site.yaml", "--tenants", "\(folder.path)/tenants.yaml",
      "--json", "-")
    #expect(lines(Array(replay.output.utf8)) == alerts)
  }

  @Test(.enabled(if: NodeScript.has("podman", "runc", "busybox", "nsenter"), "needs podman, runc, busybox-static and nsenter"))
  func aMountInARunningContainerTurnsARulesetOn() throws {
    let node = try NodeScript("podman/node", environment: ["SERVICE=1"])
    let agent = try agent("podman_socket: \(node.folder.path)/podman.sock")
    _ = try node.run("tiny", "-d", "--name", "web", "--label", "tenant=m1", "tiny:1", "/bin/sh", "-c", "sleep 1000; true", "\(mark)-first")
    // Its first program started before podman could have been asked; then it is told whose that was.
    #expect(eventually { has(#""rule":"Site""#, "\(mark)-first") })
    #expect(eventually { has(#""rule":"Alert completed""#, #""tenant":"m1""#) || has(#""rule":"Site""#, "m1|known|", "\(mark)-first") })

    _ = try node.run("podman", "exec", "web", "/bin/true", "\(mark)-before")
    #expect(eventually { has(#""rule":"Site""#, "m1|known|container|web|", "\(mark)-before") })
    let pid = try node.run("podman", "inspect", "--format", "{{.State.Pid}}", "web")
    func inContainer(_ command: String...) throws {
      #expect(try Program.run("/usr/bin/nsenter", ["-t", pid, "-m"] + command).status == 0)
    }
    try inContainer("mount", "-t", "tmpfs", "shared-fs", "/shared")
    _ = try node.run("podman", "exec", "web", "/bin/true", "\(mark)-mounted")
    #expect(eventually { has(#""rule":"Shared""#, "m1|known|container|web|", "\(mark)-mounted") })
    try inContainer("umount", "/shared")
    _ = try node.run("podman", "exec", "web", "/bin/true", "\(mark)-after")
    #expect(eventually { has(#""rule":"Site""#, "\(mark)-after") })
    #expect(!has(#""rule":"Shared""#, "\(mark)-before"))
    #expect(!has(#""rule":"Shared""#, "\(mark)-after"))
    try finish(agent)
  }

  @Test(
    .enabled(
      if: NodeScript.has("containerd", "runc", "busybox", "python3", "curl", "ctr"),
      "needs containerd, runc, containernetworking-plugins, busybox-static, python3 and curl"))
  func podsBelongToTheirNamespaces() throws {
    let node = try NodeScript("containerd/node")
    let socket = "\(node.folder.path)/containerd.sock"
    let agent = try agent("cri_sockets: [\(socket)], off: [kubernetes]")
    for (tenant, namespace, uid) in [
      ("m3", "portal", "3f6a2c1e-0000-4000-8000-000000000001"), ("m4", "genomics", "3f6a2c1e-0000-4000-8000-000000000002"),
    ] {
      // What a pod says of itself counts nothing.
      let ids = try node.run(
        "pod", "run", "web", namespace, uid, "label=k8s.ns.name=portal", "--", "/bin/sh", "-c", "sleep 1000; true",
        "\(mark)-\(tenant)-first")
      // Its first program started before the runtime could have been asked; then it is told whose that was.
      #expect(eventually { has(#""rule":"Site""#, "\(mark)-\(tenant)-first") }, "\(alerts)")
      #expect(
        eventually {
          has(#""rule":"Alert completed""#, "\"tenant\":\"\(tenant)\"") || has("\(tenant)|known|", "\(mark)-\(tenant)-first")
        }, "\(alerts)")
      let container = String(ids.prefix { $0 != " " })
      let exec = try Program.run(
        "/usr/bin/ctr",
        ["-a", socket, "-n", "k8s.io", "tasks", "exec", "--exec-id", tenant, container, "/bin/true", "\(mark)-\(tenant)-then"])
      #expect(exec.status == 0, "\(exec.errors)")
      #expect(eventually { has(#""rule":"Site""#, "\(tenant)|known|container|main|", "\(mark)-\(tenant)-then") }, "\(alerts)")
    }
    try finish(agent)
  }

  @Test(.enabled(if: NodeScript.has("slurmctld", "slurmd", "munged", "cc"), "needs slurm-wlm, munge and gcc"))
  func jobsBelongToTheirAccounts() throws {
    let node = try NodeScript("slurm/node")
    let agent = try agent("slurm_conf: \(node.folder.path)/slurm.conf, slurm_jobs: \(node.folder.path)/jobs")
    func submit(_ arguments: String...) throws {
      let ending = try Program(
        "/usr/bin/setpriv",
        (["--reuid", "nobody", "--regid", "nogroup", "--clear-groups", "sbatch", "--wait", "--chdir=/", "--output=/dev/null"]
          + arguments).map { Array($0.utf8) },
        environment: ["PATH=/usr/bin:/bin", "SLURM_CONF=\(node.folder.path)/slurm.conf"]
      ).finish()
      #expect(ending.status == 0, "\(ending.errors)")
    }
    // What a job is called says nothing of whose it is.
    try submit("--account=proj1", "--job-name=x UserId=root(0) Account=proj2", "--wrap", "/bin/true \(mark)-one & sleep 0.05")
    try submit("--account=proj2", "--wrap", "/bin/true \(mark)-two")
    for (tenant, job) in [("m1", "one"), ("m2", "two")] {
      #expect(eventually { has(#""rule":"Site""#, "\(mark)-\(job)") })
      #expect(
        eventually {
          has(#""rule":"Alert completed""#, "\"tenant\":\"\(tenant)\"")
            || has("\(tenant)|known|slurm-step|", "|nobody|", "\(mark)-\(job)")
        }, "\(alerts)")
    }
    #expect(!has("m2|", "\(mark)-one"))
    try finish(agent)

    // Whose it is follows from what the records tell and the policy at hand: each gets the other's account.
    func swapped(_ text: String, _ one: String, _ other: String) -> String {
      text.replacing(one, with: "\0").replacing(other, with: one).replacing("\0", with: other)
    }
    let changed = try folder.write(swapped(Self.tenants, "proj1", "proj2"), "changed.yaml")
    let replay = try Selvage.run(
      "replay", "--all", "\(folder.path)/t.trace", "--rules", "\(folder.path)/site.yaml", "--tenants", changed, "--json", "-")
    #expect(lines(Array(replay.output.utf8)) == alerts.map { swapped($0, "m1", "m2") })
  }
}
