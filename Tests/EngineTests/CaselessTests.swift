import Rules
import Testing

@testable import Engine

/// Tests of texts that look past the case of ASCII letters.
struct CaselessTests {
  private func holds(_ test: Predicate.Test, _ text: String) throws -> Bool {
    let constants = Constants()
    let compiled = try #require(TextTest(test, constants))
    let bytes = Array(text.utf8)
    return withExtendedLifetime(constants) { compiled.holds(bytes.span.bytes) }
  }

  private func holds(_ test: TextTest, _ bytes: [UInt8]) -> Bool { test.holds(bytes.span.bytes) }

  private func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }

  @Test(arguments: [
    ("/bin/nc", "/BIN/Nc", true, true, true), ("/bin/nc", "/bin/nc -l", false, true, false),
    ("/bin/nc", "/usr/BIN/nc", false, false, true), ("/bin/nc", "/bin/n", false, false, false),
    ("/bin/nc", "", false, false, false), ("", "", true, true, true), ("", "x", false, true, true),
    ("[é@", "{É@", false, false, false), ("é@", "é@", true, true, true),
  ])
  func wholeStartAndEnd(_ value: String, _ text: String, whole: Bool, start: Bool, end: Bool) throws {
    #expect(try holds(.equalsIgnoringCase(bytes(value)), text) == whole)
    #expect(try holds(.startsWithIgnoringCase(bytes(value)), text) == start)
    #expect(try holds(.endsWithIgnoringCase(bytes(value)), text) == end)
  }

  /// `*` and `?` are wildcards here; case is looked past.
  @Test(arguments: [
    ("*/nc *-e*", "/BIN/NC -l -E sh", true), ("*/nc *-e*", "/bin/nc-e", false), ("a?c", "aéc", true),
    ("a?c", "ac", false),
    ("a?c", "a€c", true), ("a?c", "a\u{1F600}c", true), ("a?c", "aééc", false), ("?", "", false), ("*", "", true),
    ("*ab*ab", "xxABab", true), ("*ab*ab", "xxab", false), ("[a]", "[A]", true), ("?*?", "a", false),
    ("?*?", "ab", true), ("*??b", "日b", false), ("*??b", "a日b", true), ("*?*?", "日", false), ("*?c", "日c", true),
  ])
  func wildcards(_ pattern: String, _ text: String, fits: Bool) throws {
    let elements = pattern.utf8.map { byte in
      byte == UInt8(ascii: "*") ? Wildcard.Element.anyRun : byte == UInt8(ascii: "?") ? .anyCharacter : .byte(byte)
    }
    #expect(try holds(.wildcard(Wildcard(elements, ignoresCase: true)), text) == fits)
  }

  @Test func aWildcardKeepsCaseWhenAsked() throws {
    let wildcard = Wildcard([.anyRun, .byte(0x41)], ignoresCase: false)
    #expect(try holds(.wildcard(wildcard), "xA"))
    #expect(try !holds(.wildcard(wildcard), "xa"))
  }

  @Test func bytesThatAreNoTextAreOneCharacterEach() throws {
    let constants = Constants()
    let one = try #require(TextTest(.wildcard(Wildcard([.anyCharacter], ignoresCase: true)), constants))
    withExtendedLifetime(constants) {
      for text: [UInt8] in [[0x80], [0xFF], [0xE2, 0x82], [0xC3]] { #expect(holds(one, text)) }
      for text: [UInt8] in [
        [0x80, 0x80], [0xC3, 0x41], [0x61, 0x80], [0xC0, 0x80], [0xE0, 0x80], [0xED, 0xA0], [0xF5, 0x80], [0xE2, 0x82, 0xAC, 0x80],
      ] { #expect(!holds(one, text)) }
    }
  }

  @Test func aHostileWildcardEnds() throws {
    let elements: [Wildcard.Element] = (0..<500).flatMap { _ in [.anyRun, .byte(0x61)] } + [.byte(0x62)]
    #expect(try !holds(.wildcard(Wildcard(elements, ignoresCase: true)), String(repeating: "a", count: 4096)))
  }
}
