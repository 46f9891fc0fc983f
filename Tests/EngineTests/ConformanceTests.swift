import Events
import Rules
import Testing

@testable import Engine

/// What every operator makes of every type of field, present and absent, as the rule language has it.
struct ConformanceTests {
  /// A program with a terminal's parent, and a connection of another process.
  private static let exec = {
    var stream = TestStream()
    stream.exec(50, ["init"], comm: "init", exe: "/sbin/init")
    stream.exec(90, ["bash"], comm: "bash", exe: "/bin/bash", parent: 50)
    stream.exec(100, ["curl", "-o", "/tmp/X"], comm: "curl", exe: "/usr/bin/curl", parent: 90, env: ["A=b"])
    return stream
  }()
  private static let connect = {
    var stream = TestStream()
    stream.exec(100, ["curl"], comm: "curl", exe: "/usr/bin/curl")
    stream.socket(.connect, 100, local: "10.0.0.1", remote: "192.0.2.7", localPort: 40000, remotePort: 443)
    return stream
  }()

  struct Row: CustomTestStringConvertible {
    let condition: String
    /// For the exec and for the connect.
    let exec: Bool
    let connect: Bool

    init(_ condition: String, _ exec: Bool, _ connect: Bool) {
      (self.condition, self.exec, self.connect) = (condition, exec, connect)
    }

    var testDescription: String { condition }
  }

