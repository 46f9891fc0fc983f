import Glibc
import TestSupport
import Testing

/// `Tests/delivery/storm`, a short one: alerts through a receiver and an agent that are killed at random.
@Suite(
  .enabled(if: Rsyslog.isInstalled && access("/usr/bin/python3", X_OK) == 0, "needs rsyslogd and python3"),
  .timeLimit(.minutes(5)))
struct StormTests {
  @Test func nothingIsLostByRELPInAStorm() throws {
    let tests = #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
    let storm = try Program.run(
      "/usr/bin/env",
      [
        "python3", "/\(tests)/delivery/storm", "--alerts", "3000", "--rate", "600", "--kills", "2", "--agent",
        SpoolCrashTests.trials,
      ])
    #expect(storm.status == 0, "\(storm.output)\(storm.errors)")
    #expect(storm.output.contains("relp: ") && storm.output.contains("3000 distinct"))
  }
}
