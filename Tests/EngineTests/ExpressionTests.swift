import Events
import Rules
import Testing

@testable import Engine

/// Functions over fields and comparisons of two fields, through real records.
struct ExpressionTests {
  /// bash (200) started "Tool.SH" (100) as /opt/My Tools/Tool.SH.
  private static let stream = {
    var stream = TestStream()
    stream.exec(200, ["bash"], comm: "bash", exe: "/bin/bash")
    stream.exec(100, ["Tool.SH", "aGVsbG8=", "x"], comm: "Tool.SH", exe: "/opt/My Tools/Tool.SH", parent: 200, env: ["A=aGVsbG8", "B=!!", "C=/x/"])
    return stream
  }()

  @Test(arguments: [
    ("tolower(proc.name) = tool.sh", true), ("tolower(proc.name) = Tool.SH", false),
    ("toupper(proc.name) startswith TOOL", true), ("tolower(proc.name) in (a, tool.sh)", true),
    ("tolower(proc.name) regex t.*[.]sh", true), ("tolower(proc.name) exists", true),
    ("basename(proc.exepath) = Tool.SH", true), ("basename(proc.name) = Tool.SH", true), ("basename(proc.env[C]) = ''", true),
    ("b64(proc.env[A]) = hello", true), ("b64(proc.env[B]) exists", false), ("b64(proc.env[NONE]) exists", false),
    ("len(proc.name) = 7", true), ("len(proc.name) > 7", false), ("len(proc.env[C]) in (3, 4)", true), ("len(proc.env[NONE]) = 0", false),
    ("concat(proc.pname, \"/\", proc.name) = bash/Tool.SH", true), ("concat(proc.pname, proc.env[NONE]) exists", false),
    ("join(\",\", (proc.pname, \"x\", proc.name)) = 'bash,x,Tool.SH'", true),
    ("tolower(concat(toupper(proc.pname), basename(proc.exepath))) = bashtool.sh", true),
    ("tolower(proc.aname) = BASH", false), ("toupper(proc.aname) = BASH", true), ("toupper(proc.aname[1]) = BASH", true),
    ("toupper(proc.aname[2]) exists", false),
    // The right-hand side.
    ("proc.name = basename(proc.exepath)", true), ("proc.exepath endswith val(proc.name)", true),
    ("proc.name != val(proc.pname)", true), ("proc.name = val(proc.pname)", false), ("proc.pname = val(proc.aname[1])", true),
    ("proc.exepath contains val(proc.name)", true), ("proc.exepath startswith val(proc.name)", false),
    ("proc.exepath icontains toupper(proc.name)", true), ("proc.aname = val(proc.pname)", true),
    ("proc.name != val(proc.env[NONE])", false), ("proc.env[NONE] != val(proc.name)", false),
    ("proc.name = tolower(\"TOOL\")", false), ("tolower(proc.name) = tolower(\"TOOL.SH\")", true),
    ("proc.pname < val(proc.name)", false), ("proc.pname > val(proc.name)", true), ("proc.name in val(proc.exe)", true),
    ("proc.pid = val(proc.ppid)", false), ("proc.pid < val(proc.ppid)", true), ("proc.ppid = val(proc.apid[1])", true),
    ("proc.cmdnargs < len(proc.name)", true), ("evt.type = execve and tolower(evt.type) = execve", true),
  ])
  func holds(condition: String, expected: Bool) throws {
    #expect(try Self.stream.fires("proc.pid = 100 and \(condition)") == expected)
    #expect(try Self.stream.fires("proc.pid = 100 and not \(condition)") != expected)
  }

  /// nc (100) as a shell (200) started it: its arguments as the process got them, those of the shell, and a variable's words.
  private static let options = {
    var stream = TestStream()
    stream.exec(200, ["sh", "-c", "nc -l 1"], comm: "sh", exe: "/bin/sh")
    stream.exec(
      100, ["nc", "-vl", "-p", "80 80", "-e/bin/sh", "host", "-n"], comm: "nc", exe: "/bin/nc", parent: 200,
      env: ["A= -n  -t 5 x", "B=", "C=-t"])
    stream.exec(110, ["ls"], comm: "ls", parent: 100)
    stream.socket(.connect, 999, local: "10.0.0.1", remote: "192.0.2.7")
    return stream
  }()

