import Rules

/// Goes through arguments as getopt(3) does with POSIXLY_CORRECT: `--` and the first that is no option end it. Long
/// options (`--name`) are passed over. One pass, whatever the arguments are.
struct OptionWalk {
  /// An option that was found.
  struct Found {
    /// nil: none that is known.
    let letter: UInt8?
    /// Its letter; `?` of one that isn't known; empty if its argument is missing.
    let name: UnsafeRawBufferPointer
    /// nil: it has none.
    let argument: UnsafeRawBufferPointer?
  }

  private let arguments: UnsafeRawBufferPointer
  private let letters: OptionLetters
  /// Where the next argument starts.
  private var next = 0
  /// What is left of an argument with several options.
  private var cluster: Range<Int> = 0..<0

  /// - Parameter arguments: each with a NUL behind it; the last may lack it.
  init(_ arguments: UnsafeRawBufferPointer, _ letters: OptionLetters) {
    (self.arguments, self.letters) = (arguments, letters)
  }

  mutating func found() -> Found? {
    while cluster.isEmpty {
      guard let argument = argument(), isOption(argument) else {
        next = arguments.count
        return nil
      }
      if arguments[argument.lowerBound + 1] != Self.dash { cluster = argument.lowerBound + 1..<argument.upperBound }
    }
    let place = cluster.lowerBound
    let letter = arguments[place]
    cluster = place + 1..<cluster.upperBound
    guard letters.contains(letter) else { return Found(letter: nil, name: Self.unknown, argument: nil) }
    let name = bytes(place..<place + 1)
    guard letters.takesArgument(letter) else { return Found(letter: letter, name: name, argument: nil) }
    let rest = cluster.isEmpty ? argument() : cluster
    cluster = 0..<0
    guard let rest else { return Found(letter: letter, name: bytes(place..<place), argument: nil) }
    return Found(letter: letter, name: name, argument: bytes(rest))
  }

  /// The argument of the last of one option, or if it takes none the option itself; nil: there is none.
  static func last(
    _ letter: UInt8, in arguments: UnsafeRawBufferPointer, _ letters: OptionLetters
  ) -> UnsafeRawBufferPointer? {
    var walk = OptionWalk(arguments, letters)
    var last: UnsafeRawBufferPointer?
    while let found = walk.found() {
      if found.letter == letter { last = found.argument ?? found.name }
    }
    return last
  }

  /// A dash and something behind it, but not two alone.
  private func isOption(_ argument: Range<Int>) -> Bool {
    guard argument.count >= 2, arguments[argument.lowerBound] == Self.dash else { return false }
    return argument.count > 2 || arguments[argument.lowerBound + 1] != Self.dash
  }

  private mutating func argument() -> Range<Int>? {
    guard next < arguments.count else { return nil }
    let start = next
    let end = arguments[start...].firstIndex(of: 0) ?? arguments.count
    next = end + 1
    return start..<end
  }

  private func bytes(_ range: Range<Int>) -> UnsafeRawBufferPointer { UnsafeRawBufferPointer(rebasing: arguments[range]) }

  private static let dash = UInt8(ascii: "-")
  private static var unknown: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: ("?" as StaticString).utf8Start, count: 1) }
}
