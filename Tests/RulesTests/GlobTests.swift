import Glibc
import TestSupport
import Testing

@testable import Rules

struct GlobTests {
  private func matches(_ pattern: String, _ text: String) -> Bool {
    Glob(Array(pattern.utf8)).matches(Array(text.utf8).span.bytes)
  }

  @Test(arguments: [
    ("*", "", true), ("", "", true), ("", "a", false), ("?", "", false),
    ("/usr/*", "/usr/bin/x", true), ("*.so", "/lib/a.so", true), ("a*b*c", "aXbYbZc", true),
    ("[a-c]x", "bx", true), ("[!a-c]x", "bx", false), ("[^a-c]x", "dx", true), ("[]a]", "]", true), ("[!]a]", "]", false),
    ("[a-]", "-", true), ("[[:digit:]]*", "1a", true), ("[[:nosuch:]]", "n", false), ("[abc", "[abc", true),
    ("\\*", "*", true), ("\\*", "x", false), ("a\\", "a\\", false), ("[\\]]", "]", true), ("[z-a]", "m", false),
    ("[[.a.]]", "a", true), ("[[=a=]]", "a", true), ("[[:alpha:][:digit:]_]", "_", true),
  ])
  func patterns(pattern: String, text: String, expected: Bool) {
    #expect(matches(pattern, text) == expected)
    #expect((fnmatch(pattern, text, 0) == 0) == expected)
  }

  /// Whatever the pattern, the same answer as glibc's. Bytes below 0x80: what is above depends on glibc's locale.
  @Test func agreesWithFnmatch() {
    var random = SeededGenerator(seed: 1)
    let letters = Array("ab[]!^-\\*?/:.".utf8)
    let pieces = ["[:alpha:]", "[[:digit:]]", "[!a-b]", "[b-a]", "*", "?", "[a]", "[]", "[[:upper:]x]", "\\"].map { Array($0.utf8) }
    var different: [String] = []
    for _ in 0..<200_000 {
      var pattern: [UInt8] = []
      for _ in 0..<Int.random(in: 0...8, using: &random) {
        if Bool.random(using: &random), let piece = pieces.randomElement(using: &random) { pattern += piece }
        if let letter = letters.randomElement(using: &random) { pattern.append(letter) }
      }
      let text = (0..<Int.random(in: 0...8, using: &random)).compactMap { _ in letters.randomElement(using: &random) }
      let ours = Glob(pattern).matches(text.span.bytes)
      let shown = (String(decoding: pattern, as: UTF8.self), String(decoding: text, as: UTF8.self))
      let theirs = fnmatch(shown.0, shown.1, 0) == 0
      if ours != theirs { different.append("\(shown.0) \(shown.1): ours \(ours)") }
    }
    #expect(different.isEmpty, "\(different.count): \(different.prefix(20))")
  }

  @Test func manyStarsTakeNoLongTime() {
    let pattern = String(repeating: "a*", count: 500) + "b"
    let taken = cost { #expect(!matches(pattern, String(repeating: "a", count: 10_000))) }
    #expect(taken < .seconds(5))
  }

  @Test(arguments: [
    (["/opt/dir"], "/opt/dir/x", true), (["/opt/dir"], "/opt/dir", true), (["/opt/dir"], "/opt/dir2", false),
    (["/opt/dir/"], "/opt//dir/x", true), (["/opt/*/bin"], "/opt/a/bin/x", true), (["/opt/*/bin"], "/opt/a/b/bin", false),
    (["/opt/d?r"], "/opt/dir/y", true), (["/"], "/anything", true), (["/"], "relative", false), (["a/b"], "a/b/c", true),
    (["a/b"], "/a/b", false), (["/x", "/y"], "/y/z", true), ([], "/y", false), ([""], "", false), ([""], "a", false),
    (["/opt/dir"], "/opt", false), (["/[ab]c"], "/ac", true),
  ])
  func prefixes(paths: [String], text: String, expected: Bool) {
    let prefixes = PathPrefixes(paths.map { Array($0.utf8) })
    #expect(prefixes.matches(Array(text.utf8).span.bytes) == expected)
  }
}
