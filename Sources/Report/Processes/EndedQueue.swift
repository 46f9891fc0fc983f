/// The processes that ended last, in the order of their ends.
struct EndedQueue {
  private var slots: [Int32] = []
  /// Of the oldest, once it is full.
  private var first = 0
  private let capacity: Int

  init(capacity: Int) { self.capacity = max(1, capacity) }

  /// - Returns: the one that had to go, if it was full.
  mutating func push(_ slot: Int32) -> Int32? {
    guard slots.count == capacity else {
      slots.append(slot)
      return nil
    }
    let oldest = slots[first]
    slots[first] = slot
    first = (first + 1) % capacity
    return oldest
  }
}
