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

  @Test func readsBackAsWritten() throws {
    for condition in [
      "tolower(proc.name) = a", "join(\",\", (proc.name, \"x\")) != b", "proc.name startswith val(proc.pname)",
      "len(concat(proc.name, \"a b\")) > 3", "b64(basename(toupper(proc.exe))) in (a, b)", "proc.pid = val(proc.ppid)",
    ] {
      #expect(try policy(condition).predicates.map(\.text) == [condition])
    }
  }
}
