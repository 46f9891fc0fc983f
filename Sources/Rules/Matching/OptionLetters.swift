/// The options that `getopt()` knows, as getopt(3) takes them: each letter, with a colon behind it if an argument follows.
/// A colon is no option; one in front, and a second one behind a letter, say nothing.
package struct OptionLetters: Hashable, Sendable, BitwiseCopyable {
  private var known = ByteSet()
  private var withArgument = ByteSet()

  package init(_ text: [UInt8]) {
    let colon = UInt8(ascii: ":")
    for (index, letter) in text.enumerated() where letter != colon {
      known.insert(letter)
      if index + 1 < text.count, text[index + 1] == colon { withArgument.insert(letter) }
    }
  }

  package func contains(_ letter: UInt8) -> Bool { known.contains(letter) }
  package func takesArgument(_ letter: UInt8) -> Bool { withArgument.contains(letter) }
}
