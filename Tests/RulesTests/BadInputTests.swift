import Testing

@testable import Rules

/// What isn't a rule file at all, and what is made to keep the loader busy: a clear error, soon.
struct BadInputTests {
  private func errors(_ bytes: [UInt8]) -> [String] {
    let loaded = PolicyLoader().load(files: [("x", bytes)])
    #expect(loaded.policy == nil)
    return loaded.errors.map { "\($0.location) \($0.message)\($0.hint.map { "; \($0)" } ?? "")" }
  }

  @Test(arguments: [
    ("hello", "x:1:1 a rule file is a list of items, found a text; items look like `- rule: NAME`"),
    ("{\"rule\": \"x\"}", "x:1:1 a rule file is a list of items, found a mapping"),
    ("Dear all: please read: this\n", "x:1:22 mapping values are not allowed in this context"),
    ("- rule: x\n\tdesc: d\n", "x:2:1 while scanning a plain scalar: found a tab character that violates indentation; it starts at 1:9"),
    ("- rule: \"x\n  desc: d\n", "x:2:10 while scanning a quoted scalar: found unexpected end of stream; it starts at 1:9"),
    ("- rule: x\n desc: d\n", "x:2:2 while parsing a block collection: did not find expected '-' indicator; it starts at 1:1"),
    ("#!/bin/sh\nexit 0\n", "x:2:1 a rule file is a list of items, found a text"),
    ("- {macro: m, condition: \"proc.name = 'a\\0b'\"}", "x:1:40 a value can't have a NUL in it"),
    ("- {macro: m, condition: \"proc.name = a\\0\"}", "x:1:39 unexpected '\\x00'"),
    ("- {list: l, items: [a, \"b\\0\"]}", "x:1:20 item 2 has a NUL in it"),
  ])
  func notARuleFile(text: String, expected: String) {
    #expect(errors(Array(text.utf8)).first?.hasPrefix(expected) == true, "\(errors(Array(text.utf8)))")
  }

  @Test func notAText() {
    #expect(errors([0x7F, 0x45, 0x4C, 0x46, 2, 1, 1, 0, 0]) == ["x:1:8 a NUL is in the file, which should be text"])
    #expect(errors([0xFF, 0xFE, 0x2D, 0xFF]) == ["x:1:1 the file is no valid UTF-8 here"])
    #expect(errors(Array("- rule: caf".utf8) + [0xE9, 0x0A]) == ["x:1:12 the file is no valid UTF-8 here"])
    // A surrogate, an overlong slash, a character that is cut off.
    for bytes: [UInt8] in [[0xED, 0xA0, 0x80], [0xC0, 0xAF], [0xE2, 0x82]] {
      #expect(errors(Array("# ".utf8) + bytes) == ["x:1:3 the file is no valid UTF-8 here"])
    }
  }

  @Test func tooLarge() {
    let taken = cost {
      #expect(errors([UInt8](repeating: UInt8(ascii: "a"), count: 100 << 20)) == ["x:1:1 the file is longer than 4194304 bytes"])
    }
    #expect(taken < .seconds(5))
  }

  @Test func tooDeep() throws {
    func nested(_ count: Int) -> String { String(repeating: "(", count: count) + "proc.pid = 1" + String(repeating: ")", count: count) }
    #expect(try compile(nested(1_000)).policy.predicates.count == 1)
    #expect(failure(nested(1_001)) == "1:1001 parentheses are nested deeper than 1000")
    #expect(failure("proc.name = \(String(repeating: "tolower(", count: 1_000))") == "1:276 functions are nested deeper than 32")
  }

  /// As much of a thing as a file may have, in each of the ways that could make a reader slow.
  @Test(arguments: [
    ("%TAG !a! b\n", ""), ("%YAML 1.1\n", ""), ("---\n", ""), ("- ", ""), ("- {}\n", ""), ("\"\\x41", ""), ("\n", "- x"), ("# ", "\n- x"),
    ("[x, ", ""), ("? x\n", ""), ("- 'a", ""), ("- {macro: x, condition: y}\n", ""), ("- {rule: x, enabled: no}\n", ""),
    ("- !!str x\n", ""), ("  - |\n    x\n", ""), ("a b\n", ": x"), ("- {a: 1, b: 2, c: 3}\n", ""), ("é", ""),
  ])
  func manyOfAThing(piece: String, end: String) {
    let text = String(repeating: piece, count: (512 << 10) / piece.utf8.count) + end
    var loaded: LoadResult?
    let taken = cost { loaded = load(text) }
    #expect((loaded?.policy == nil) == (loaded?.errors.isEmpty == false), "\(piece)")
    #expect(loaded?.diagnostics.allSatisfy { isInside($0.location, loaded?.sources["test.yaml"]) } == true)
    #expect(taken < .seconds(20), "\(piece)")
    if taken > .seconds(2) { print("\(piece.debugDescription) took \(taken)") }
  }

  @Test func directivesAreBounded() {
    #expect(errors(Array(String(repeating: "%TAG !a! b\n", count: 2_000).utf8)) == ["x:1001:1 more than 1000 lines start with a '%'"])
  }

  /// Names that no one defined, among very many that someone did.
  @Test func manyUnknownNames() {
    var text = ""
    for i in 0..<5_000 { text += "- {macro: known_macro_\(i), condition: unknown_macro_\(i) or unknown_macro_\(i + 1)}\n" }
    for i in 0..<2_000 { text += "- {rule: R\(i), enabled: no}\n" }
    text += "- {rule: R, desc: d, condition: known_macro_1, output: o, priority: Error}\n"
    text += "- {list: l, " + (0..<5_000).map { "kez\($0): 1" }.joined(separator: ", ") + ", items: []}\n"
    let taken = cost { #expect(load(text).policy == nil) }
    print("unknown names took \(taken)")
    #expect(taken < .seconds(20))
  }

  /// Rules that share a chain of macros that only name each other.
  @Test func longChainsOfMacros() {
    var text = "- {macro: m0, condition: proc.pid = 1}\n"
    for i in 1..<10_000 { text += "- {macro: m\(i), condition: m\(i - 1)}\n" }
    for i in 0..<500 { text += "- {rule: R\(i), desc: d, condition: m9999, output: o, priority: Error}\n" }
    var limits = LoadLimits()
    limits.totalOperations = 200_000
    var loaded: LoadResult?
    let taken = cost { loaded = load(text, limits) }
    print("chains took \(taken)")
    #expect(taken < .seconds(20))
    // Of each rule the macros count, and so do their names in its program.
    #expect(loaded?.errors.count == 491)
    #expect(loaded?.errors.first?.message.hasSuffix("is too large once its macros are put in") == true)
  }
}
