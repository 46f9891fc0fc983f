/// A set of the rules of one kind of event, a bit each, in memory that its owner keeps. Walking it costs what is in it,
/// not how many rules there are.
struct RuleBits: BitwiseCopyable {
  private let words: UnsafeMutableBufferPointer<UInt64>
  /// A bit for each word that isn't zero.
  private let summary: UnsafeMutableBufferPointer<UInt64>

  /// Empty. Its owner calls ``deallocate()``.
  init(capacity: Int) {
    words = .allocate(capacity: capacity / 64 + 1)
    summary = .allocate(capacity: words.count / 64 + 1)
    words.initialize(repeating: 0)
    summary.initialize(repeating: 0)
  }

  func deallocate() {
    words.deallocate()
    summary.deallocate()
  }

  func insert(_ places: UnsafeBufferPointer<Int32>) {
    for place in places {
      words[Int(place) >> 6] |= 1 << UInt64(place & 63)
      summary[Int(place) >> 12] |= 1 << UInt64((place >> 6) & 63)
    }
  }

  /// Gives each place in ascending order, and leaves the set empty.
  func empty(_ body: (Int) -> Void) {
    for index in summary.indices where summary[index] != 0 {
      var full = summary[index]
      summary[index] = 0
      while full != 0 {
        let word = index << 6 | full.trailingZeroBitCount
        full &= full &- 1
        var left = words[word]
        words[word] = 0
        while left != 0 {
          body(word << 6 | left.trailingZeroBitCount)
          left &= left &- 1
        }
      }
    }
  }
}
