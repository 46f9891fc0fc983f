import Events
import Glibc
import TestSupport
import Testing

/// `selvage trace` on a recording of this machine's own.
@Suite(.serialized, .enabled(if: Selvage.isRoot, "root makes the recording"))
struct TraceTests {
  private static let python = ["/usr/bin/python3", "/usr/bin/zstd"]
  private static let lacksPython = python.first { access($0, X_OK) != 0 }
  private static let root = "/" + #filePath.split(separator: "/").dropLast(3).joined(separator: "/")

  private let folder: TemporaryFolder
  private let trace: String

  init() throws {
    folder = try TemporaryFolder()
    trace = "\(folder.path)/t.trace"
    let script = """
      for i in 1 2 3; do /bin/sh -c "/bin/cat /etc/hostname; /bin/echo s3cret-$i" >/dev/null; done
      /bin/bash -c 'exec 3<>/dev/udp/192.0.2.7/9; for i in 1 2 3; do /bin/ls / >/dev/null; done; : </dev/tcp/127.0.0.1/1' 2>/dev/null
      (sleep 0; /bin/true) & wait; true
      """
    let end = try Selvage.run("record", "-q", "-o", trace, "--", "/bin/sh", "-c", script)
    #expect(end.status == 0, "\(end)")
  }

  private func run(_ arguments: String..., input: String = "/dev/null", status: Int32 = 0) throws -> Program.Ending {
    let end = try Program.run(Selvage.path, ["trace"] + arguments, input: input, directory: folder.path)
    #expect(end.status == status, "\(arguments): \(end)")
    return end
  }

