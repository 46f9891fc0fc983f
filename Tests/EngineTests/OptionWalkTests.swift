@preconcurrency import Glibc
import Rules
import Testing

@testable import Engine

/// What `getopt()` finds among arguments, beside getopt(3) itself.
struct OptionWalkTests {
  /// What a list comparison sees, and `[t]`.
  @Test(arguments: [
    // arguments, letters, all, [t]
    (["-n"], "nt:", ["n"], nil),
    (["-n", "-t", "5"], "nt:", ["n", "t", "5"], "5"),
    (["-nt5"], "nt:", ["n", "t", "5"], "5"),
    (["-nt", "a b"], "nt:", ["n", "t", "a b"], "a b"),
    (["-t", "-n"], "nt:", ["t", "-n"], "-n"),
    (["-t", "1", "-t2"], "nt:", ["t", "1", "t", "2"], "2"),
    (["-t", ""], "nt:", ["t", ""], ""),
    // Its argument is missing.
    (["-t"], "nt:", [""], ""),
    (["-t1", "-nt"], "nt:", ["t", "1", "n", ""], ""),
    // It takes none.
    (["-t", "5"], "t", ["t"], "t"),
    // Not known.
    (["-xn", "-x"], "nt:", ["?", "n", "?"], nil),
    (["-é"], "n", ["?", "?"], nil), (["-n"], "", ["?"], nil), (["-:"], "n:", ["?"], nil),
    (["-n-t5"], "nt:", ["n", "?", "t", "5"], "5"),
    // What ends them.
    (["-n", "--", "-t", "5"], "nt:", ["n"], nil), (["-t", "--", "-n"], "nt:", ["t", "--", "n"], "--"),
    (["-n", "file", "-t", "5"], "nt:", ["n"], nil), (["-n", "-", "-t", "5"], "nt:", ["n"], nil),
    (["-n", "", "-t", "5"], "nt:", ["n"], nil),
    // Long options are passed over.
    (["--text", "-n", "--t=5", "-t", "5"], "nt:", ["n", "t", "5"], "5"), (["-t", "--n"], "nt:", ["t", "--n"], "--n"),
    // Colons of the letters.
    (["-t", "5"], ":t::", ["t", "5"], "5"), ([], "nt:", [], nil),
  ] as [([String], String, [String], String?)])
  func finds(arguments: [String], letters: String, all: [String], selected: String?) {
    let found = Self.found(arguments.flatMap { Array($0.utf8) + [0] }, letters)
    #expect(found.all == all)
    #expect(found.selected == selected)
    // The kernel may have cut the last one off within.
    #expect(Self.found(Array(arguments.joined(separator: "\0").utf8) + (arguments.last == "" ? [0] : []), letters).all == all)
  }

  /// getopt(3) with POSIXLY_CORRECT, which knows no long options, so that none is made up.
  @Test func findsWhatTheCLibraryFinds() {
    var random = Generator(seed: 7)
    let pieces = ["-n", "-t", "-tx", "-nt", "-x", "--", "-", "a", "", "-nxt-", "-n-", "-tt"]
    for _ in 0..<20_000 {
      let arguments = (0..<random.below(6)).map { _ in random.element(pieces) }
      let letters = random.element(["nt:", "n:t", "nt", "n:t:x", "t:-"])
      let found = Self.found(arguments.flatMap { Array($0.utf8) + [0] }, letters).all
      #expect(found == Self.library(arguments, letters), "\(arguments) \(letters)")
    }
  }

  private static func found(_ arguments: [UInt8], _ letters: String) -> (all: [String], selected: String?) {
    arguments.withUnsafeBytes { bytes in
      let letters = OptionLetters(Array(letters.utf8))
      var walk = OptionWalk(bytes, letters)
      var all: [String] = []
      while let found = walk.found() {
        all += ([found.name] + (found.argument.map { [$0] } ?? [])).map { String(decoding: $0, as: UTF8.self) }
      }
      return (all, OptionWalk.last(UInt8(ascii: "t"), in: bytes, letters).map { String(decoding: $0, as: UTF8.self) })
    }
  }

  private static func library(_ arguments: [String], _ letters: String) -> [String] {
    var argv = (["program"] + arguments).map { strdup($0) } + [nil]
    defer { for argument in argv { free(argument) } }
    var all: [String] = []
    (optind, opterr) = (0, 0)
    while true {
      let letter = getopt(CInt(argv.count - 1), &argv, "+:" + letters)
      if letter == -1 { return all }
      switch UInt8(truncatingIfNeeded: letter) {
      case UInt8(ascii: ":"): all.append("")
      case UInt8(ascii: "?"): all.append("?")
      default:
        all.append(String(UnicodeScalar(UInt8(truncatingIfNeeded: letter))))
        if let optarg { all.append(String(cString: optarg)) }
      }
    }
  }
}
