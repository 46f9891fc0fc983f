import Glibc
import TestSupport
import Testing

/// What a recorder keeps, and in which files, by what these replay to.
@Suite(.serialized, .enabled(if: Selvage.isRoot, "needs root: it loads programs into the kernel"))
struct RecordSeriesTests {
  private let node: RecordedNode

  init() throws { node = try RecordedNode() }

  private func load(_ count: Int, _ word: String = "x") throws {
    _ = try Program(
      "/bin/bash", "-c", "for i in {1..\(count)}; do /bin/true \(node.mark) \(word) $i; (exec 3<>/dev/tcp/127.0.0.1/9) 2>/dev/null; done"
    ).finish()
  }

  /// Each file of a series begins with what was known: no alert of it differs from the agent's.
  private func joined(_ files: [String]) throws -> [String] {
    var all: [String] = []
    for file in files {
      let end = try Selvage.run("replay", "--all", "\(node.folder.path)/\(file)", "--rules", node.rules, "--json", "-")
      #expect(end.status == 0, "\(file): \(end.errors)")
      all += end.output.split(separator: "\n").map(String.init)
    }
    return all
  }

  @Test func filesOfASeriesStandEachByItself() throws {
    let agent = try node.agent()
    let recorder = try node.recorder("s.trace", "--rotate-size", "40K")
    try load(1200)
    recorder.signal(SIGINT)
    let end = try recorder.finish()
    #expect(end.status == 0, "\(end.errors)")
    agent.signal(SIGTERM)
    _ = try agent.finish()
    let files = node.files("s-")
    #expect(files.count >= 3, "\(end.errors)")
    let replayed = try joined(files)
    #expect(replayed.count { $0.contains(node.mark) } >= 2400)
    #expect(try node.agentHas(replayed))
  }

