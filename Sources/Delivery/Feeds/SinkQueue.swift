internal import Engine
internal import Events

/// What waits in memory for one sink, and the counts of it. The lock is never held during I/O.
///
/// Unchecked: every variable is used under the lock.
final class SinkQueue: SinkFeed, @unchecked Sendable {
  static let capacities = 1...1_000_000

  private let condition = Condition()
  private let admits: (@Sendable (Alert) -> Bool)?
  /// A ring. What is being delivered keeps its place until it is settled.
  private var slots: [OutgoingAlert?]
  private var first = 0
  private var state = SinkCounts()
  private var isClosed = false
  private var isAbandoned = false

  /// - Parameter admits: whether the sink wants an alert; nil: it wants all.
  init(capacity: Int, admits: (@Sendable (Alert) -> Bool)? = nil) throws(DeliveryError) {
    guard Self.capacities.contains(capacity) else {
      throw .setting(
        "a queue of \(capacity) alerts: \(Self.capacities.lowerBound) to \(Self.capacities.upperBound) are possible")
    }
    slots = Array(repeating: nil, count: capacity)
    self.admits = admits
  }

  // The engine's side.

  /// Takes the alert or refuses it, at once.
  func offer(_ alert: Alert) {
    let isWanted = admits?(alert) ?? true
    condition.locked {
      state.offered &+= 1
      guard isWanted else {
        state.filtered &+= 1
        return
      }
      guard !isClosed, state.waiting < UInt64(slots.count) else {
        state.refused &+= 1
        return
      }
      slots[(first + Int(state.waiting)) % slots.count] = OutgoingAlert(alert, raisedNanoseconds: KernelClock.boot)
      state.waiting += 1
      if state.waiting == 1 { condition.wake() }
    }
  }

  /// Takes the alert, as soon as there is room.
  func offerWaiting(_ alert: Alert) {
    condition.locked {
      while !isClosed && state.waiting == UInt64(slots.count) { condition.wait() }
    }
    offer(alert)  // one thread offers: the room is still there
  }

  var counts: SinkCounts {
    condition.locked {
      var counts = state
      counts.oldestNanoseconds = state.waiting == 0 ? nil : slots[first]?.alert.timestampNanoseconds
      return counts
    }
  }

  func close() {
    condition.locked {
      isClosed = true
      condition.wake()
    }
  }

  func abandon() {
    let dropped = condition.locked {
      isClosed = true
      isAbandoned = true
      state.failed &+= state.waiting
      state.waiting = 0
      condition.wake()
      defer { slots = Array(repeating: nil, count: 1) }
      return slots
    }
    _ = dropped  // freed here, outside the lock
  }

  // The thread's side.

  func next(limit: Int, until deadline: MonotonicTime?) -> FeedAnswer {
    condition.locked {
      while state.waiting == 0 && !isClosed {
        guard condition.wait(until: deadline) else { return .timeout }
      }
      guard state.waiting > 0 else { return .ended }
      return .alerts((0..<min(limit, Int(state.waiting))).compactMap { slots[(first + $0) % slots.count] })
    }
  }

  func delivered(_ count: Int) { settle(count) { $0.delivered &+= UInt64(count) } }

  func giveUp() { settle(1) { $0.failed &+= 1 } }

  private func settle(_ count: Int, _ book: (inout SinkCounts) -> Void) {
    var settled: [OutgoingAlert?] = []
    condition.locked {
      guard !isAbandoned else { return }  // counted already
      book(&state)
      for _ in 0..<count {
        settled.append(slots[first])  // freed outside the lock
        slots[first] = nil
        first = (first + 1) % slots.count
      }
      if state.waiting == UInt64(slots.count) { condition.wake() }
      state.waiting -= UInt64(count)
    }
  }
}
