import TestSupport
import Testing

@testable import Rules

struct RegularExpressionTests {
  private func matches(_ pattern: String, _ text: String, _ change: (inout RegularExpression.Options) -> Void = { _ in }) throws -> Bool {
    var options = RegularExpression.Options()
    change(&options)
    return try RegularExpression(Array(pattern.utf8), options: options).matches(Array(text.utf8).span.bytes)
  }

  /// As RE2 has it: the whole text, POSIX syntax.
  @Test(arguments: [
    ("abc", ["abc"], ["ab", "abcd", "xabc", ""]),
    ("", [""], ["a"]),
    ("a*", ["", "a", "aaaa"], ["b", "ab"]),
    ("a+b?", ["a", "aab"], ["", "b", "abb"]),
    ("a{2,3}", ["aa", "aaa"], ["a", "aaaa"]),
    ("a{2,}", ["aa", "aaaaa"], ["a"]),
    ("a{2}", ["aa"], ["a", "aaa"]),
    ("a{,2}", ["a{,2}"], ["aa"]),
    ("(ab|cd)*e", ["e", "abe", "cdabe"], ["ace", "ab"]),
    ("a|b|", ["a", "b", ""], ["ab"]),
    (".*/ssh(d|-agent)?", ["/ssh", "/usr/bin/sshd", "/x/ssh-agent"], ["/ssh-", "ssh"]),
    ("[a-c]x[^a-c]", ["axd", "cx\n"], ["dxd", "axb"]),
    ("[]a]+", ["]a]"], ["b"]),
    ("[a-]+", ["a-"], ["b"]),
    ("[[:digit:][:upper:]]+", ["A1"], ["a1"]),
    ("[[:^digit:]]", ["a"], ["1"]),
    ("\\.\\x41\\t", [".A\t"], ["xA\t"]),
    ("^a$", ["a"], ["b"]),
    ("a$\n^b", ["a\nb"], ["ab"]),
    ("a^b", [], ["ab", "a^b"]),
    (".", ["a"], ["\n", "", "ab"]),
    ("(a*)*", ["", "aaa"], ["b"]),
    ("(a|b)*c|(a|ab)*c", ["abc", "c"], ["abab"]),
    ("é+", ["é"], ["e"]),
    ("{a", ["{a"], ["a"]),
  ] as [(String, [String], [String])])
  func wholeTexts(pattern: String, good: [String], bad: [String]) throws {
    for text in good { #expect(try matches(pattern, text), "\(pattern) \(text)") }
    for text in bad { #expect(try !matches(pattern, text), "\(pattern) \(text)") }
  }

  @Test func optionsChangeWhatMatches() throws {
    #expect(try matches("b.d", "abcde") { $0.isUnanchored = true })
    #expect(try matches("", "x") { $0.isUnanchored = true })
    #expect(try !matches("^b", "ab") { $0.isUnanchored = true })
    #expect(try matches("^b", "a\nb") { $0.isUnanchored = true })
    #expect(try !matches("^b", "a\nb") { $0.isUnanchored = true; $0.anchorsMatchLines = false })
    #expect(try matches("aB[c-d]", "AbD") { $0.ignoresCase = true })
    #expect(try !matches("[^a]", "A") { $0.ignoresCase = true })
    #expect(try matches(".", "\n") { $0.dotMatchesNewline = true })
    #expect(try matches("(?i)\\w+\\s\\d*?(?:X|y)", "ab 12x") { $0.hasPerlSyntax = true })
    #expect(try matches("\\S\\D\\W", "aa-") { $0.hasPerlSyntax = true })
  }

  @Test(arguments: [
    ("(a", 0, "this '(' is never closed"), ("a)", 1, "no '(' is open for this ')'"), ("[a", 0, "this '[' is never closed"),
    ("*a", 0, "nothing stands before this repetition"), ("a**", 2, "a repetition of a repetition"),
    ("(?i)a", 1, "nothing stands before this repetition"), ("a\\", 1, "a '\\' ends it"), ("\\d", 0, "unknown escape '\\d'"),
    ("a{3,2}", 1, "bad repetition; at most 1000, the lower bound first"), ("a{1001}", 1, "bad repetition; at most 1000, the lower bound first"),
    ("[b-a]", 1, "a range goes from a lower to a higher character"), ("[[:nope:]]", 1, "unknown class of characters"),
    ("((a{1000}){1000}){1000}", 0, "it is too large: it unfolds to more than 2048 steps"), ("\\xZZ", 0, "'\\x' needs two hex digits"),
  ])
  func badPatterns(pattern: String, offset: Int, message: String) {
    #expect(throws: RegularExpressionError(offset: offset, message: message)) { try RegularExpression(Array(pattern.utf8)) }
  }

  @Test func hostilePatternsEnd() throws {
    #expect(throws: RegularExpressionError.self) { try RegularExpression(Array(String(repeating: "(", count: 60_000).utf8)) }
    for pattern in ["(a|b)*", "(()()){1000}"] {
      let many = Array(String(repeating: pattern, count: 4000).utf8)
      #expect(throws: RegularExpressionError.self) { try RegularExpression(many) }
    }
    #expect(throws: RegularExpressionError.self) { try RegularExpression(Array("((((()()){1000}){1000}){1000}){1000}".utf8)) }
    // The classic bomb of backtracking matchers.
    let text = String(repeating: "a", count: 20_000)
    let bomb = try RegularExpression(Array("(a*)*(a|a)*(a?){50}b".utf8))
    let bytes = Array(text.utf8)
    var matched = true
    let time = cost { matched = bomb.matches(bytes.span.bytes) }
    #expect(!matched)
    #expect(time < .seconds(20), "\(time)")
  }

  /// Against a matcher that tries everything, on small patterns made at random.
  @Test func agreesWithAPlainMatcher() throws {
    var random = SeededGenerator(seed: 11)
    func pattern(_ depth: Int) -> String {
      switch Int.random(in: 0..<(depth > 0 ? 7 : 3), using: &random) {
      case 0: "a"
      case 1: "b"
      case 2: "."
      case 3: pattern(depth - 1) + pattern(depth - 1)
      case 4: "(" + pattern(depth - 1) + "|" + pattern(depth - 1) + ")"
      case 5: "(" + pattern(depth - 1) + ")*"
      default: "(" + pattern(depth - 1) + "){1,2}"
      }
    }
    var holds = 0
    for _ in 0..<2000 {
      let pattern = pattern(3)
      var parser = RegexParser(Array(pattern.utf8), .init())
      let tree = try parser.parse()
      for _ in 0..<5 {
        let text = (0..<Int.random(in: 0..<6, using: &random)).map { _ in Bool.random(using: &random) ? UInt8(ascii: "a") : UInt8(ascii: "b") }
        let expected = Self.ends(tree, text, from: 0).contains(text.count)
        if expected { holds += 1 }
        let found = try RegularExpression(Array(pattern.utf8)).matches(text.span.bytes)
        #expect(found == expected, "\(pattern) \(text)")
      }
    }
    #expect(holds > 1000)
  }

  /// Every place at which a match that starts at `start` can end.
  private static func ends(_ tree: RegexTree, _ text: [UInt8], from start: Int) -> Set<Int> {
    switch tree {
    case .empty: return [start]
    case .set(let set): return start < text.count && set.contains(text[start]) ? [start + 1] : []
    case .lineStart: return start == 0 ? [start] : []
    case .lineEnd: return start == text.count ? [start] : []
    case .sequence(let parts): return parts.reduce([start]) { places, part in Set(places.flatMap { ends(part, text, from: $0) }) }
    case .alternatives(let parts): return Set(parts.flatMap { ends($0, text, from: start) })
    case .repeated(let part, let minimum, let maximum):
      var places: Set<Int> = [start]
      var result: Set<Int> = minimum == 0 ? places : []
      for count in 1...(maximum ?? minimum + text.count + 1) {
        places = Set(places.flatMap { ends(part, text, from: $0) })
        if count >= minimum { result.formUnion(places) }
      }
      return result
    }
  }
}
