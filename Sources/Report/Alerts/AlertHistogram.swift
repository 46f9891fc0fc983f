/// When alerts came, in steps of time that widen as the trace goes on. Of constant size, whatever the span.
struct AlertHistogram {
  static let steps = 480

  /// Width of a step, nanoseconds.
  private(set) var stepNanoseconds: Int64 = 1000
  private(set) var counts: [[UInt32]] = []

  /// Makes room for another series; its index is the number of those before.
  mutating func addSeries() { counts.append([UInt32](repeating: 0, count: Self.steps)) }

  /// - Parameter offset: nanoseconds from the trace's beginning; one that lies before it counts as the beginning.
  mutating func add(_ offset: Int64, to series: Int) {
    let offset = max(0, offset)
    while offset / stepNanoseconds >= Int64(Self.steps) { widen() }
    counts[series][Int(offset / stepNanoseconds)] &+= 1
  }

  private mutating func widen() {
    stepNanoseconds *= 2
    for series in counts.indices {
      for step in 0..<Self.steps {
        let source = step * 2
        counts[series][step] =
          source < Self.steps ? counts[series][source] &+ counts[series][source + 1] : 0
      }
    }
  }
}
