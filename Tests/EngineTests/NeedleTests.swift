import Testing

@testable import Engine

@Suite struct NeedleTests {
  /// Every needle and text of up to four and six letters of these, in both cases: what is found is what is there.
  @Test(arguments: [false, true])
  func whatIsFoundIsWhatIsThere(ignoresCase: Bool) {
    let constants = Constants()
    let texts = Self.strings(of: Array("abA/".utf8), upTo: 6)
    for needle in Self.strings(of: Array("ab/".utf8), upTo: 4) {
      let compiled = Needle(needle, ignoresCase: ignoresCase, constants)
      for text in texts where compiled.isFound(in: text.span.bytes) != Self.holds(text, needle, ignoresCase) {
        Issue.record("\(needle) in \(text)")
        return
      }
    }
  }

  /// A text that has the rarest byte at every place is read in one pass.
  @Test func aTextOfRareBytesIsReadToItsEnd() {
    let constants = Constants()
    for needle in ["ez", "ze", "zez", "zzez", "ezzzzzz"] {
      let bytes = Array(needle.utf8)
      let compiled = Needle(bytes, constants)
      for count in [0, 1, 8, 9, 10, 11, 60, 400] {
        let rare = [UInt8](repeating: UInt8(ascii: "z"), count: count)
        for text in [rare, rare + bytes, rare + bytes + rare, rare + Array("e".utf8)] {
          #expect(compiled.isFound(in: text.span.bytes) == Self.holds(text, bytes, false), "\(needle) after \(count)")
        }
      }
    }
  }

  private static func holds(_ text: [UInt8], _ needle: [UInt8], _ ignoresCase: Bool) -> Bool {
    let text = ignoresCase ? text.map { (0x41...0x5A).contains($0) ? $0 | 0x20 : $0 } : text
    guard needle.count <= text.count else { return false }
    return (0...text.count - needle.count).contains { text[$0..<$0 + needle.count].elementsEqual(needle) }
  }

  private static func strings(of letters: [UInt8], upTo length: Int) -> [[UInt8]] {
    var all: [[UInt8]] = [[]]
    var last: [[UInt8]] = [[]]
    for _ in 0..<length {
      last = last.flatMap { text in letters.map { text + [$0] } }
      all += last
    }
    return all
  }
}
