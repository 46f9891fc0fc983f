import Testing

@testable import Rules

struct ConditionParserTests {
  /// The tree with every operand in parentheses.
  private func tree(_ text: String) throws -> String {
    let condition = try ConditionParser.parse(Array(text.utf8))
    var shown: [String] = []
    for node in condition.nodes {
      switch node {
      case .check(let check):
        guard case .field(let field) = check.subject else { shown.append("?"); continue }
        let values = PredicateBuilder.literals(check).map { String(decoding: $0.bytes, as: UTF8.self) }.joined(separator: ",")
        shown.append("\(field.name)\(check.comparison.rawValue)\(values)")
      case .macro(let name, _): shown.append(name)
      case .not(let child): shown.append("!\(shown[child])")
      case .and(let children): shown.append("(\(children.map { shown[$0] }.joined(separator: "&")))")
      case .or(let children): shown.append("(\(children.map { shown[$0] }.joined(separator: "|")))")
      }
    }
    return try #require(shown.last)
  }

  @Test(arguments: [
    ("a and b or c and not d", "((a&b)|(c&!d))"),
    ("a or b and c", "(a|(b&c))"),
    ("not not a", "a"),
    ("not(a or b)and(c)", "(!(a|b)&c)"),
    ("a or(b)", "(a|b)"),
    ("((((a))))", "a"),
    ("proc.name=bash and proc.pid>=3", "(proc.name=bash&proc.pid>=3)"),
    ("proc.name in(a,b , \"c d\")", "proc.namein" + "a,b,c d"),
    ("proc.name in ()", "proc.namein"),
    ("proc.name exists and a", "(proc.nameexists&a)"),
    ("fd.port < 1024\r\n\tor a", "(fd.port<1024|a)"),
    ("proc.cmdline contains '-c \\' \\x41\\\\'", "proc.cmdlinecontains-c ' A\\"),
    ("proc.env[\"A B\"] = x", "proc.env=x"),
    ("proc.name = anyof and a", "(proc.name=anyof&a)"),
    ("proc.cmdline contains -e;|&", "proc.cmdlinecontains-e;|&"),
    ("not_a or android", "(not_a|android)"),
    ("proc.name = anyof (a, b)", "(proc.name=a|proc.name=b)"),
    ("proc.name startswith allof (a, b) and c", "((proc.namestartswitha&proc.namestartswithb)&c)"),
    ("proc.name = oneof (a, b)", "((proc.name=a&!proc.name=b)|(!proc.name=a&proc.name=b))"),
    ("proc.name = oneof (a)", "proc.name=a"),
    ("proc.name = allof ()", "proc.namein"),
  ])
  func shapes(text: String, expected: String) throws {
    #expect(try tree(text) == expected)
  }

  @Test(arguments: [
    ("proc.name = ", "1:12 expected a value after '=', found the end"),
    ("proc.name bash", "1:11 expected a comparison, found 'bash'"),
    ("proc.name startwith x", "1:11 expected a comparison, found 'startwith'; did you mean 'startswith'?"),
    ("(proc.name = a", "1:1 this '(' is never closed; expected ')'"),
    ("proc.name = a)", "1:14 no '(' is open for this ')'"),
    ("proc.name = a &&\nproc.name = b", "1:15 unexpected '&&'; did you mean 'and'?"),
    ("proc.name = a and\n  proc.nmae = b", "2:3 unknown field 'proc.nmae'; did you mean 'proc.name'?"),
    ("name = a", "1:1 'name' is no field: a field's name has a dot in it; expected a field as 'proc.name' before the comparison"),
    ("proc.name in a, b", "1:15 unexpected ','; expected 'and', 'or' or the end"),
    ("proc.name = \"abc", "1:13 this quote is never closed; expected \""),
    ("proc.name = \"a\\q\"", "1:15 unknown escape in a quoted value; for a backslash write '\\\\'"),
    ("proc.name = a or", "1:15 expected something after 'or'"),
    ("proc.name = a and", "1:15 expected something after 'and'"),
    ("proc.name = a and\n  not", "2:3 expected something after 'not'"),
    ("not", "1:1 expected something after 'not'"),
    ("proc.name in (a,\n\n", "1:14 this '(' is never closed"),
    ("and proc.name = a", "1:1 unexpected 'and'; expected a field or a macro"),
    ("proc.aname[x] = a", "1:11 'proc.aname' takes a number in brackets, not 'x'; expected 0 to 1000000, or no brackets for any ancestor"),
    ("proc.name[1] = a", "1:10 'proc.name' takes no argument in brackets"),
    ("proc.env[A = a", "1:9 this '[' is never closed; expected ']'"),
  ])
  func errors(text: String, expected: String) {
    #expect(failure(text).hasPrefix(expected), "\(failure(text))")
  }

  @Test func depthIsBounded() throws {
    let deep = String(repeating: "(", count: 1000) + "a" + String(repeating: ")", count: 1000)
    _ = try ConditionParser.parse(Array(deep.utf8))
    let error = #expect(throws: ConditionError.self) {
      try ConditionParser.parse(Array(repeating: UInt8(ascii: "("), count: 100_000))
    }
    #expect(error?.offset == 1000)
    let nots = String(repeating: "not ", count: 10_001) + "a"
    #expect(try tree(nots) == "!a")
    let functions = String(repeating: "tolower(", count: 100_000)
    #expect(throws: ConditionError.self) { try ConditionParser.parse(Array(functions.utf8)) }
  }

  @Test func deepConditionsCompile() throws {
    let deep = String(repeating: "not (evt.type = execve and ", count: 999) + "proc.name = x" + String(repeating: ")", count: 999)
    let (rule, policy) = try compile(deep)
    #expect(policy.predicates.count == 2)
    #expect(!rule.condition.operations.isEmpty)
  }
}
