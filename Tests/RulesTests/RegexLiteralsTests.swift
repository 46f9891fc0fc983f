import Testing

@testable import Rules

/// Which byte strings a regular expression needs, by which rules are found.
@Suite struct RegexLiteralsTests {
  @Test(arguments: [
    ("abc", ["abc"]), ("ABC", ["abc"]), (".*abc.*", ["abc"]), ("ab.*cdef", ["cdef"]), ("^abc$", ["abc"]), ("a[bB]c", ["abc"]),
    ("(abc|de)", ["abc", "de"]), ("x(abc|de)y", ["abc", "de"]), ("(ab){2}c", ["ababc"]), ("(ab)+cd", ["ab"]),
    ("(ab)?cd", ["cd"]), ("a+bc+", ["a"]), ("(a.*b|cd)ef", ["ef"]), ("xyz(a|)", ["xyz"]), ("[.]ex[ae]mple", ["mple"]),
  ])
  func literals(pattern: String, expected: [String]) throws {
    let regex = try RegularExpression(Array(pattern.utf8))
    #expect(regex.necessaryLiterals?.map { String(decoding: $0, as: UTF8.self) } == expected)
  }

  @Test(arguments: ["", ".*", "(abc)?", "(abc|.*)", "[ab]+", "(abc|)", "(abc)*d{0,2}"])
  func none(pattern: String) throws {
    #expect(try RegularExpression(Array(pattern.utf8)).necessaryLiterals == nil)
  }
}
