internal import Engine
internal import Events

/// What waits in memory for one sink, and the counts of it. The lock is never held during I/O.
final class SinkQueue: SinkFeed {
  static let capacities = 1...1_000_000

  private struct Contents {
    /// A ring. What is being delivered keeps its place until it is settled.
    var slots: [OutgoingAlert?]
    var first = 0
    var counts = SinkCounts()
    var isClosed = false
    var isAbandoned = false

    var waiting: Int { Int(counts.waiting) }
    var isFull: Bool { waiting == slots.count }

    func slot(_ index: Int) -> Int { (first + index) % slots.count }
  }

  private let contents: Monitor<Contents>
  private let admits: (@Sendable (Alert) -> Bool)?

  /// - Parameter admits: whether the sink wants an alert; nil: it wants all.
  init(capacity: Int, admits: (@Sendable (Alert) -> Bool)? = nil) throws(DeliveryError) {
    guard Self.capacities.contains(capacity) else {
      throw .setting(
        "a queue of \(capacity) alerts: \(Self.capacities.lowerBound) to \(Self.capacities.upperBound) are possible")
    }
    contents = Monitor(Contents(slots: Array(repeating: nil, count: capacity)))
    self.admits = admits
  }

  // The engine's side.

  /// Takes the alert or refuses it, at once.
  func offer(_ alert: Alert) {
    let isWanted = admits?(alert) ?? true
    contents.locked { contents in
      contents.counts.offered &+= 1
      guard isWanted else {
        contents.counts.filtered &+= 1
        return
      }
      guard !contents.isClosed, !contents.isFull else {
        contents.counts.refused &+= 1
        return
      }
      contents.slots[contents.slot(contents.waiting)] = OutgoingAlert(alert, raisedNanoseconds: KernelClock.boot)
      contents.counts.waiting += 1
    }
    contents.signal(.work)
  }

  /// Takes the alert, as soon as there is room.
  func offerWaiting(_ alert: Alert) {
    _ = contents.wait(for: .progress, until: { _ in nil }) { $0.isClosed || !$0.isFull ? true : nil }
    offer(alert)  // one thread offers: the room is still there
  }

  var counts: SinkCounts {
    contents.locked { contents in
      var counts = contents.counts
      counts.oldestNanoseconds = contents.waiting == 0 ? nil : contents.slots[contents.first]?.alert.timestampNanoseconds
      return counts
    }
  }

  func close() {
    contents.locked { $0.isClosed = true }
    for event in [Monitor<Contents>.Event.work, .progress] { contents.signal(event) }
  }

  func abandon() {
    let dropped = contents.locked { contents in
      contents.isClosed = true
      contents.isAbandoned = true
      contents.counts.failed &+= contents.counts.waiting
      contents.counts.waiting = 0
      defer { contents.slots = [nil] }
      return contents.slots
    }
    for event in [Monitor<Contents>.Event.work, .progress] { contents.signal(event) }
    _ = dropped  // freed here, outside the lock
  }

  // The thread's side.

  func next(limit: Int, until deadline: MonotonicTime?) -> FeedAnswer {
    let answer: FeedAnswer? = contents.wait(for: .work, until: { _ in deadline }) { contents in
      guard contents.waiting > 0 else { return contents.isClosed ? .ended : nil }
      return .alerts((0..<min(limit, contents.waiting)).compactMap { contents.slots[contents.slot($0)] })
    }
    return answer ?? .timeout
  }

  func delivered(_ count: Int) { settle(count) { $0.delivered &+= UInt64(count) } }

  func giveUp() { settle(1) { $0.failed &+= 1 } }

  private func settle(_ count: Int, _ book: (inout SinkCounts) -> Void) {
    var settled: [OutgoingAlert?] = []
    contents.locked { contents in
      guard !contents.isAbandoned else { return }  // counted already
      book(&contents.counts)
      for _ in 0..<count {
        settled.append(contents.slots[contents.first])  // freed outside the lock
        contents.slots[contents.first] = nil
        contents.first = contents.slot(1)
      }
      contents.counts.waiting -= UInt64(count)
    }
    contents.signal(.progress)
  }
}
