import Rules

/// The windows of one tenant's keys: those of rules' throttles, and those in which alerts say the same. Bounded: whoever
/// adds one to full windows has to take the one out that ends first. Takes memory as it grows, and keeps it.
struct KeyWindows {
  struct Window {
    /// Of the rule and the values that the key is made of.
    let identity: ValueIdentity
    /// Nanoseconds since boot.
    let end: UInt64
    /// Alerts that went out.
    var sent: UInt64 = 1
    let firstSent: HeldBack.Mark
    var held: HeldBack?
  }

  private struct Entry: BitwiseCopyable {
    let end: UInt64
    /// Of those that end together, that which began first comes first.
    let order: UInt64
    let window: Int32

    static func < (a: Entry, b: Entry) -> Bool { (a.end, a.order) < (b.end, b.order) }
  }

  let capacity: Int
  private var added: UInt64 = 0
  private var windows: [Window] = []
  private var free: [Int32] = []
  private var places: [ValueIdentity: Int32] = [:]
  /// A binary heap: the window that ends first is at 0.
  private var heap: [Entry] = []

  init(capacity: Int) { self.capacity = max(1, capacity) }

  var isEmpty: Bool { heap.isEmpty }
  var isFull: Bool { heap.count >= capacity }
  /// `.max`: there is none.
  var firstEnd: UInt64 { heap.first?.end ?? .max }

  func find(_ identity: ValueIdentity) -> Int32? { places[identity] }

  func sent(_ index: Int32) -> UInt64 { windows[Int(index)].sent }

  // Methods, not a subscript that can be written through: each such access would take memory for its coroutine.

  /// One more alert of the window's key went out.
  mutating func noteSent(_ index: Int32) { windows[Int(index)].sent &+= 1 }

  /// One more was held back.
  /// - Parameter details: what the alerts of a window have in common, asked for with the first that is held back.
  mutating func hold(
    _ index: Int32, _ mark: HeldBack.Mark, _ priority: Priority, details: () -> (fields: [AlertField], message: String)
  ) {
    guard windows[Int(index)].held == nil else {
      windows[Int(index)].held?.add(mark, priority)
      return
    }
    let (fields, message) = details()
    windows[Int(index)].held = HeldBack(mark, priority, fields: fields, message: message)
  }

  mutating func add(_ window: Window) {
    let index: Int32
    if let reused = free.popLast() {
      index = reused
      windows[Int(index)] = window
    } else {
      index = Int32(truncatingIfNeeded: windows.count)
      windows.append(window)
    }
    places[window.identity] = index
    added &+= 1
    heap.append(Entry(end: window.end, order: added, window: index))
    rise(heap.count - 1)
  }

  /// Takes the one out that ends first; there must be one.
  mutating func removeFirst() -> Window {
    let index = heap[0].window
    let last = heap.removeLast()
    if !heap.isEmpty {
      heap[0] = last
      sink(0)
    }
    let window = windows[Int(index)]
    windows[Int(index)].held = nil
    places[window.identity] = nil
    free.append(index)
    return window
  }

  private mutating func rise(_ start: Int) {
    var place = start
    while place > 0, heap[place] < heap[(place - 1) / 2] {
      heap.swapAt(place, (place - 1) / 2)
      place = (place - 1) / 2
    }
  }

  private mutating func sink(_ start: Int) {
    var place = start
    while true {
      var least = place
      for child in [2 * place + 1, 2 * place + 2] where child < heap.count && heap[child] < heap[least] {
        least = child
      }
      guard least != place else { return }
      heap.swapAt(place, least)
      place = least
    }
  }
}
