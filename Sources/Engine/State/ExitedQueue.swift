/// The processes that ended last, in the order of their ends.
struct ExitedQueue {
  private var slots: [Int32]
  private var first = 0
  private var count = 0

  init(capacity: Int) { slots = [Int32](repeating: -1, count: max(1, capacity)) }

  /// - Returns: the one that had to go, if it was full.
  mutating func push(_ slot: Int32) -> Int32? {
    let forgotten = count == slots.count ? pop() : nil
    slots[(first + count) % slots.count] = slot
    count += 1
    return forgotten
  }

  /// Oldest first.
  func forEach(_ body: (Int32) -> Void) {
    for index in 0..<count { body(slots[(first + index) % slots.count]) }
  }

  mutating func pop() -> Int32? {
    guard count > 0 else { return nil }
    let slot = slots[first]
    first = (first + 1) % slots.count
    count -= 1
    return slot
  }
}
