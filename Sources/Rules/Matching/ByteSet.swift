/// A set of bytes, as a bit each.
struct ByteSet: Hashable, Sendable {
  private var words: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)

  init() {}

  init(_ bytes: some Sequence<UInt8>) { for byte in bytes { insert(byte) } }

  func contains(_ byte: UInt8) -> Bool {
    let word =
      switch byte >> 6 {
      case 0: words.0
      case 1: words.1
      case 2: words.2
      default: words.3
      }
    return word & (1 << UInt64(byte & 63)) != 0
  }

  mutating func insert(_ byte: UInt8) {
    let bit: UInt64 = 1 << UInt64(byte & 63)
    switch byte >> 6 {
    case 0: words.0 |= bit
    case 1: words.1 |= bit
    case 2: words.2 |= bit
    default: words.3 |= bit
    }
  }

  mutating func invert() { words = (~words.0, ~words.1, ~words.2, ~words.3) }

  mutating func formUnion(_ other: ByteSet) {
    words = (words.0 | other.words.0, words.1 | other.words.1, words.2 | other.words.2, words.3 | other.words.3)
  }

  /// With the other case of every ASCII letter.
  var ignoringCase: ByteSet {
    var set = self
    for letter in UInt8(ascii: "a")...UInt8(ascii: "z") where contains(letter) || contains(letter & 0xDF) {
      set.insert(letter)
      set.insert(letter & 0xDF)
    }
    return set
  }

  /// Its only member; nil: it has none, or more.
  var single: UInt8? {
    var found: UInt8?
    for byte in UInt8.min...UInt8.max where contains(byte) {
      if found != nil { return nil }
      found = byte
    }
    return found
  }

  /// The one byte that is in it, a letter in lower case and maybe with its upper case; nil: there are others.
  var onlyByte: UInt8? {
    let members = words.0.nonzeroBitCount + words.1.nonzeroBitCount + words.2.nonzeroBitCount + words.3.nonzeroBitCount
    guard members == 1 || members == 2, let first = (UInt8.min...UInt8.max).first(where: contains) else { return nil }
    let lower = Wildcard.lowercased(first)
    return members == 1 || lower != first && contains(lower) ? lower : nil
  }

  static func == (a: ByteSet, b: ByteSet) -> Bool { a.words == b.words }
  func hash(into hasher: inout Hasher) {
    hasher.combine(words.0)
    hasher.combine(words.1)
    hasher.combine(words.2)
    hasher.combine(words.3)
  }
}
