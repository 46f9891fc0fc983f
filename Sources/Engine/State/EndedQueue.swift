/// What ended last, in the order of the ends: of processes and cgroups, whose sockets may end later.
struct EndedQueue<Element> {
  private var elements: [Element?]
  private var first = 0
  private var count = 0

  init(capacity: Int) { elements = [Element?](repeating: nil, count: max(1, capacity)) }

  var isFull: Bool { count == elements.count }

  /// - Returns: the one that had to go, if it was full.
  mutating func push(_ element: Element) -> Element? {
    let forgotten = isFull ? pop() : nil
    elements[(first + count) % elements.count] = element
    count += 1
    return forgotten
  }

  /// Oldest first.
  func forEach(_ body: (Element) -> Void) {
    for index in 0..<count { if let element = elements[(first + index) % elements.count] { body(element) } }
  }

  mutating func pop() -> Element? {
    guard count > 0 else { return nil }
    let element = elements[first]
    first = (first + 1) % elements.count
    count -= 1
    return element
  }
}
