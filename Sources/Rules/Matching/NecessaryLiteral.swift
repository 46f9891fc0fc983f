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
}
