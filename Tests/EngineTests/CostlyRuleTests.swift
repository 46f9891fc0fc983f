import Events
import Rules
import Testing

@testable import Engine

/// Rules that no index leads to.
struct CostlyRuleTests {
  /// What is tried on every event, and of which kinds.
  private func costly(_ conditions: String...) throws -> [String] {
    let rules = conditions.enumerated().map { index, condition in
      "- rule: R\(index)\n  desc: d\n  condition: >-\n    \(condition)\n  output: o\n  priority: Warning\n"
    }
    let loaded = PolicyLoader().load(files: [("test.yaml", Array(rules.joined().utf8))])
    let found = loaded.policy
    let policy = try #require(found, "\(loaded.report)")
    return CostlyRule.all(in: policy).map { costly in
      let kinds = costly.kinds.kinds.map(\.name).joined(separator: ",")
      return ([policy.rules[costly.rule].name, kinds] + costly.tests.map(\.text)).joined(separator: " | ")
    }
  }

  @Test(arguments: [
    ("evt.type = execve and proc.name != bash", "execve | proc.name != bash"),
    ("evt.type = execve and proc.cmdline regex '[a-z]+[0-9]'", "execve | proc.cmdline regex [a-z]+[0-9]"),
    ("evt.type = execve and proc.name != val(proc.pname)", "execve | proc.name != val(proc.pname)"),
    ("evt.type = execve and concat(proc.name, proc.tty) = bash and user.uid != 0", "execve | user.uid != 0"),
    ("evt.type = execve and concat(proc.name, proc.tty) = bash", "execve | concat(proc.name, proc.tty) = bash"),
    ("evt.type = execve and proc.aname != systemd", "execve | proc.aname != systemd"),
    ("evt.type = execve and proc.tty exists and not proc.name in (bash, sh)", "execve | proc.tty exists"),
    ("evt.type = execve and proc.cmdline glob '?*[a-z]?'", "execve | proc.cmdline glob ?*[a-z]?"),
    ("evt.type in (connect, connected) and fd.sport != 443", "connect,connected | fd.sport != 443"),
    ("evt.type = connect and fd.sip != 10.0.0.0/8", "connect | fd.sip != 10.0.0.0/8"),
    // Nothing has to be true.
    ("evt.type in (connect, listen) and not fd.snet in (10.0.0.0/8, 127.0.0.0/8)", "connect"),
    ("evt.type = execve and (proc.name = a or not proc.pname = b)", "execve"),
    // One way of several is enough.
    ("evt.type = execve and (proc.name = a or proc.name != val(proc.pname))", "execve | proc.name != val(proc.pname)"),
    ("evt.type = procexit or evt.type = execve and proc.name = a", ""), ("evt.type = execve", ""),
  ])
  func noIndexLeadsToIt(condition: String, expected: String) throws {
    #expect(try costly(condition) == (expected.isEmpty ? [] : ["R0 | \(expected)"]))
  }

  @Test(arguments: [
    "evt.type = execve and proc.name != bash and proc.args contains secret",
    "evt.type = execve and proc.cmdline regex '.*(curl|wget) .*'", "evt.type = execve and proc.aname = httpd",
    "evt.type = execve and tolower(proc.name) = bash", "evt.type = execve and proc.is_exe_from_memfd = true",
    "evt.type = execve and user.uid < 1000 and proc.name != a",
    // Cheap before dear, and dear before cheap.
    "evt.type = execve and proc.is_exe_from_memfd = true and proc.exepath regex '[a-z]+'",
    "evt.type = execve and proc.exepath regex '[a-z]+' and proc.is_exe_from_memfd = true",
    "evt.type = execve and (proc.name = a or proc.is_exe_setuid = true)", "proc.name = a",
    // Such come seldom.
    "evt.type in (listen, bind, socket) and not proc.name = a",
  ])
  func whatIsFoundIsQuiet(condition: String) throws {
    #expect(try costly(condition).isEmpty)
  }

  /// A number that several rules ask is looked at once for all.
  @Test func aSharedNumberIsQuiet() throws {
    let one = "evt.type = execve and proc.ns.pid != 1 and not proc.name = a"
    #expect(try costly(one).count == 1)
    #expect(try costly(one, "evt.type = execve and proc.ns.pid != 1 and not proc.pname = a").isEmpty)
    let dear = "evt.type = execve and proc.name != val(proc.pname)"
    #expect(try costly(one, dear, "\(dear) and not proc.pname = b").count == 3)
  }
}
