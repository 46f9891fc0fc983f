import Testing

@testable import Rules

struct ExpressionErrorTests {
  @Test(arguments: [
    ("tolower(proc.pid) = a", "1:9 tolower() takes a text, and 'proc.pid' is a number"),
    ("tolower(fd.sip) = a", "1:9 tolower() takes a text, and 'fd.sip' is an address"),
    ("tolower(proc.name, proc.exe) = a", "1:1 tolower() takes one argument, and has 2"),
    ("tolower(proc.nmae) = a", "1:9 unknown field 'proc.nmae'"),
    ("tolower(len(proc.name)) = a", "1:9 tolower() takes a text, and len() is a number"),
    ("tolower(\"a\") = a", "1:1 no field stands in this function"),
    ("tolower(name) = a", "1:9 'name' is no field: a field's name has a dot in it"),
    ("join(proc.name) = a", "1:1 join() takes a separator and a list"),
    ("concat() = a", "1:1 concat() has no arguments"),
    ("len(proc.name) = a", "1:18 'a' is no whole number"),
    ("len(proc.name) startswith 1", "1:16 'startswith' can't compare"),
    ("tolower(proc.name)[1] = a", "1:19 tolower() takes nothing in brackets; a field's stand right behind its name"),
    ("getopt(proc.args) intersects (a)", "1:1 getopt() takes arguments and, in quotes, the letters of their options; write"),
    ("getopt(proc.args, proc.name) intersects (a)", "1:1 getopt() takes arguments and, in quotes,"),
    ("getopt(proc.args, \"a\", \"b\") intersects (a)", "1:1 getopt() takes arguments and, in quotes,"),
    ("getopt(proc.pid, \"a\") intersects (a)", "1:8 getopt() takes a text, and 'proc.pid' is a number"),
    ("getopt((\"-a\"), \"a\") intersects (a)", "1:1 no field stands in this function"),
    ("getopt((), \"a\") intersects (a)", "1:1 getopt() has no arguments"),
    ("getopt(proc.args, \"a\") = a", "1:24 '=' can't compare a list, as getopt(proc.args, \"a\") is; expected one of intersects in exists"),
    ("getopt(proc.args, \"ab:\")[ab] = 1", "1:25 the brackets behind getopt() take the letter of an option, not 'ab'"),
    ("getopt(proc.args, \"ab:\")[c] = 1", "1:25 'c' is none of the options 'ab:'"),
    ("getopt(proc.args, \"ab:\")[:] = 1", "1:25 ':' is none of the options"),
    ("getopt(proc.args, \"a\")[] = 1", "1:23 nothing stands in the brackets"),
    ("getopt(proc.args, \"a\")[a = 1", "1:23 this '[' is never closed"),
    ("tolower(getopt(proc.args, \"a\")) = a", "1:9 tolower() takes a text, and getopt() is a list; one option's argument is a text: getopt(proc.args, \"a\")[x]"),
    ("proc.name in getopt(proc.args, \"a\")", "1:1 getopt(proc.args, \"a\") is a list, and compares with constants only"),
    ("proc.name = val(proc.pid)", "1:1 proc.name is a text, proc.pid a number"),
    ("proc.name regex val(proc.pname)", "1:11 'regex' compares with constants only here"),
    ("proc.name = val(proc.aname)", "1:1 any ancestor can't stand on the right-hand side yet"),
    ("fd.sip = val(fd.cip)", "1:1 'fd.sip' can't be compared with another field yet"),
    ("proc.name = val(proc.nmae)", "1:17 unknown field 'proc.nmae'"),
  ])
  func errors(condition: String, expected: String) {
    #expect(failure(condition).hasPrefix(expected), "\(failure(condition))")
  }

  /// A field that can't be supplied makes all of it absent.
  @Test(arguments: ["tolower(user.name) = root", "getopt(user.name, \"a:\")[a] = x", "concat(proc.name, user.name) = a", "proc.name = val(user.name)", "len(user.name) > 1"])
  func absentFields(condition: String) throws {
    let loaded = load(ruleFile("evt.type = execve and \(condition)"))
    #expect(loaded.rules.map(\.missingFields) == [["user.name"]], "\(loaded.report)")
    #expect(loaded.rules.first?.canMatch == false)
  }
}
