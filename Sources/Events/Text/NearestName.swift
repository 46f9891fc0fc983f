/// Finds what a mistyped name was meant to be.
package enum NearestName {
  /// The candidate with the fewest edits, if they are few for the name's length; of equals one that starts alike,
  /// else the first.
  package static func to(_ name: String, among candidates: some Sequence<String>) -> String? {
    let wanted = Array(name.utf8.prefix(maximumLength + 1))
    guard !wanted.isEmpty, wanted.count <= maximumLength else { return nil }
    var best: String?
    var bestDistance = max(1, wanted.count / 3) + 1
    for candidate in candidates where candidate != name {
      let distance = distance(wanted, Array(candidate.utf8.prefix(maximumLength + 1)), below: bestDistance + 1)
      let startsAlike = candidate.utf8.first == wanted[0]
      if distance < bestDistance || distance == bestDistance && startsAlike && best != nil && best?.utf8.first != wanted[0] {
        best = candidate
        bestDistance = distance
      }
    }
    return best
  }

  /// As a hint: `did you mean 'proc.name'?`
  package static func hint(_ name: String, among candidates: some Sequence<String>) -> String? {
    to(name, among: candidates).map { "did you mean \(DisplayText.quoted($0))?" }
  }

  private static let maximumLength = 64

  /// Insertions, deletions, replacements and swaps of neighbours that turn one into the other, case aside;
  /// `below` when there are as many or more.
  private static func distance(_ a: [UInt8], _ b: [UInt8], below limit: Int) -> Int {
    guard abs(a.count - b.count) < limit else { return limit }
    var beforeLast = [Int](repeating: 0, count: b.count + 1)
    var last = Array(0...b.count)
    var current = last
    for i in a.indices {
      current[0] = i + 1
      var least = current[0]
      for j in b.indices {
        let same = lowercased(a[i]) == lowercased(b[j])
        var edits = min(last[j + 1] + 1, current[j] + 1, last[j] + (same ? 0 : 1))
        if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] { edits = min(edits, beforeLast[j - 1] + 1) }
        current[j + 1] = edits
        least = min(least, edits)
      }
      if least >= limit { return limit }
      (beforeLast, last, current) = (last, current, beforeLast)
    }
    return min(last[b.count], limit)
  }

  private static func lowercased(_ byte: UInt8) -> UInt8 { (0x41...0x5A).contains(byte) ? byte | 0x20 : byte }
}
