import Engine
import Events
import Rules
import Testing

@Suite struct AlertFilterTests {
  private func wants(_ condition: String, _ alert: Alert = Sample.connection) throws -> Bool {
    AlertFilter(try AlertCondition(condition)).wants(alert)
  }

  @Test(arguments: [
    "alert.rule = \"Shell by a web server\"", "alert.rule contains web", "alert.rule in (a, 'Shell by a web server')",
    "alert.priority = warning", "alert.priority >= warning", "alert.priority > notice", "alert.priority < Error",
    "alert.priority in (warning, critical)", "alert.priority != error", "alert.tenant = m1",
    "alert.tenant in (m1, m2)", "alert.identity = pending", "alert.event = connect", "alert.node startswith node-",
    "alert.tags intersects (network, other)", "alert.tags in (network, mitre_execution, T1059.004, T1071)",
    "alert.tags glob T10*", "alert.tags exists", "not alert.tags intersects (other)",
    "proc.name = bash", "proc.name != zsh", "proc.pid = 4711", "proc.pid > 4000 and proc.pid <= 4711",
    "proc.name iglob B*SH", "proc.exepath pmatch (/usr)", "proc.cmdline regex \"bash -c .*\"",
    "fd.is_server = false", "fd.is_server != true", "fd.sport = https", "fd.port = 443", "fd.port != 22",
    "fd.ip = 203.0.113.9", "fd.net = 10.0.0.0/8", "fd.snet in (203.0.113.0/24)", "fd.cip != 10.0.0.5",
    "proc.env[LD_PRELOAD] exists", "evt.type in (connect, accept)", "evt.type != execve", "evt.res = EINPROGRESS",
    "container.image startswith r.example/ and (alert.priority >= error or alert.tags intersects (T1071))",
  ])
  func whatHolds(condition: String) throws { #expect(try wants(condition)) }

  @Test(arguments: [
    "alert.rule = other", "alert.priority >= error", "alert.priority < warning", "alert.tenant = m2",
    "alert.tenant != m1", "alert.identity = unknown", "alert.tags in (network)", "alert.tags intersects ()",
    "proc.pid < 4711", "fd.is_server = true", "fd.ip = 10.0.0.5", "fd.ip != 10.0.0.4", "fd.port != 443",
    "fd.net = 2001:db8::/32", "evt.type != connect", "not proc.name = bash",
  ])
  func whatDoesNotHold(condition: String) throws { #expect(try !wants(condition)) }

  /// Every comparison of what is absent is false, as in rules.
  @Test(arguments: ["alert.tenant = m1", "alert.tenant != m1", "proc.name != x", "fd.port != 1", "fd.ip != 10.0.0.1",
    "evt.type != execve", "user.name != root", "alert.identity exists"])
  func whatIsAbsentIsFalse(condition: String) throws {
    #expect(try !wants(condition, Sample.notice))
    #expect(try wants("not \(condition)", Sample.notice))
  }

  /// Who filters by a rule is told as well what of it was held back.
  @Test func aSummaryIsOfTheRuleThatItIsAbout() throws {
    let summary = Sample.alert(
      rule: "Alerts held back", fields: [AlertField(name: "held.rule", value: .text("Port scan"))])
    #expect(try wants("alert.rule = \"Port scan\"", summary) && wants("alert.rule = \"Alerts held back\"", summary))
    #expect(try !wants("alert.rule != \"Port scan\"", summary))
  }

  @Test(arguments: [
    ("", 0, "the condition is empty", nil),
    ("alert.rule = x and", 15, "expected something after 'and'", nil),
    ("alert.tennant = x", 0, "unknown field 'alert.tennant'", "did you mean 'alert.tenant'?"),
    ("proc.nmae = x", 0, "unknown field 'proc.nmae'", "did you mean 'proc.name'?"),
    ("priority >= error", 0, "", "expected a field as 'proc.name' before the comparison"), ("priority", 0, "'priority' is no comparison", "did you mean 'alert.priority'?"),
    ("alert.priority = warnin", 17, "'warnin' is no priority", "did you mean 'warning'?"),
    ("alert.priority = 4", 17, "'4' is no priority", nil),
    ("alert.priority contains err", 15, "'contains' can't compare 'alert.priority'", nil),
    ("alert.tags = x", 11, "'=' can't compare a list, as 'alert.tags' is", nil),
    ("alert.rule[2] = x", 10, "'alert.rule' takes no argument in brackets", nil),
    ("proc.pid = x", 11, "'x' is no whole number, but 'proc.pid' is one", nil),
    ("tolower(proc.name) = x", 0, "functions can't be asked of alerts", nil),
    ("proc.name = val(proc.pname)", 10, "an alert's fields are compared with constants only", nil),
    ("proc.name in (shells", 13, "this '(' is never closed", nil), ("proc.name in shells", 13, "unknown list 'shells'", nil),
    ("alert.rule regex \"(\"", 17, "this regular expression is no good", nil),
  ] as [(String, Int, String, String?)])
  func mistakesAreToldWithTheirPlace(text: String, offset: Int, message: String, hint: String?) {
    do {
      _ = try AlertCondition(text)
      Issue.record("it is taken")
    } catch {
      #expect(error.offset == offset, "\(error)")
      #expect(error.message.contains(message), "\(error)")
      if let hint { #expect(error.hint == hint) }
    }
  }

  @Test func filtersAreEqualByTheirTexts() throws {
    let one = AlertFilter(try AlertCondition("alert.node = a"))
    #expect(one == AlertFilter(try AlertCondition("alert.node = a")))
    #expect(one != AlertFilter(try AlertCondition("alert.node = b")))
  }
}
