/// How far a sink has come, as it is in memory; under the spool's lock.
struct CursorState {
  let name: String
  /// It is through with all up to it.
  var reached: UInt64
  /// The last that went to it.
  var previous: UInt64
  /// All up to it were taken from the spool: what of them is not settled is in ``hand``.
  var taken: UInt64
  /// The next ones for the sink, each with its place.
  var hand: ArraySlice<OutgoingAlert> = []
  /// ``Place/previous`` of the next one.
  var link: UInt64
  var counts: SinkCounts
  var isClosed = false
  var isAbandoned = false
  /// Different from what is on disk.
  var isChanged = true
  var lastError: String?

  /// - Parameter waiting: alerts on disk that it has not reached.
  init(name: String, reached: UInt64, previous: UInt64, waiting: UInt64) {
    self.name = name
    self.reached = reached
    self.previous = previous
    taken = reached
    link = previous
    counts = SinkCounts()
    counts.offered = waiting
    counts.waiting = waiting
  }

  /// So many of those in hand are settled, from the first.
  mutating func settle(_ count: Int) {
    for alert in hand.prefix(count) {
      guard let place = alert.place else { continue }
      reached = place.sequence
      previous = place.sequence
    }
    let settled = min(count, hand.count)
    hand = hand.dropFirst(settled)
    counts.waiting &-= UInt64(settled)
    reach(hand.isEmpty ? taken : reached)
  }

  mutating func reach(_ sequence: UInt64) {
    reached = sequence
    isChanged = true
  }

  /// What it has yet to settle, as far as that can be told: what was removed while nobody had it open is counted now.
  ///
  /// - Parameter left: alerts that are there and were not taken.
  mutating func count(left: Int) {
    let waiting = UInt64(hand.count + left)
    guard counts.waiting > waiting else { return }
    counts.dropped &+= counts.waiting - waiting
    counts.waiting = waiting
  }

  /// It was removed from the spool before it was taken.
  mutating func drop(_ sequence: UInt64) {
    guard sequence > taken else { return }
    counts.dropped &+= 1
    counts.waiting &-= 1
    // A receiver sees that something is missing, whether or not it was for this sink: which nobody can tell any more.
    link = max(link, sequence)
  }
}
