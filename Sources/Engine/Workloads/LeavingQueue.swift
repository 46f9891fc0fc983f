/// Cgroups that ended, in the order of their ends: each stays for a while, as its sockets may end later.
struct LeavingQueue {
  private struct Place {
    var slot: Int32 = -1
    var number: UInt64 = 0
  }

  private var places: [Place]
  private var first = 0
  private var count = 0
  private var numbers: UInt64 = 0

  init(capacity: Int) { places = [Place](repeating: Place(), count: max(1, capacity)) }

  var isFull: Bool { count == places.count }

  /// There is room.
  /// - Returns: the number of its place.
  mutating func push(_ slot: Int32) -> UInt64 {
    numbers &+= 1
    places[(first + count) % places.count] = Place(slot: slot, number: numbers)
    count += 1
    return numbers
  }

  /// The oldest; nil: there is none.
  mutating func pop() -> (slot: Int32, number: UInt64)? {
    guard count > 0 else { return nil }
    let place = places[first]
    first = (first + 1) % places.count
    count -= 1
    return (place.slot, place.number)
  }

  /// Oldest first.
  func forEach(_ body: (Int32, UInt64) -> Void) {
    for index in 0..<count {
      let place = places[(first + index) % places.count]
      body(place.slot, place.number)
    }
  }
}
