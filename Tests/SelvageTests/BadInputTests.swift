import Glibc
import TestSupport
import Testing

/// What attackers and tired people give it: an error that says what and where, a status, and no trap.
struct BadInputTests {
  private let folder: TemporaryFolder
  private let good: String

  init() throws {
    folder = try TemporaryFolder()
    good = try folder.write(Selvage.rule("R", "proc.name = x"), "good.yaml")
  }

  private func check(_ bytes: [UInt8], says text: String, status: Int32 = 1) throws {
    let file = try folder.write(bytes, "bad.yaml")
    for command in [["check", file], ["run", "--rules", file]] {
      let end = try Program.run(Selvage.path, command)
      #expect(end.status == status, "\(command): \(end.errors)")
      #expect(end.errors.contains(text), "\(command): \(end.errors)")
      #expect(end.errors.contains("bad.yaml:"))
      #expect(!end.errors.contains("Watching."))
    }
  }

  @Test(arguments: [
    ("a: [", "bad.yaml:1:"), ("- &a x", "anchors"), ("x", "a rule file is a list of items"),
    ("- rule: a\n", "condition"),
    (Selvage.rule("a", "proc.nmae = x"), "did you mean 'proc.name'?"),
    (Selvage.rule("a", "proc.name equals x"), "expected a comparison"),
    (Selvage.rule("a", "proc.name regex x**"), "this regular expression is no good"),
    (Selvage.rule("a", "proc.pid = many"), "no whole number"),
    (Selvage.rule("a", "fd.sip = 300.1.1.1"), "neither an address nor a network"),
    (Selvage.rule("a", "proc.name = x", output: "%proc.nmae"), "did you mean 'proc.name'?"),
    (Selvage.rule("a", "(" + String(repeating: "(", count: 1000) + "proc.name = x"), "nested deeper than 1000"),
    (String(repeating: "[", count: 100_000), "nested deeper than 64"),
    ("\u{0}", "NUL"),
  ])
  func ruleFiles(text: String, says: String) throws {
    try check(Array(text.utf8), says: says)
  }

  @Test(arguments: [
    (["check", "/nonexistent/rules"], "No such file"), (["check", "/dev/null"], "no regular file"),
    (["run", "--rules", "/nonexistent"], "No such file"),
  ])
  func noRuleFiles(arguments: [String], says: String) throws {
    let end = try Program.run(Selvage.path, arguments)
    #expect(end.status == 1 && end.errors.contains(says), "\(end)")
  }

  @Test func ruleFilesThatAreNoText() throws {
    try check([0x2D, 0x20, 0xFF, 0xFE], says: "no valid UTF-8")
    try check([UInt8](repeating: 0x20, count: 100 << 20), says: "longer than")
  }

  @Test(arguments: [
    (["run", "--config", "/nonexistent.yaml"], "No such file"),
    (["run", "--syslog", "nowhere"], "nowhere"), (["run", "--facility", "loud"], "loud"), (["run", "--no-such"], "--no-such"),
    (["replay", "/nonexistent.trace", "--rules", "GOOD"], "No such file"), (["replay", "/bin/true", "--rules", "GOOD"], "neither a Selvage trace"),
    (["replay", "/dev/null", "--rules", "GOOD"], "empty"), (["record"], "--output"), (["fields", "nosuch"], "no field"),
    (["record", "-o", "/nonexistent/t.trace"], "No such file"), (["nosuch"], "nosuch"),
    (["run", "--rules", "GOOD", "--json", "/nonexistent/a"], "No such file"),
  ])
  func arguments(arguments: [String], says: String) throws {
    let end = try Program.run(Selvage.path, arguments.map { $0 == "GOOD" ? good : $0 })
    #expect(end.status == 2, "\(end)")
    #expect(end.errors.contains(says), "\(end)")
    #expect(!end.output.contains("{"), "no alert")
  }

