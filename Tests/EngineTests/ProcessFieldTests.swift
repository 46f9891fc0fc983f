import CEvents
import Events
import Testing

@testable import Engine

struct ProcessFieldTests {
  /// init -> sshd -> bash -> curl
  private func tree() -> TestStream {
    var stream = TestStream()
    stream.exec(1, ["/sbin/init"], comm: "init", exe: "/usr/lib/systemd/systemd", parent: 0, kind: .task)
    stream.exec(10, ["sshd:", "u@pts/0"], comm: "sshd", exe: "/usr/sbin/sshd", parent: 1, kind: .task)
    stream.exec(20, ["-bash"], comm: "bash", exe: "/usr/bin/bash", parent: 10, kind: .task) { $0.session = 20 }
    stream.exec(
      30, ["curl", "-s", "http://x/a b"], comm: "curl", exe: "/usr/bin/curl", parent: 20,
      flags: UInt32(SV_PROCESS_MEMFD), env: ["LD_PRELOAD=/tmp/x.so", "BASH_ENV=y"]
    ) {
      $0.session = 20
      $0.uid = 1000
      $0.euid = 0
      $0.gid = 100
      $0.egid = 101
      $0.inner_pid = 3
      $0.cap_effective = 1 << 12 | 1 << 21
      $0.ns_mnt = 4_026_531_841
      $0.mode = 0o104755
      withUnsafeMutableBytes(of: &$0.tty) { $0.copyBytes(from: "pts0".utf8) }
      $0.stdio.0.type = 12
      $0.stdio.0.family = 2
      $0.stdio.0.local = (10, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)
      $0.stdio.0.remote = (10, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)
      $0.stdio.0.local_port = 4000
      $0.stdio.0.remote_port = 443
    }
    return stream
  }

  @Test(arguments: [
    ("%proc.pid %proc.ppid %proc.vpid %proc.sid %thread.tid", "30 20 3 20 30"),
    ("%proc.name %proc.exe %proc.exepath", "curl curl /usr/bin/curl"),
    ("%proc.args|%proc.cmdline|%proc.exeline", "-s http://x/a b|curl -s http://x/a b|curl -s http://x/a b"),
    ("%proc.cmdnargs %proc.cmdlenargs", "2 15"),
    ("%proc.env[LD_PRELOAD] %proc.env[BASH_ENV] %proc.env[PATH]", "/tmp/x.so y <NA>"),
    ("%proc.env", "LD_PRELOAD=/tmp/x.so BASH_ENV=y"),
    ("%proc.tty %proc.pname %proc.pexepath %proc.pcmdline %proc.pexeline", "pts0 bash /usr/bin/bash bash -bash"),
    ("%proc.aname[0] %proc.aname[1] %proc.aname[2] %proc.aname[3] %proc.aname[4]", "curl bash sshd init <NA>"),
    ("%proc.apid[2] %proc.aexepath[2] %proc.acmdline[2]", "10 /usr/sbin/sshd sshd u@pts/0"),
    ("%proc.sname %proc.sexe %proc.sexepath %proc.is_sid_leader", "bash -bash /usr/bin/bash false"),
    ("%user.uid %user.ruid %group.gid %group.rgid %user.loginuid", "0 1000 101 100 -1"),
    ("%proc.is_exe_from_memfd %proc.is_exe_unlinked", "true false"),
    ("%proc.exe_ino %proc.exe_mode %proc.ns.mnt %proc.cgroup_id", "42 2541 4026531841 77"),
    ("%thread.cap_effective|%thread.cap_permitted", "CAP_NET_ADMIN CAP_SYS_ADMIN|"),
    ("%proc.stdin.type %proc.stdin.name %proc.stdout.type", "ipv4 10.0.0.1:4000->10.0.0.2:443 <NA>"),
    ("%proc.cwd %proc.script %fd.name %proc.exit_code", "<NA> <NA> <NA> <NA>"),
    ("%evt.type %evt.res %evt.rawres %evt.num %evt.hostname", "execve SUCCESS 0 5 node1"),
    ("%evt.time %evt.rawtime", "2023-11-14T22:13:21.004000000Z 1700000001004000000"),
  ])
  func values(output: String, expected: String) throws {
    #expect(try tree().rendered(output) == expected)
  }

