/// What came of one numbering, and what is missing.
package struct ReceivedChain: Sendable {
  package enum Outcome: Sendable, Equatable {
    /// For the first time, in its turn.
    case new
    /// For the first time, and alerts with these numbers, or some of them, should have come before; the last one surely.
    case after(missing: ClosedRange<UInt64>)
    /// For the first time, after others that followed it.
    case late
    /// It has been here before.
    case again
  }

  /// More are forgotten, the oldest first: what comes of them then counts as having been here.
  private static let gapLimit = 1000

  /// The greatest number that is known to have been sent; 0: none.
  private(set) var last: UInt64 = 0
  /// Ascending. The last number of each is surely missing.
  private var gaps: [ClosedRange<UInt64>] = []

  package init() {}

  /// Something is known to be missing.
  package var isIncomplete: Bool { !gaps.isEmpty }

  /// - Parameter previous: less than the sequence.
  package mutating func receive(_ sequence: UInt64, previous: UInt64) -> Outcome {
    if sequence > last {
      defer { last = sequence }
      return last > 0 && previous > last ? .after(missing: miss(through: previous)) : .new
    }
    guard let index = gaps.firstIndex(where: { $0.contains(sequence) }) else { return .again }
    let gap = gaps.remove(at: index)
    if sequence < gap.upperBound { gaps.insert((sequence + 1)...gap.upperBound, at: index) }
    if previous >= gap.lowerBound { gaps.insert(gap.lowerBound...previous, at: index) }
    return .late
  }

  /// A heartbeat names the last alert that was delivered.
  /// - Returns: what should have come before it; nil: all did.
  package mutating func heartbeat(last sequence: UInt64) -> ClosedRange<UInt64>? {
    guard sequence > last else { return nil }
    defer { last = sequence }
    return last == 0 ? nil : miss(through: sequence)
  }

  private mutating func miss(through sequence: UInt64) -> ClosedRange<UInt64> {
    let gap = (last + 1)...sequence
    gaps.append(gap)
    if gaps.count > Self.gapLimit { gaps.removeFirst() }
    return gap
  }
}
