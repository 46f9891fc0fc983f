/// A set of the rules of one kind of event, a bit each, in memory that its owner keeps.
struct RuleBits: BitwiseCopyable {
  let words: UnsafeMutableBufferPointer<UInt64>

  func insert(_ places: UnsafeBufferPointer<Int32>) {
    for place in places { words[Int(place) >> 6] |= 1 << UInt64(place & 63) }
  }
}