  @Test func timeEndsAFileToo() throws {
    let recorder = try node.recorder("s.trace", "--no-agent", "--rotate-seconds", "1")
    #expect(try eventually {
      try load(5)
      return node.files("s-").count >= 3
    })
    recorder.signal(SIGINT)
    #expect(try recorder.finish().status == 0)
    _ = try joined(node.files("s-"))
  }

  @Test func theOldestOfItsOwnFilesGo() throws {
    // Of an earlier run, someone else's, and one that only looks like its own.
    #expect(try node.record("old.trace", "--no-agent", "--", "/bin/true").status == 0)
    let old = "\(node.folder.path)/s-20200101T000000Z.trace"
    #expect(rename("\(node.folder.path)/old.trace", old) == 0)
    try node.folder.write("mine", "s-notes.trace")
    try node.folder.write("mine", "s-20200101T000001Z.trace")
    let recorder = try node.recorder("s.trace", "--no-agent", "--rotate-size", "64K", "--keep", "512K")
    var own: String?
    for _ in 0..<100 where own.map({ access($0, F_OK) == 0 }) ?? true {
      try load(300)
      own = own ?? node.files("s-2").first { !$0.contains("-2020") }.map { "\(node.folder.path)/\($0)" }
    }
    recorder.signal(SIGINT)
    let end = try recorder.finish()
    #expect(end.status == 0, "\(end.errors)")
    #expect(access(old, F_OK) != 0)
    #expect(own.map { access($0, F_OK) } == -1, "the oldest of this run goes as well")
    #expect(contents("\(node.folder.path)/s-notes.trace") == Array("mine".utf8))
    #expect(contents("\(node.folder.path)/s-20200101T000001Z.trace") == Array("mine".utf8))
    let files = node.files("s-2").filter { !$0.contains("-2020") }
    #expect(files.count >= 2)
    #expect(files.reduce(0) { $0 + contents("\(node.folder.path)/\($1)").count } <= 512 << 10)
    _ = try joined(files)
  }

  @Test func aTriggerWritesWhatCameBeforeAndWhatFollows() throws {
    let agent = try node.agent()
    let recorder = try node.recorder("p.trace", "--trigger", "Marked", "--before", "60", "--after", "3")
    try load(100, "before")
    #expect(node.files("p-").isEmpty)
    for round in 1...2 {
      _ = try Program("/bin/true", "trigger-\(node.mark)", "\(round)").finish()
      _ = try Program("/bin/true", node.mark, "follows \(round)").finish()
      #expect(eventually { node.files("p-").count == round })
      // No record has to come for its end.
      #expect(eventually { recorder.errors.split(separator: "waiting for it to fire again").count == round + 1 })
      try load(10, "between")
    }
    recorder.signal(SIGINT)
    let end = try recorder.finish()
    #expect(end.status == 0 && end.errors.contains("'Marked' fired; recording"), "\(end.errors)")
    agent.signal(SIGTERM)
    _ = try agent.finish()
    let files = node.files("p-")
    #expect(files.count == 2)
    let first = try joined([files[0]])
    #expect(try node.agentHas(first))
    #expect(first.count { $0.contains("\(node.mark) before") } >= 200 && first.contains { $0.contains("follows 1") })
    let second = try joined([files[1]])
    #expect(try node.agentHas(second))
    #expect(second.count { $0.contains("\(node.mark) between") } >= 20 && second.contains { $0.contains("follows 2") })
    #expect(!second.contains { $0.contains("follows 1") }, "no record is in two files")
  }

  @Test func whatWasNotAskedForIsContext() throws {
    let agent = try node.agent()
    let all = try node.recorder("all.trace")
    let some = try node.recorder("some.trace", "--where", "proc.args contains \(node.mark) or evt.type = connect and fd.sport = 9")
    let sockets = try node.recorder("sockets.trace", "--kinds", "connect,listen")
    _ = try Program("/bin/echo", "other").finish()
    try load(50)
    for recorder in [some, sockets, all] {
      recorder.signal(SIGINT)
      #expect(try recorder.finish().status == 0)
    }
    agent.signal(SIGTERM)
    _ = try agent.finish()
    // The end of a process is always there.
    let execsAndConnects = try node.replay("all.trace").filter { !$0.contains("\"event\":\"procexit\"") }
    func isPart(_ part: [String], _ holds: (String) -> Bool) -> Bool {
      let wanted = execsAndConnects.filter(holds)
      guard let first = part.first, let start = wanted.firstIndex(of: first) else { return false }
      return Array(wanted[start...].prefix(part.count)) == part && part.count >= 50
    }
    let kept = try node.replay("some.trace").filter { !$0.contains("\"event\":\"procexit\"") }
    #expect(isPart(kept) {
      $0.contains(node.mark) || $0.contains("\"event\":\"connect\"") && ($0.contains("\"fd.sport\":9,") || $0.contains("\"fd.sport\":9}"))
    })
    #expect(execsAndConnects.contains { $0.contains("echo other") } && !kept.contains { $0.contains("echo other") })
    let connects = try node.replay("sockets.trace").filter { !$0.contains("\"event\":\"procexit\"") }
    #expect(isPart(connects) { $0.contains("\"event\":\"connect\"") })
  }

  @Test(arguments: [
    (["--kinds", "exekve"], "exekve"), (["--where", "proc.nmae = x"], "unknown field 'proc.nmae'"),
    (["--where", "evt.type = execve and evt.type = connect"], "no record can ever be so"),
    (["--trigger", "Nothing"], "no active rule"), (["--before", "5"], "need --trigger"),
    (["--rotate-size", "0"], "rotate-size"), (["--rotate-size", "10M", "--keep", "15M"], "--keep must be at least twice"),
    (["--rotate-seconds", "0"], "takes a number of seconds"), (["--rotate-seconds", "5", "--overwrite"], "--overwrite"),
  ])
  func wrongArgumentsAreSaid(arguments: [String], says: String) throws {
    let end = try Program.run(
      Selvage.path, ["record", "--config", node.configuration, "--no-agent", "--seconds", "1", "-o", "\(node.folder.path)/t.trace"] + arguments)
    #expect(end.status == 2 || end.status == 64, "\(end)")
    #expect(end.errors.contains(says), "\(end.errors)")
    #expect(node.files("t").isEmpty)
  }

  @Test func aFolderThatIsNotThereOrADiskThatIsFullIsSaid() throws {
    let missing = try Program.run(
      Selvage.path, ["record", "--config", node.configuration, "--no-agent", "-o", "/nonexistent/t.trace", "--rotate-size", "1M"])
    #expect(missing.status == 2 && missing.errors.contains("no file can be made in /nonexistent/"), "\(missing)")
    let room = "\(node.folder.path)/small"
    #expect(mkdir(room, 0o700) == 0)
    try #require(mount("none", room, "tmpfs", 0, "size=8m") == 0)
    defer { umount2(room, 2) }
    let recorder = try node.recorder("small/t.trace", "--no-agent", "--rotate-size", "1M")
    try load(50)
    #expect(try eventually { try node.replay("small/\(node.filesIn("small", "t-")[0])").count > 10 })
    // Somebody else takes the rest.
    #expect(throws: (any Error).self) { try node.folder.write([UInt8](repeating: 0, count: 8 << 20), "small/other") }
    try load(500)
    let end = try recorder.finish()
    #expect(end.status == 1 && end.errors.contains("No space left on device"), "\(end.errors)")
    #expect(try node.replay("small/\(node.filesIn("small", "t-")[0])").count > 10, "what was written is readable")
  }
}