  @Test(arguments: [
    ("rules: 5", "must be a list"), ("rulez: [a]", "did you mean 'rules'?"), ("capture: {ring_bytes: 5000}", "power of two"),
    ("capture: {argument_bytes: 100000}", "0 to 12288"), ("capture: {environment: ['A=B']}", "A=B"),
    ("sinks: [{json: x, only: 'alert.rul = y'}]", "did you mean 'alert.rule'?"),
    ("sinks: [{json: {path: x, rotate_size: 5}}]", "a number of bytes"), ("sinks: [{webhook: {to: 'ftp://x'}}]", "no address of a webhook"),
    ("sinks: [{webhook: {to: 'https://x', body: list}}]", "unknown body 'list'"), ("sinks: [{kafka: {topic: t}}]", "'brokers' and 'topic'"),
    ("sinks: [{jsn: x}]", "a sink is one of"), ("sinks: [{syslog: {to: x}}]", "is no syslog receiver; a socket's path as /dev/log"),
    ("sinks: [{syslog: {to: /dev/log, facility: loud}}]", "unknown facility"), ("discovery: {cri_sockets: [run/x.sock]}", "whole path"), ("discovery: {off: [kubernets]}", "no source of facts"),
    ("discovery: {kubernetes: {token: /t}}", "'server' is missing"),
    ("discovery: {kubernetes: {server: 'https://x', node: 'a&b'}}", "no name of a node"),
    ("discovery: {kubernetes: {server: 10.0.0.1}}", "must begin with https://"), ("rules: [", "did not find expected node"), ("- x", "keys with their values"),
  ])
  func configurations(text: String, says: String) throws {
    let file = try folder.write(text, "selvage.yaml")
    let end = try Selvage.run("run", "--config", file)
    #expect(end.status == 2, "\(end)")
    #expect(end.errors.contains(says), "\(end)")
    #expect(end.errors.contains("selvage.yaml:1:"), "\(end)")
  }

  @Test(.enabled(if: Selvage.isRoot, "root makes the trace"))
  func damagedTraces() throws {
    let trace = "\(folder.path)/t.trace"
    #expect(try Selvage.run("record", "-o", trace, "--seconds", "1").status == 0)
    let whole = contents(trace)
    #expect(try Selvage.run("replay", trace, "--rules", good).status == 0)

    try folder.write(Array(whole.dropLast(5)), "cut.trace")
    let cut = try Selvage.run("replay", "\(folder.path)/cut.trace", "--rules", good)
    #expect(cut.status == 1 && cut.errors.contains("cut off"), "\(cut)")

    var changed = whole
    changed[100] ^= 0x40  // in the first block; at the end is the index, whose damage costs no record
    try folder.write(changed, "changed.trace")
    let damaged = try Selvage.run("replay", "\(folder.path)/changed.trace", "--rules", good)
    #expect(damaged.status == 1 && damaged.errors.contains("at byte"), "\(damaged)")
  }

  @Test(.enabled(if: Selvage.isRoot, "root can become another user"))
  func withoutRights() throws {
    chmod(folder.path, 0o755)
    chmod(good, 0o644)
    let copy = "\(folder.path)/selvage"
    _ = try Program.run("/bin/cp", [Selvage.path, copy])
    chmod(copy, 0o755)
    let end = try Program.run(
      "/usr/bin/setpriv", ["--reuid", "65534", "--regid", "65534", "--clear-groups", "--", copy, "run", "--rules", good])
    #expect(end.status == 2, "\(end)")
    #expect(end.errors.contains("run it as root"), "\(end)")
  }

  @Test(.enabled(if: Selvage.isRoot, "root can unmount"))
  func withoutACgroup2Hierarchy() throws {
    let script = "umount -l /sys/fs/cgroup/unified 2>/dev/null || umount -l /sys/fs/cgroup; exec \"$0\" run --rules \"$1\""
    let end = try Program.run(
      "/usr/bin/unshare", ["-m", "--propagation", "private", "/bin/sh", "-c", script, Selvage.path, good])
    #expect(end.status == 3, "\(end)")
    #expect(end.errors.contains("cgroup2") && end.errors.contains("mount -t cgroup2"), "\(end)")
  }
}
