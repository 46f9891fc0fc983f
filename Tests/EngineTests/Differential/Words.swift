/// What events and conditions of the differential test are made of: few, alike, of every length about eight, in both cases.
enum Words {
  static let all = [
    "sh", "Sh", "bash", "BASH", "s", "h", "a", "ab", "abc", "abcd", "abcde", "abcdefg", "abcdefgh", "abcdefghi", "aBcDefgh",
    "aaaa", "aaaaaaaa", "aaaab", "curl", "nc", "-e", "--token=x", "http://example.org/x", "é", "x[1]", "a*b", "abcdefghabcdefghabcd",
  ]

  static func word(_ random: inout Generator) -> String {
    let word = random.element(all)
    return random.below(4) == 0 ? word + random.element(all) : word
  }

  /// As the kernel keeps names: at most 15 bytes.
  static func name(_ random: inout Generator) -> String {
    var name = word(&random)
    while name.utf8.count > 15 { name.removeLast() }
    return name
  }

  static func path(_ random: inout Generator) -> String {
    let parts = (0..<1 + random.below(3)).map { _ in random.element(["tmp", "Tmp", "usr", "bin", "bash", "sh", "a", "ab", "aaaa"]) }
    let slash = random.below(8) == 0 ? "//" : "/"
    return (random.below(12) == 0 ? "" : slash) + parts.joined(separator: slash) + (random.below(12) == 0 ? "/" : "")
  }

  /// Part of a word or of two beside each other, sometimes all.
  static func piece(_ random: inout Generator) -> String {
    let text = Array(random.below(3) == 0 ? path(&random) : word(&random))
    let start = random.below(3) == 0 ? random.below(text.count) : 0
    let length = random.below(3) == 0 ? text.count - start : 1 + random.below(text.count - start)
    let piece = String(text[start..<start + length])
    return random.below(10) == 0 ? piece.uppercased() : piece
  }

  static func pattern(_ random: inout Generator) -> String {
    (0..<1 + random.below(4)).map { _ in
      switch random.below(6) {
      case 0, 1: "*"
      case 2: "?"
      case 3: random.element(["[a-c]", "[!a]", "[ab", "[[:alpha:]]", "\\\\*"])
      default: piece(&random)
      }
    }.joined()
  }

  /// Extended POSIX.
  static func regex(_ random: inout Generator) -> String {
    (0..<1 + random.below(4)).map { _ in
      let plain = String(piece(&random).filter { $0.isASCII && ($0.isLetter || $0 == "/") }) + "b"
      return switch random.below(9) {
      case 0, 1: ".*"
      case 2: "."
      case 3: "(\(plain)|\(random.element(["sh", "a", "bash|x"])))"
      case 4: "(\(plain))?"
      case 5: "(\(random.element(["a", "ab", "[a-c]"])))+\(random.below(2) == 0 ? "" : "h?")"
      case 6: "[a-h]{1,3}"
      case 7: "(a|b)*"
      default: String(plain.dropLast(random.below(2)))
      }
    }.joined()
  }

  static func address(wide: Bool, _ random: inout Generator) -> [UInt8] {
    let end = UInt8(1 + random.below(3))
    let middle = UInt8(random.below(3))
    return wide ? [0x20, 0x01, 0x0D, 0xB8, 0, middle, 0, 0, 0, 0, 0, 0, 0, 0, 0, end] : [10, middle, 0, end]
  }

  static func network(_ random: inout Generator) -> String {
    let isWide = random.below(3) == 0
    let address = PlainEvent.End(bytes: address(wide: isWide, &random), port: 0).text
    if random.below(2) == 0 { return address }
    return "\(address)/\(random.element(isWide ? [0, 31, 32, 48, 64, 65, 127, 128] : [0, 1, 8, 9, 15, 16, 24, 31, 32]))"
  }

  static func port(_ random: inout Generator) -> UInt16 { random.element([0, 22, 80, 443, 8080]) }
}
