import Discovery
import TestSupport
import Testing

struct SlurmJobTests {
  private func queue(_ text: String, id: UInt32 = 7) -> SlurmJob? {
    SlurmJob(queue: Array(text.utf8), mark: "f00d", id: id)
  }

  @Test func squeuesLineBecomesAJob() {
    #expect(
      queue("f00d|7|alice|debug|node[1-3]|proj1\n")
        == SlurmJob(id: 7, user: "alice", account: "proj1", partition: "debug", nodes: "node[1-3]"))
    #expect(queue("f00d|7|alice|debug||(null)\n")?.pairs.map(\.name) == ["slurm.job", "slurm.user", "slurm.partition"])
  }

  /// The account is free text of whoever submits.
  @Test func anAccountForgesNothing() {
    #expect(queue("f00d|7|alice|debug|n|x|y|root\n")?.account == "x|y|root")
    #expect(queue("f00d|8|mallory|debug|n|x\n7|root|debug|n|m1\n") == nil)
    #expect(queue("f00d|8|mallory|debug|n|x\nf00e|7|root|debug|n|m1\nf00d|7|alice|debug|n|m2\n")?.user == "alice")
  }

  @Test func anAnswerAboutAnotherJobIsRefused() { #expect(queue("f00d|8|alice|debug|n|proj1\n") == nil) }

  @Test(arguments: ["", "\n", "f00d", "f00d|7", "f00d|7|||", "f00d|x|alice|debug|n|p", "f00d|7||debug|n|p", "|7|alice|debug|n|p"])
  func whatIsNoLineIsNoJob(_ text: String) { #expect(queue(text) == nil) }

  @Test func whatPrologLeavesBecomesAJob() {
    let text = "SLURM_JOB_ID=7\nSLURM_JOB_UID=1000\nSLURM_JOB_USER=alice\nSLURM_JOB_ACCOUNT=proj1\nHOME=/\n=\nx\n"
    #expect(
      SlurmJob(pushed: Array(text.utf8), id: 7) == SlurmJob(id: 7, user: "alice", account: "proj1", partition: "", nodes: ""))
    #expect(SlurmJob(pushed: Array(text.utf8), id: 8) == nil)
    #expect(SlurmJob(pushed: Array("SLURM_JOB_ID=7\n".utf8), id: 7) == nil)
    // What an account brings with it comes too late.
    #expect(SlurmJob(pushed: Array((text + "SLURM_JOB_USER=root\n").utf8), id: 7)?.user == "alice")
  }

  @Test func damagedTextNeverTraps() {
    let good = Array("f00d|7|alice|debug|node[1-3]|proj1\nSLURM_JOB_ID=7\nSLURM_JOB_USER=alice\n".utf8)
    let runs = Fuzzing.run(32) { random in
      let text = Fuzzing.mutated(good, &random, pieces: ["|", "\n", "=", "f00d|7|", "SLURM_JOB_ID="].map { Array($0.utf8) })
      if let job = SlurmJob(queue: text, mark: "f00d", id: 7) { #expect(job.id == 7 && !job.user.isEmpty) }
      if let job = SlurmJob(pushed: text, id: 7) { #expect(job.id == 7 && !job.user.isEmpty) }
    }
    #expect(runs > 0)
  }
}
