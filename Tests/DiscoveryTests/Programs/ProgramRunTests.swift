import Discovery
import Glibc
import TestSupport
import Testing

struct ProgramRunTests {
  private func run(_ script: String, milliseconds: Int = 10_000, limit: Int = 1 << 20) throws -> ProgramRun.Answer {
    try ProgramRun.run("/bin/sh", ["-c", script], environment: ["GIVEN=1"], timeoutMilliseconds: milliseconds, outputLimit: limit)
  }

  @Test func itAnswers() throws {
    let answer = try run("echo out; echo err >&2; exit 3")
    #expect(answer.output == Array("out\n".utf8))
    #expect(answer.errors == Array("err\n".utf8))
    #expect(answer.status == 3)
  }

  @Test func nothingOfTheOwnEnvironmentIsGiven() throws {
    setenv("SELVAGE_TEST_SECRET", "1", 1)
    let text = String(decoding: try run("env; cat").output, as: UTF8.self)
    #expect(!text.contains("SELVAGE_TEST_SECRET"))
    #expect(text.contains("GIVEN=1") && text.contains("LC_ALL=C") && text.contains("PATH=/usr/local/sbin:"))
  }

  @Test func oneThatHangsIsKilledWithItsChildren() throws {
    let folder = try TemporaryFolder()
    #expect(throws: ProgramRun.Failure.self) {
      try run("sleep 1000 & echo $! >\(folder.path)/pid; sleep 1000", milliseconds: 300)
    }
    let pid = try #require(Int32(String(decoding: contents("\(folder.path)/pid"), as: UTF8.self).dropLast()))
    #expect(eventually { kill(pid, 0) != 0 || contents("/proc/\(pid)/stat").contains(UInt8(ascii: "Z")) })
  }

  /// Who closed its output may still run.
  @Test func oneThatClosesItsOutputIsKilledAsWell() {
    #expect(throws: ProgramRun.Failure.self) { try run("exec >&- 2>&-; sleep 1000", milliseconds: 300) }
  }

  @Test func anEndlessAnswerEnds() {
    #expect(throws: ProgramRun.Failure.self) { try run("yes", limit: 10_000) }
    #expect(throws: Never.self) { try run("yes >&2 & sleep 0.2; kill $!", limit: 10_000) }
  }

  @Test func oneThatIsNotThereIsSaid() {
    #expect(throws: ProgramRun.Failure.self) {
      try ProgramRun.run("/nonexistent/squeue", [], timeoutMilliseconds: 1000, outputLimit: 10)
    }
  }
}
