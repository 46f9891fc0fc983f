/// Elements that are looked up by a number and used in place. A number that was given back is used again, with the
/// element as it was left, so that what it holds needs no new memory.
struct Slots<Element>: ~Copyable {
  private var elements: UnsafeMutableBufferPointer<Element>
  /// Of ``elements``, those that are there.
  private(set) var count = 0
  private var free: [Int32] = []

  init(capacity: Int = 64) { elements = .allocate(capacity: max(1, capacity)) }

  deinit {
    for slot in 0..<count { elements.deinitializeElement(at: slot) }
    elements.deallocate()
  }

  /// Those that are in use.
  var used: Int { count - free.count }
  var all: Range<Int32> { 0..<Int32(truncatingIfNeeded: count) }

  subscript(slot: Int32) -> Element {
    _read { yield elements[Int(slot)] }
    nonmutating _modify { yield &elements[Int(slot)] }
  }

  /// - Parameter fresh: for a number that was never used.
  mutating func take(_ fresh: @autoclosure () -> Element) -> Int32 {
    if let slot = free.popLast() { return slot }
    if count == elements.count {
      let larger = UnsafeMutableBufferPointer<Element>.allocate(capacity: count * 2)
      _ = larger.moveInitialize(fromContentsOf: elements)
      elements.deallocate()
      elements = larger
    }
    elements.initializeElement(at: count, to: fresh())
    count += 1
    return Int32(truncatingIfNeeded: count - 1)
  }

  mutating func give(_ slot: Int32) { free.append(slot) }
}