  /// A socket's fields are absent from the exec, proc.env[A] and the ancestors from the connect.
  @Test(arguments: [
    //   condition                                      exec   connect
    Row("proc.env[A] exists",                           true,  false),
    Row("proc.env[A] = b",                              true,  false),
    Row("proc.env[A] = B",                              false, false),
    Row("proc.env[A] == b",                             true,  false),
    Row("proc.env[A] != b",                             false, false),
    Row("proc.env[A] != c",                             true,  false),
    Row("proc.env[A] < c",                              true,  false),
    Row("proc.env[A] <= b",                             true,  false),
    Row("proc.env[A] > b",                              false, false),
    Row("proc.env[A] >= b",                             true,  false),
    Row("proc.env[A] in (a, b)",                        true,  false),
    Row("proc.env[A] in ()",                            false, false),
    Row("proc.env[A] intersects (a, b)",                true,  false),
    Row("proc.env[A] contains b",                       true,  false),
    Row("proc.env[A] icontains B",                      true,  false),
    Row("proc.env[A] startswith b",                     true,  false),
    Row("proc.env[A] endswith c",                       false, false),
    Row("proc.env[A] glob ?",                           true,  false),
    Row("proc.env[A] iglob B",                          true,  false),
    Row("proc.env[A] regex [abc]",                      true,  false),
    Row("proc.env[A] = oneof (a, b)",                   true,  false),
    Row("proc.env[A] != oneof (a, c)",                  false, false),
    Row("proc.env[A] contains anyof (x, b)",            true,  false),
    Row("proc.env[A] contains allof (x, b)",            false, false),
    Row("proc.env[A] = anyof ()",                       false, false),
    Row("proc.env[A] = val(proc.name)",                 false, false),
    Row("proc.env[A] != val(proc.name)",                true,  false),
    Row("toupper(proc.env[A]) = B",                     true,  false),
    Row("proc.args exists",                             true,  true),
    Row("getopt(proc.args, 'o:v') exists",              true,  false),
    Row("getopt(proc.args, 'o:v') intersects (o)",      true,  false),
    Row("getopt(proc.args, 'o:v') intersects (v)",      false, false),
    Row("getopt(proc.args, 'o:v') intersects (/tmp/X)", true,  false),
    Row("getopt(proc.args, 'o:v') in (o)",              false, false),
    Row("getopt(proc.args, 'o:v') in (o, /tmp/X)",      true,  false),
    Row("getopt(proc.args, 'o:v') in ()",               false, false),
    Row("getopt(proc.args, 'o:v')[o] exists",           true,  false),
    Row("getopt(proc.args, 'o:v')[o] = /tmp/X",         true,  false),
    Row("getopt(proc.args, 'o:v')[o] startswith /tmp/", true,  false),
    Row("getopt(proc.args, 'o:v')[o] != /tmp/X",        false, false),
    Row("getopt(proc.args, 'o:v')[v] != /tmp/X",        false, false),
    Row("not getopt(proc.args, 'o:v') intersects (o)",  false, true),
    Row("not getopt(proc.args, 'o:v')[v] = v",          true,  true),

    // Not of a comparison with an absent field is true.
    Row("not proc.env[A] = b",                          false, true),
    Row("not proc.env[A] != b",                         true,  true),
    Row("not proc.env[A] exists",                       false, true),

    Row("proc.exepath glob /usr*curl",                  true,  true),
    Row("proc.exepath regex curl",                      false, false),
    Row("proc.exepath pmatch (/usr/bin)",               true,  true),
    Row("proc.exepath pmatch (/usr/b)",                 false, false),
    Row("proc.exepath pmatch (/usr/b*)",                true,  true),

    Row("fd.sport exists",                              false, true),
    Row("fd.sport = 443",                               false, true),
    Row("fd.sport = https",                             false, true),
    Row("fd.sport != 443",                              false, false),
    Row("fd.sport != 444",                              false, true),
    Row("fd.sport < 443.5",                             false, true),
    Row("fd.sport <= 4.43e2",                           false, true),
    Row("fd.sport > 0x1bb",                             false, false),
    Row("fd.sport >= 443",                              false, true),
    Row("fd.sport in (80, https)",                      false, true),
    Row("fd.sport intersects (80, 443)",                false, true),
    Row("fd.sport < val(fd.cport)",                     false, true),
    Row("not fd.sport = 443",                           true,  false),
    Row("fd.port = 40000",                              false, true),
    Row("fd.port != 443",                               false, false),
    Row("fd.port != 22",                                false, true),

    Row("fd.is_server exists",                          false, true),
    Row("fd.is_server = false",                         false, true),
    Row("fd.is_server != false",                        false, false),
    Row("fd.is_server in (true, false)",                false, true),

    Row("fd.sip exists",                                false, true),
    Row("fd.sip = 192.0.2.7",                           false, true),
    Row("fd.sip != 192.0.2.7",                          false, false),
    Row("fd.sip = fd00::1",                             false, false),
    Row("fd.sip != fd00::1",                            false, true),
    Row("fd.snet in (10.0.0.0/8, 192.0.2.0/24)",        false, true),
    Row("fd.snet intersects (192.0.2.0/24)",            false, true),
    Row("fd.ip = 10.0.0.1",                             false, true),
    Row("fd.ip != 10.0.0.1",                            false, false),
    Row("fd.net != 203.0.113.0/24",                     false, true),
    Row("fd.net in (203.0.113.0/24, 10.0.0.0/8)",       false, true),
    Row("not fd.ip = 10.0.0.1",                         true,  false),

    // Ancestors: the process itself is left out, and != asks whether some differs.
    Row("proc.aname exists",                            true,  false),
    Row("proc.aname = init",                            true,  false),
    Row("proc.aname = curl",                            false, false),
    Row("proc.aname != bash",                           true,  false),
    Row("proc.aname[0] = curl",                         true,  true),
    Row("proc.aname[1] = bash",                         true,  false),
    Row("proc.aname[2] != bash",                        true,  false),
    Row("proc.aname[3] exists",                         false, false),
    Row("proc.apid in (50, 51)",                        true,  false),
    Row("proc.apid != 50",                              true,  false),

    Row("evt.type = execve",                            true,  false),
    Row("evt.type in (execve, connect)",                true,  true),
    Row("evt.type != execve",                           false, true),
    Row("evt.type startswith conn",                     false, true),
    Row("not evt.type = openat",                        true,  true),

    // A field that can't be supplied.
    Row("proc.pid = 100 and user.name = root",          false, false),
    Row("proc.pid = 100 and user.name != root",         false, false),
    Row("proc.pid = 100 and not user.name = root",      true,  true),
  ])
  func holds(row: Row) throws {
    let condition = "proc.pid = 100 and evt.num > 0 and (\(row.condition))"
    #expect(try Self.fires(Self.exec, condition) == row.exec, "on the exec")
    #expect(try Self.fires(Self.connect, condition) == row.connect, "on the connect")
  }

  private static func fires(_ stream: TestStream, _ condition: String) throws -> Bool {
    let rules = "- {macro: m, condition: \"\(condition)\"}\n- {rule: R, desc: d, condition: m, output: o, priority: Error}"
    let loaded = PolicyLoader().load(files: [("t.yaml", Array(rules.utf8))])
    let policy = try #require(loaded.policy, "\(loaded.report)")
    return stream.alerts(policy).contains { $0.recordNumber == UInt64(stream.records.count) }
  }
}
