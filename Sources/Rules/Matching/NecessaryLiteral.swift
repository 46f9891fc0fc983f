/// Bytes that a text must have for a pattern to match it; what else the pattern asks is not said.
package struct NecessaryLiteral: Hashable, Sendable {
  package enum Place: Hashable, Sendable, BitwiseCopyable { case whole, start, end, inside }

  package let place: Place
  /// Empty only as the whole.
  package let bytes: [UInt8]

  package init(_ place: Place, _ bytes: [UInt8]) {
    self.place = place
    self.bytes = bytes
  }

  /// The longest run of bytes in a pattern of which the whole text must fit; nil: it has none.
  ///
  /// - Parameter pattern: nil where it isn't one byte that it asks for.
  init?(longestOf pattern: [UInt8?]) {
    var best = 0..<0
    var start = 0
    for (index, byte) in pattern.enumerated() {
      if byte == nil {
        start = index + 1
      } else if index + 1 - start > best.count {
        best = start..<index + 1
      }
    }
    bytes = pattern[best].compactMap { $0 }
    if best.count == pattern.count {
      place = .whole
    } else if best.isEmpty {
      return nil
    } else {
      place = best.lowerBound == 0 ? .start : best.upperBound == pattern.count ? .end : .inside
    }
  }
}
