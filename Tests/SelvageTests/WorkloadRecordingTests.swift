import Events
import Glibc
import TestSupport
import Testing

/// What a recording holds of a container and of a job, both real.
@Suite(.serialized, .enabled(if: Selvage.isRoot, "needs root: it loads programs into the kernel"))
struct WorkloadRecordingTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private var path: String { "\(folder.path)/t.trace" }

  /// What was recorded so far, as lines of JSON.
  private func lines() -> [String] {
    var lines: [String] = []
    guard var reader = try? TraceReader(path: path) else { return [] }
    var encoder = JSONLEncoder()
    var lost: UInt64 = 0
    while let record = try? reader.next(lostBefore: &lost) {
      var bytes: [UInt8] = []
      encoder.append(record, to: &bytes)
      lines.append(String(decoding: bytes, as: UTF8.self))
    }
    return lines
  }

  private func has(_ texts: String...) -> Bool { lines().contains { line in texts.allSatisfy { line.contains($0) } } }

  private func recorder(_ discovery: String) throws -> Program {
    let configuration = try folder.write("discovery: {\(discovery)}\n", "selvage.yaml")
    let recorder = try Program(
      Selvage.path, "record", "--no-agent", "-o", path, "--config", configuration)
    try recorder.says("Recording to")
    return recorder
  }

  @Test(.enabled(if: NodeScript.has("podman", "runc", "busybox"), "needs podman, runc and busybox-static"))
  func aContainerIsKnownWithItsMounts() throws {
    let node = try NodeScript("podman/node", environment: ["SERVICE=1"])
    let recorder = try recorder("podman_socket: \(node.folder.path)/podman.sock")
    let id = try node.run(
      "tiny", "-d", "--name", "web", "--label", "tenant=m1", "-v", "\(node.folder.path)/image:/shared:ro", "tiny:1", "/bin/sh", "-c",
      "while :; do sleep 0.2; done")
    // It is written once a second.
    #expect(eventually { has(#""kind":"facts""#, "container.label[tenant]") && has(#""kind":"execve""#, #""exe":"/bin/busybox""#) })
    recorder.signal(SIGINT)
    #expect(try recorder.finish().status == 0)

    let lines = lines()
    func first(_ texts: String...) throws -> Int {
      try #require(lines.firstIndex { line in texts.allSatisfy { line.contains($0) } }, "\(texts)")
    }
    let made = try first(#""kind":"cgroup""#, "libpod-\(id)")
    let facts = try first(#""kind":"facts""#, "container.label[tenant]", "m1", "localhost/tiny")
    let mounts = try first(#""kind":"mounts""#, "/shared")
    let exec = try first(#""kind":"execve""#, #""exe":"/bin/busybox""#)
    #expect(made < mounts && mounts < exec)
    #expect(made < facts)
  }

  @Test(.enabled(if: NodeScript.has("slurmctld", "slurmd", "munged", "cc"), "needs slurm-wlm, munge and gcc"))
  func aShortJobIsKnown() throws {
    let node = try NodeScript("slurm/node")
    let recorder = try recorder("slurm_conf: \(node.folder.path)/slurm.conf, slurm_jobs: \(node.folder.path)/jobs")
    let job = try Program(
      "/usr/bin/sbatch", ["--wait", "--account=proj1", "-o", "/dev/null", "--wrap", "sleep 0.05"].map { Array($0.utf8) },
      environment: ["PATH=/usr/bin:/bin", "SLURM_CONF=\(node.folder.path)/slurm.conf"]
    ).finish()
    #expect(job.status == 0, "\(job.errors)")
    #expect(eventually { has(#""kind":"facts""#, "slurm.account", "proj1") })
    recorder.signal(SIGINT)
    #expect(try recorder.finish().status == 0)
    #expect(has(#""kind":"cgroup""#, #""job_1""#))
    // One question a job, however many steps it has.
    #expect(lines().count { $0.contains(#""kind":"facts""#) && $0.contains("proj1") } == 1)
  }
}
