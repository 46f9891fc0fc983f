import Testing

@testable import Rules

/// What an output may have in it besides fields.
struct TemplateTests {
  @Test(arguments: [
    "%tolower(proc.name)", "a%toupper(proc.aname[2])b", "%len(proc.args)%%", "%concat(proc.name, \"-\", basename(proc.exe))",
    "%join(\", \", (proc.name, proc.pname)) (%proc.pid)", "%getopt(proc.args, \"nt:\") %getopt(proc.pcmdline, \"c:\")[c].",
    "by %user.name and %tolower(user.name)",
  ])
  func readsBackAsWritten(output: String) {
    let (template, errors) = TemplateParser.parse(Array(output.utf8))
    #expect(errors.isEmpty)
    #expect(template.text == output)
  }

  @Test func showsTheFieldsOfFunctions() {
    let template = TemplateParser.parse(Array("%tolower(proc.name) %proc.pid %concat(proc.name, proc.exe) %tolower(proc.name)".utf8)).template
    #expect(template.fields.map(\.name) == ["proc.name", "proc.pid", "proc.exe"])
    #expect(template.functions.map(\.text) == ["tolower(proc.name)", "concat(proc.name, proc.exe)"])
  }

  @Test func ofFieldsThatCanNotBeSupplied() {
    let loaded = load(ruleFile("evt.type = execve", output: "%tolower(user.name) %concat(proc.name, fd.directory)"))
    #expect(loaded.policy?.rules.first?.output.parts == [
      .absent("user.name", written: "tolower(user.name)"), .text(" "),
      .absent("fd.directory", written: "concat(proc.name, fd.directory)"),
    ])
    #expect(loaded.rules.first?.missingOutputFields == ["fd.directory", "user.name"])
    #expect(loaded.rules.first?.status == .full)
  }

  @Test(arguments: [
    ("a %tolwer(proc.name)", "3 unknown function 'tolwer'; did you mean 'tolower'?"),
    ("%val(proc.name)", "1 unknown function 'val'; one of tolower toupper b64 basename len join concat getopt; a percent sign is %%"),
    ("%tolower(proc.nmae)", "9 unknown field 'proc.nmae'; did you mean 'proc.name'?"),
    ("%tolower(proc.pid)", "9 tolower() takes a text, and 'proc.pid' is a number"),
    ("%tolower(proc.name, proc.exe)", "1 tolower() takes one argument, and has 2"),
    ("%tolower(proc.name", "18 unexpected the end; expected ',' or ')'"),
    ("%tolower(name)", "9 'name' is no field: a field's name has a dot in it; a text needs quotes here"),
    ("%tolower(\"a\")", "1 no field stands in this function"),
    ("%len(proc.name)[1]", "15 len() takes nothing in brackets; a field's stand right behind its name: len(proc.aname[2])"),
    ("%getopt(proc.args)", "1 getopt() takes arguments and, in quotes, the letters of their options; write"),
    ("%getopt(proc.args, \"a\")[b]", "23 'b' is none of the options 'a'"),
    ("%tolower", "1 unknown field 'tolower'"),
  ])
  func errors(output: String, expected: String) {
    let errors = TemplateParser.parse(Array(output.utf8)).errors.map { "\($0.offset) \($0.message)\($0.hint.map { "; \($0)" } ?? "")" }
    #expect(errors.count == 1 && errors.first?.hasPrefix(expected) == true, "\(errors)")
  }

  /// Each is looked at once, however many there are.
  @Test func manyFunctions() {
    let output = Array(String(repeating: "%tolower(proc.name) ", count: 20_000).utf8)
    #expect(TemplateParser.parse(output).template.parts.count == 40_000)
    #expect(cost { _ = TemplateParser.parse(output) } < .seconds(20))
  }
}
