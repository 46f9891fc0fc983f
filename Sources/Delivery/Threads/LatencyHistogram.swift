/// How long deliveries took: counts by powers of four of a tenth of a millisecond.
package struct LatencyHistogram: Sendable, Equatable {
  /// The longest time that each count but the last takes in, in nanoseconds: 0.1 ms to 105 s.
  package static let bounds: [UInt64] = (0..<11).map { 100_000 << (2 * UInt64($0)) }

  /// How many took at most the bound of the same index, and more than the one before; the last: longer than all of them.
  package private(set) var counts = [UInt64](repeating: 0, count: bounds.count + 1)
  package private(set) var totalNanoseconds: UInt64 = 0

  package init() {}

  package var count: UInt64 { counts.reduce(0, &+) }

  package mutating func add(nanoseconds: UInt64) {
    counts[Self.bounds.firstIndex { nanoseconds <= $0 } ?? Self.bounds.count] &+= 1
    totalNanoseconds &+= nanoseconds
  }
}
