import Discovery
import Glibc
import TestSupport
import Testing

@Suite(.enabled(if: geteuid() == 0, "needs root: only root's files count"))
struct PushedJobsTests {
  private let folder: TemporaryFolder
  private let jobs: PushedJobs
  private static let text = "SLURM_JOB_ID=7\nSLURM_JOB_USER=alice\n"

  init() throws {
    folder = try TemporaryFolder()
    jobs = PushedJobs(folder: folder.path)
  }

  @Test func rootsFileCounts() throws {
    #expect(try jobs.job(7) == nil)
    try folder.write(Self.text, "7")
    #expect(try jobs.job(7)?.user == "alice")
  }

  @Test func anothersFileDoesNot() throws {
    let path = try folder.write(Self.text, "7")
    chown(path, 65534, 0)
    #expect(throws: PushedJobs.Failure.self) { try jobs.job(7) }
    chown(path, 0, 0)
    chmod(path, 0o666)
    #expect(throws: PushedJobs.Failure.self) { try jobs.job(7) }
    chmod(path, 0o644)
    chmod(folder.path, 0o1777)
    #expect(throws: PushedJobs.Failure.self) { try jobs.job(7) }
  }

  /// A link or a pipe in its place neither leads elsewhere nor stalls.
  @Test func onlyAFileCounts() throws {
    try folder.write(Self.text, "other")
    symlink("\(folder.path)/other", "\(folder.path)/7")
    #expect(throws: PushedJobs.Failure.self) { try jobs.job(7) }
    mkfifo("\(folder.path)/8", 0o600)
    #expect(throws: PushedJobs.Failure.self) { try jobs.job(8) }
  }

  @Test func aFileAboutAnotherJobIsRefused() throws {
    try folder.write(Self.text, "8")
    #expect(throws: PushedJobs.Failure.self) { try jobs.job(8) }
  }

  /// The shipped Prolog writes what is read here, and an account brings no lines of its own.
  @Test func theShippedPrologIsRead() throws {
    let root = #filePath.split(separator: "/").dropLast(4).joined(separator: "/")
    let script = String(decoding: contents("/\(root)/deploy/slurm/prolog.sh"), as: UTF8.self)
      .split(separator: "\n", omittingEmptySubsequences: false)
      .map { $0.hasPrefix("folder=") ? "folder=\(folder.path)" : String($0) }.joined(separator: "\n")
    let path = try folder.write(script, "prolog.sh")
    let ending = try Program(
      "/bin/sh", [path].map { Array($0.utf8) },
      environment: [
        "PATH=/usr/bin:/bin", "SLURM_JOB_ID=7", "SLURM_JOB_UID=1000", "SLURM_JOB_USER=alice", "SLURM_JOB_PARTITION=debug",
        "SLURM_JOB_NODELIST=n1", "SLURM_JOB_ACCOUNT=proj1\nSLURM_JOB_USER=root",
      ]
    ).finish()
    #expect(ending.status == 0 && ending.output + ending.errors == "")
    #expect(
      try jobs.job(7) == SlurmJob(id: 7, user: "alice", account: "proj1", partition: "debug", nodes: "n1"))
  }
}
