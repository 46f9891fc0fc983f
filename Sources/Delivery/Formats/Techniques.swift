/// What tags say of MITRE ATT&CK: `T1059`, `T1059.004`.
struct Techniques {
  /// Each with the technique that it belongs to.
  private(set) var all: [(technique: String, subtechnique: String?)] = []

  init(_ tags: [String]) {
    for tag in tags {
      let parts = tag.split(separator: ".", omittingEmptySubsequences: false)
      guard let first = parts.first, Self.isNumber(first.dropFirst(), digits: 4), first.first == "T" else { continue }
      switch parts.count {
      case 1: all.append((tag, nil))
      case 2 where Self.isNumber(parts[1], digits: 3): all.append((String(first), tag))
      default: continue
      }
    }
  }

  private static func isNumber(_ text: Substring, digits: Int) -> Bool {
    text.utf8.count == digits && text.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
  }
}