  @Test(arguments: [
    ("proc.name = curl", true), ("proc.name != curl", false), ("proc.name in (wget, curl)", true),
    ("proc.name in (wget)", false), ("proc.args contains http", true), ("proc.args icontains HTTP", true),
    ("proc.args contains HTTP", false), ("proc.exepath startswith /usr/", true), ("proc.exepath endswith /curl", true),
    ("proc.exepath glob /usr/*/c?rl", true), ("proc.exepath pmatch (/usr/bin)", true), ("proc.exepath pmatch (/usr/b)", false),
    ("proc.name > cup", true), ("proc.name < curl", false), ("proc.name <= curl", true), ("proc.name >= curlx", false),
    ("proc.cwd exists", false), ("not proc.cwd exists", true), ("proc.cwd != /", false), ("not proc.cwd = /", true),
    ("proc.tty != 0", true), ("proc.pname = bash", true), ("proc.aname = sshd", true), ("proc.aname = curl", false),
    ("proc.aname != sshd", true), ("proc.aname[2] = sshd", true), ("proc.aname[9] exists", false),
    ("proc.apid in (10, 99)", true), ("proc.apid = 30", false), ("user.uid = 0 and user.ruid != 0", true),
    ("user.loginuid = -1", true), ("proc.pid >= 30 and proc.pid <= 0x1e", true), ("proc.pid in (31, 32)", false),
    ("proc.is_exe_from_memfd = true", true), ("proc.is_exe_from_memfd != true", false), ("proc.is_exe_unlinked exists", true),
    ("evt.type = execve", true), ("evt.type in (execveat, connect)", true), ("evt.type != execve", false),
    ("evt.type = connect or evt.type = clone", false), ("proc.env contains LD_PRELOAD", true),
    ("thread.cap_effective contains CAP_SYS_ADMIN", true), ("evt.hostname = node1", true),
    ("(proc.name = a or proc.name = curl) and not (proc.pid = 1 or proc.pid = 2)", true),
  ])
  func conditions(condition: String, expected: Bool) throws {
    #expect(try tree().fires(condition) == expected)
  }

  @Test func aForkedProcessGoesOnWithItsParentsProgram() throws {
    var stream = tree()
    stream.fork(40, from: 30, comm: "curl")
    #expect(try stream.rendered("%evt.type %proc.pid %proc.ppid %proc.exepath %proc.pname") == "clone 40 30 /usr/bin/curl curl")
  }

  @Test func anExitTellsItsCodeAndStillHasItsProgram() throws {
    var stream = tree()
    stream.exit(30, code: 7, comm: "curl")
    #expect(try stream.rendered("%proc.exit_code %proc.exit_signal %proc.exepath %proc.aname[2]") == "7 0 /usr/bin/curl sshd")
  }

  @Test func theSnapshotFiresNothing() throws {
    var stream = TestStream()
    stream.exec(1, ["init"], comm: "init", kind: .task)
    #expect(stream.alerts(try policy("proc.name = init")).isEmpty)
  }

  @Test func unreadableArgumentsAreAbsentNotEmpty() throws {
    var stream = TestStream()
    stream.exec(5, [], comm: "x", exe: "/x")
    #expect(try stream.rendered("%proc.args %proc.cmdline") == "<NA> x")
    #expect(try stream.fires("proc.args exists") == false)
  }

  @Test func hostileBytesShowAsEscapes() throws {
    var stream = TestStream()
    stream.exec(5, ["x", "a\nb", "\u{1B}[31m", "\u{202E}c\\"], comm: "x\ty")
    #expect(try stream.rendered("%proc.name %proc.args") == "x\\x09y a\\x0ab \\x1b[31m \\u{202e}c\\\\")
  }
}
