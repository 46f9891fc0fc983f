import Glibc
import TestSupport
import Testing

/// What a replay does that can't go on to its end, or would mix its alerts with others.
@Suite(.serialized, .enabled(if: Selvage.isRoot, "root makes the recording"))
struct ReplayTests {
  private let folder: TemporaryFolder
  private let trace: String
  private let rules: String

  init() throws {
    folder = try TemporaryFolder()
    trace = "\(folder.path)/t.trace"
    #expect(try Selvage.run("record", "-o", trace, "--", "/bin/true").status == 0)
    rules = try folder.write(Selvage.rule("All", "evt.num > 0"), "rules.yaml")
  }

  /// Its trace comes through a pipe that gives the whole and never ends: it waits for bytes that don't come.
  @Test(arguments: [SIGINT, SIGTERM]) func stuckInARead(signal: Int32) throws {
    let pipe = "\(folder.path)/pipe"
    #expect(mkfifo(pipe, 0o600) == 0)
    let writer = try Program("/bin/sh", "-c", "exec 3>'\(pipe)'; cat '\(trace)' >&3; sleep 600")
    let alerts = "\(folder.path)/alerts.json"
    let replay = try Program(Selvage.path, ["replay", "--all", "-", "--rules", rules, "--json", alerts].map { Array($0.utf8) }, input: pipe)
    #expect(eventually { !contents(alerts).isEmpty })
    replay.signal(signal)
    let end = try replay.finish()
    #expect(end.status == 1, "\(end)")
    #expect(end.errors.contains("interrupted"), "\(end)")
    writer.signal(SIGKILL)
  }

  @Test func betweenTwoRecords() throws {
    // So many traces that it is at work when the signal comes: as soon as the first alert is there.
    let alerts = "\(folder.path)/alerts.json"
    let replay = try Program(
      Selvage.path, (["replay", "--all", "--rules", rules, "--json", alerts] + Array(repeating: trace, count: 2000)).map { Array($0.utf8) })
    #expect(eventually { !contents(alerts).isEmpty })
    replay.signal(SIGINT)
    let end = try replay.finish()
    #expect(end.status == 1)
    #expect(end.errors.contains("interrupted; the rest was not replayed"), "\(end.errors.suffix(500))")
  }

  @Test func aFullJSONFileIsRefusedUnlessAsked() throws {
    let alerts = "\(folder.path)/alerts.json"
    #expect(try Selvage.run("replay", "--all", trace, "--rules", rules, "--json", alerts).status == 0)
    let once = contents(alerts)
    #expect(!once.isEmpty)
    let refused = try Selvage.run("replay", "--all", trace, "--rules", rules, "--json", alerts)
    #expect(refused.status == 2 && refused.errors.contains("--append"), "\(refused)")
    #expect(contents(alerts) == once)
    #expect(try Selvage.run("replay", "--all", trace, "--rules", rules, "--json", alerts, "--append").status == 0)
    #expect(contents(alerts) == once + once)
    // An empty file, and what is no file, holds nothing.
    #expect(try Selvage.run("replay", "--all", trace, "--rules", rules, "--json", try folder.write("", "empty"), "--json", "/dev/null").status == 0)
  }
}