  @Test(arguments: [
    ("getopt(proc.args, \"lp:e:\") intersects (l, x)", true), ("getopt(proc.args, \"lp:e:\") intersects (x, y)", false),
    ("getopt(proc.args, \"lp:e:v\") in (v, l, p, e, '80 80', /bin/sh)", true), ("getopt(proc.args, \"lp:e:v\") in (v, l)", false),
    ("getopt(proc.args, \"lp:e:v\") intersects ('80 80')", true), ("getopt(proc.args, \"lp:e:\") intersects ('?')", true),
    ("getopt(proc.args, \"vlp:e:\") exists", true), ("getopt(proc.args, \"nvlp:e:\") intersects (n)", false),
    ("getopt(proc.args, \"vlp:e:\")[p] = '80 80'", true), ("getopt(proc.args, \"vlp:e:\")[e] endswith sh", true),
    ("getopt(proc.args, \"vlp:e:\")[v] = v", true), ("getopt(proc.args, \"nvlp:e:\")[n] exists", false),
    ("getopt(proc.args, \"nvlp:e:\")[n] != x", false), ("basename(getopt(proc.args, \"vlp:e:\")[e]) = sh", true),
    ("len(getopt(proc.args, \"vlp:e:\")[p]) = 5", true), ("getopt(proc.args, \"vlp:e:\")[e] = val(proc.pexepath)", true),
    ("proc.pexepath = getopt(proc.args, \"vlp:e:\")[e]", true),
    ("proc.env[A] contains getopt(proc.args, \"vlp:e:\")[p]", false),
    // A command line's first argument is the program.
    ("getopt(proc.cmdline, \"vlp:e:\")[p] = '80 80'", true), ("getopt(proc.exeline, \"vlp:e:\")[p] = '80 80'", true),
    ("getopt(proc.pcmdline, \"c:\")[c] = 'nc -l 1'", true), ("getopt(proc.pexeline, \"c:\")[c] startswith nc", true),
    ("getopt(proc.acmdline, \"c:\")[c] startswith nc", true), ("getopt(proc.acmdline[1], \"c:\")[c] exists", true),
    ("getopt(proc.acmdline[0], \"c:\")[c] exists", false), ("getopt(proc.acmdline, \"c:\") intersects (c)", true),
    // Other texts, and lists.
    ("getopt(proc.env[A], \"nt:\") in (n, t, 5)", true), ("getopt(proc.env[A], \"nt:\")[t] = 5", true),
    ("getopt(proc.env[B], \"nt:\") exists", false), ("getopt(proc.env[B], \"nt:\") in (n)", false),
    ("getopt(proc.env[C], \"nt:\")[t] = ''", true), ("getopt(proc.env[NONE], \"nt:\") exists", false),
    ("getopt((proc.env[C], proc.name), \"nt:\")[t] = nc", true), ("getopt((\"-n\", \"\", proc.env[C]), \"nt:\") in (n)", true),
    ("getopt((proc.env[C], proc.env[NONE]), \"nt:\") exists", false),
    ("getopt(concat(\"-n \", proc.env[C], \" \", proc.name), \"nt:\")[t] = nc", true),
  ])
  func findsOptions(condition: String, expected: Bool) throws {
    let alerts = Self.options.alerts(try policy("proc.pid = 100 and evt.type = execve and \(condition)"))
    #expect(alerts.map(\.recordNumber) == (expected ? [3] : []))
    #expect(Self.options.alerts(try policy("proc.pid = 100 and not \(condition)")).map(\.recordNumber) == (expected ? [] : [3]))
  }

  /// Of programs without options, and of events without a process.
  @Test func hasNoOptions() throws {
    for condition in ["getopt(proc.args, \"n\") exists", "getopt(proc.args, \"n\")[n] exists"] {
      #expect(Self.options.alerts(try policy("proc.pid in (110, 999) and \(condition)")).isEmpty)
    }
  }

  @Test func readsBackAsWritten() throws {
    for condition in [
      "tolower(proc.name) = a", "join(\",\", (proc.name, \"x\")) != b", "proc.name startswith val(proc.pname)",
      "len(concat(proc.name, \"a b\")) > 3", "b64(basename(toupper(proc.exe))) in (a, b)", "proc.pid = val(proc.ppid)",
      "getopt(proc.args, \"nt:\") in (n, t)", "getopt(proc.args, \"nt:\") intersects (n)", "getopt(proc.pcmdline, \"nt:\")[t] = \"a b\"",
      "getopt((proc.name, \"-n\"), \"n\") exists", "getopt(proc.args, \"[:\")[\"[\"] != getopt(basename(proc.env[A]), \"t:\")[t]",
    ] {
      #expect(try policy(condition).predicates.map(\.text) == [condition])
    }
  }
}