  /// Number and text of what a rule says that fires at everything.
  private func alerts(_ trace: String) throws -> [(number: UInt64, line: String)] {
    let output = "%proc.name %proc.pname %proc.aname[2] %proc.aname[3] %proc.cmdline %proc.pcmdline %proc.sname %proc.exepath %user.uid"
    let rules = try folder.write(Selvage.rule("All", "evt.num > 0", output: output), "all.yaml")
    let end = try Selvage.run("replay", "--all", trace, "--rules", rules, "--json", "-", directory: folder.path)
    #expect(end.status == 0, "\(end)")
    return try end.output.split(separator: "\n").map { line in
      let number = try #require(line.split(separator: "\"record\":").last?.prefix { $0.isNumber })
      return (try #require(UInt64(number)), String(line))
    }
  }

  @Test func thereAndBackNothingIsLost() throws {
    _ = try run("convert", "t.trace", "t.jsonl")
    _ = try run("convert", "t.jsonl", "back.trace")
    #expect(try run("convert", "back.trace", "-").output == String(decoding: contents("\(folder.path)/t.jsonl"), as: UTF8.self))
    // By content, whatever the name, from standard input too.
    #expect(try run("convert", "-", "-", "--to", "jsonl", input: "\(folder.path)/t.jsonl").output == run("print", "--json", "t.trace").output)
    let again = try run("convert", "t.trace", "t.jsonl", status: 2)
    #expect(again.errors.contains("--overwrite"))
    let replayed = try alerts("t.jsonl").map(\.line)
    #expect(try replayed == alerts("t.trace").map(\.line) && replayed.count > 20)
  }

  /// Memory that programs write records in held other things before: of other processes, and of the kernel.
  @Test func recordsHoldNothingButWhatTheyTell() throws {
    let lines = try run("print", "--json", "t.trace").output.split(separator: "\n")
    #expect(lines.count > 30)
    #expect(lines.filter { $0.contains("\"junk\":") || $0.contains("\"padding\":") } == [])
  }

  @Test func printTakesAConditionAndAPart() throws {
    let all = try run("print", "t.trace").output.split(separator: "\n")
    #expect(all.count > 30)
    let cats = try run("print", "t.trace", "--where", "evt.type = execve and proc.name = cat and proc.pname = sh").output.split(separator: "\n")
    #expect(cats.count == 3 && cats.allSatisfy { $0.contains("args=/bin/cat /etc/hostname") && all.contains($0) })
    let rules = try folder.write("- {macro: reads, condition: proc.name = cat}\n" + Selvage.rule("r", "reads"), "m.yaml")
    #expect(try run("print", "t.trace", "--rules", rules, "--where", "evt.type = procexit and reads").output.split(separator: "\n").count == 3)
    let number = String(all[9].prefix { $0 != " " })
    #expect(try run("print", "t.trace", "--from-record", number).output == all[9...].map { "\($0)\n" }.joined())
    #expect(try run("print", "t.trace", "--until-record", number).output == all[...9].map { "\($0)\n" }.joined())
    #expect(try run("print", "t.trace", "--from", "+1000").output == "")

    #expect(try run("print", "t.trace", "--where", "proc.nmae = x", status: 2).errors.contains("did you mean 'proc.name'?"))
    #expect(try run("print", "t.trace", "--where", "evt.type = close and evt.type = bind", status: 2).errors.contains("no record can ever be so"))
    #expect(try run("print", "t.trace", "--from", "noon", status: 2).errors.contains("--from"))
  }

  @Test func infoTellsWhatIsThere() throws {
    let text = try run("info", "t.trace").output
    for part in ["the sensors lost nothing", "  execve: ", "/bin/cat /etc/hostname  (exit 0)", "sh: /bin/sh -c "] {
      #expect(text.contains(part), "\(text)")
    }
    let json = try run("info", "--json", "--processes", "0", "t.trace").output
    #expect(json.contains("\"isWhole\" : true") && json.contains("\"format\" : \"trace\""))
  }

  @Test func damageIsToldAndTheRestShown() throws {
    let bytes = contents(trace)
    try folder.write(Array(bytes.dropLast(bytes.count / 3)), "cut.trace")
    for command in ["info", "print"] {
      #expect(try run(command, "cut.trace", status: 1).errors.contains("cut off: "))
    }
    try folder.write("{\"kind\":\"exec\",\"exe\":\"/x\"}\n{\"kind\":\"exex\"}\n{\"kind\":\"exit\"}\n", "bad.jsonl")
    let end = try run("print", "bad.jsonl", status: 1)
    #expect(end.errors == "selvage: bad.jsonl:2:9: unknown kind 'exex'; did you mean 'exec'?\n")
    #expect(end.output.split(separator: "\n").count == 2)
    #expect(try run("info", "/etc/passwd", status: 2).errors.contains("/etc/passwd: "))
  }

  @Test func aPartGivesTheAlertsOfTheWhole() throws {
    let all = try alerts("t.trace")
    var random = SeededGenerator(seed: 71)
    for place in all.indices.shuffled(using: &random).prefix(8) {
      let number = all[place].number
      _ = try run("cut", "t.trace", "part.trace", "--from-record", "\(number)", "--overwrite", "-q")
      #expect(try alerts("part.trace").map(\.line) == all[place...].map(\.line), "from \(number)")
    }
    // Without what was known before, names of parents are missing.
    _ = try run("cut", "t.trace", "bare.trace", "--from-record", "\(all[all.count / 2].number)", "--bare", "-q")
    #expect(try alerts("bare.trace").map(\.line) != all[(all.count / 2)...].map(\.line))
  }

  @Test func oneProcessAndWhatComesFromIt() throws {
    let all = try alerts("t.trace")
    let line = try #require(run("print", "t.trace", "--where", "evt.type = execve and proc.name = bash").output.split(separator: "\n").first)
    let pid = String(line.split(separator: " ")[3])
    _ = try run("cut", "t.trace", "bash.trace", "--process", pid, "-q")
    let part = try alerts("bash.trace")
    let lines = Set(all.map(\.line))
    #expect(part.count > 8 && part.count < all.count && part.allSatisfy { lines.contains($0.line) })
    let print = try run("print", "bash.trace").output
    #expect(print.contains("/bin/ls /") && !print.contains("args=/bin/cat"))
    // Begun where it already runs.
    let middle = part[part.count / 2].number
    _ = try run("cut", "t.trace", "late.trace", "--process", pid, "--from-record", "\(middle)", "-q")
    #expect(try alerts("late.trace").map(\.line) == part[(part.count / 2)...].map(\.line))
    #expect(try run("cut", "t.trace", "none.trace", "--process", "4000000", status: 2).errors.contains("none of process 4000000"))
    #expect(try run("cut", "t.trace", "x.trace", status: 2).errors.contains("which part?"))
  }

  @Test func partsMakeTheWholeAgain() throws {
    let all = try alerts("t.trace")
    let cuts = [all[all.count / 3].number, all[2 * all.count / 3].number]
    _ = try run("cut", "t.trace", "1.trace", "--until-record", "\(cuts[0] - 1)", "-q")
    _ = try run("cut", "t.trace", "2.trace", "--from-record", "\(cuts[0])", "--until-record", "\(cuts[1] + 3)", "-q")
    _ = try run("cut", "t.trace", "3.jsonl", "--from-record", "\(cuts[1])", "-q")
    _ = try run("merge", "3.jsonl", "1.trace", "2.trace", "-o", "m.trace", "-q")
    #expect(try run("print", "--json", "m.trace").output == run("print", "--json", "t.trace").output)
  }

  @Test func whatIsNotOfOneStreamIsNotMerged() throws {
    try folder.write("{\"kind\":\"stream\",\"node\":\"a\",\"boot_id\":\"b\"}\n{\"kind\":\"exit\",\"code\":1}\n", "a.jsonl")
    try folder.write("{\"kind\":\"stream\",\"node\":\"other\",\"boot_id\":\"b\"}\n{\"kind\":\"exit\"}\n", "b.jsonl")
    try folder.write("{\"kind\":\"stream\",\"node\":\"a\",\"boot_id\":\"b\"}\n{\"kind\":\"exit\",\"code\":2}\n", "c.jsonl")
    let other = try run("merge", "a.jsonl", "b.jsonl", "-o", "m.trace", status: 2)
    #expect(other.errors.contains("a.jsonl is of node a, boot b, b.jsonl of node other, boot b: they can't be merged"), "\(other)")
    #expect(try run("merge", "a.jsonl", "c.jsonl", "-o", "m.trace", status: 1).errors.contains("have different records 2"))
    #expect(try run("merge", "a.jsonl", "a.jsonl", "-o", "same.jsonl").errors.contains("2 records"))
  }

  @Test func redactedTellsNoSecret() throws {
    try folder.write((0..<32).map { UInt8($0) }, "key")
    _ = try run("redact", "t.trace", "r.jsonl", "--key", "key", "-q")
    let text = String(decoding: contents("\(folder.path)/r.jsonl"), as: UTF8.self)
    #expect(!text.contains("s3cret") && !text.contains("192.0.2.7") && text.contains("/usr/bin/cat") && text.contains("127.0.0.1"))
    // The same for the same key, another for another.
    _ = try run("redact", "t.trace", "r.trace", "--key", "key", "-q")
    #expect(try run("print", "--json", "r.trace").output == text)
    try folder.write((1..<33).map { UInt8($0) }, "other")
    #expect(try run("redact", "t.trace", "-", "--to", "jsonl", "--key", "other", "-q").output != text)
    try folder.write("short", "short")
    #expect(try run("redact", "t.trace", "x.trace", "--key", "short", status: 2).errors.contains("at least 16"))
    #expect(try run("redact", "t.trace", "x.trace", "--key", "nowhere", status: 2).errors.contains("can't read the key"))
  }

  @Test func numbersThatBeginLowAreTold() throws {
    let lines = (0..<5).map { _ in "{\"kind\":\"exec\",\"exe\":\"/x\"}\n" }.joined()
    try folder.write(lines, "low.jsonl")
    #expect(try run("cut", "low.jsonl", "x.jsonl", "--from-record", "3", status: 2).errors.contains("--first-number"))
    _ = try run("convert", "low.jsonl", "high.jsonl", "--first-number", "1000000", "-q")
    _ = try run("cut", "high.jsonl", "y.jsonl", "--from-record", "1000002", "-q")
    #expect(try alerts("y.jsonl").count == 3)
  }

  @Test(.enabled(if: lacksPython == nil, "needs \(lacksPython ?? "")"))
  func aReaderWrittenFromTheDocumentationAgrees() throws {
    _ = try run("convert", "t.trace", "t.jsonl", "-q")
    _ = try run("cut", "t.trace", "part.trace", "--from", "+0.003", "-q")
    _ = try run("convert", "part.trace", "part.jsonl", "-q")
    for name in ["t", "part"] {
      let end = try Program.run(
        "/usr/bin/python3",
        ["\(Self.root)/Tests/Fixtures/TraceReader/trace_reader.py", "\(folder.path)/\(name).trace", "--like", "\(folder.path)/\(name).jsonl"])
      #expect(end.status == 0 && end.output.contains("are the same"), "\(end)")
    }
  }
}
