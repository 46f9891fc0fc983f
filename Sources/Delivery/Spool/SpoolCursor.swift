internal import Engine
internal import Synchronization

/// One sink's place in the spool.
package final class SpoolCursor: SinkFeed, Sendable {
  private let spool: Spool
  private let number: Int
  private let admits: (@Sendable (Alert) -> Bool)?

  /// The last counts, once it has ended.
  private let finalCounts = Mutex<SinkCounts?>(nil)

  private static let retryMilliseconds = 1000

  init(spool: Spool, number: Int, admits: (@Sendable (Alert) -> Bool)?) {
    self.spool = spool
    self.number = number
    self.admits = admits
  }

  deinit { detach() }

  /// It holds nothing back any more. Where it is remains known.
  private func detach() {
    guard let counts = spool.monitor.locked({ $0.retire(number) }) else { return }
    finalCounts.withLock { $0 = counts }
    spool.monitor.signal(.work)
  }

  private enum Step {
    case answer(FeedAnswer)
    case scanned([SpoolReader.Found])
    case read
  }

  func next(limit: Int, until deadline: MonotonicTime?) -> FeedAnswer {
    while true {
      let step = spool.monitor.wait(for: .progress, until: { Self.wake($0, deadline) }) { state -> Step? in
        if state.isFailing { state.show() }  // a disk that does not answer tells nobody
        return decide(&state, limit)
      }
      switch step {
      case .answer(.ended):
        detach()
        return .ended
      case .answer(let answer): return answer
      case .scanned(let found): settle(found)
      case .read:
        if let error = read(limit: max(limit, 64)) {
          spool.monitor.locked { state in
            state.cursors[number]?.lastError = error.text
            if error.isDamage { state.isDamaged = true }
          }
          spool.monitor.signal(.work)
          let pause = MonotonicTime.now().adding(milliseconds: Self.retryMilliseconds)
          let ended = spool.monitor.wait(for: .progress, until: { _ in pause }) { state -> FeedAnswer? in
            self.hasEnded(state) ? .ended : nil
          }
          if ended != nil { continue }
          if let deadline, deadline <= .now() { return .timeout }
        }
      case nil:
        if let deadline, deadline <= .now() { return .timeout }
      }
    }
  }

  /// A transaction that takes too long is noticed by whoever waits for it.
  private static func wake(_ state: SpoolState, _ deadline: MonotonicTime?) -> MonotonicTime? {
    guard let began = state.commitBegan else { return deadline }
    let patience = max(began.adding(milliseconds: SpoolState.patienceMilliseconds), MonotonicTime.now().adding(milliseconds: 100))
    return min(deadline ?? patience, patience)
  }

  private func hasEnded(_ state: SpoolState) -> Bool {
    state.hasEnded || (state.cursors[number]?.isAbandoned ?? true)
  }

  private func decide(_ state: inout SpoolState, _ limit: Int) -> Step? {
    guard !hasEnded(state), let cursor = state.cursors[number] else { return .answer(.ended) }
    if !cursor.hand.isEmpty { return .answer(.alerts(Array(cursor.hand.prefix(limit)))) }
    if state.visible > cursor.taken {
      guard cursor.taken >= state.recent.floor else { return .read }
      let found = state.recent.after(cursor.taken).prefix { $0.sequence <= state.visible }.prefix(max(limit, 64))
      state.cursors[number]?.taken = found.last?.sequence ?? state.visible
      return .scanned(found.map { .alert($0) })
    }
    // What waits for the disk is still to come, and once nothing is taken any more, only that.
    let isAllGiven = cursor.isClosed && (state.waiting == 0 || state.isFailing)
    return isAllGiven ? .answer(.ended) : nil
  }

  /// What memory does not have any more.
  private func read(limit: Int) -> SQLiteError? {
    do throws(SQLiteError) {
      let found: [SpoolReader.Found]? = try spool.desk.read(limit: limit) {
        spool.monitor.locked { state in
          guard let cursor = state.cursors[number] else { return nil }
          let last = min(state.visible, state.recent.floor)
          return last > cursor.taken ? (cursor.taken, last) : nil
        }
      } _: { found, through in
        spool.monitor.locked { $0.cursors[number]?.taken = through }
        return found
      }
      settle(found ?? [])
      return nil
    } catch {
      return error
    }
  }

  /// Puts those in hand that are for this sink, and passes over the others.
  private func settle(_ found: [SpoolReader.Found]) {
    var wanted: [SpooledAlert] = []
    var unreadable: UInt64 = 0
    for found in found {
      switch found {
      case .alert(let spooled): if admits?(spooled.alert) ?? true { wanted.append(spooled) }
      case .unreadable: unreadable += 1
      }
    }
    let filtered = UInt64(found.count - wanted.count) - unreadable
    let isNews = spool.monitor.locked { state in
      guard var cursor = state.cursors[number] else { return false }
      cursor.counts.filtered &+= filtered
      cursor.counts.failed &+= unreadable
      cursor.counts.waiting &-= filtered &+ unreadable
      if unreadable > 0 { cursor.lastError = "\(unreadable) alerts in the spool can't be read" }
      var hand: [OutgoingAlert] = []
      for spooled in wanted {
        let place = Place(series: spool.series, sequence: spooled.sequence, previous: cursor.link)
        hand.append(OutgoingAlert(spooled.alert, place: place, raisedNanoseconds: spooled.raisedNanoseconds))
        cursor.link = spooled.sequence
      }
      cursor.hand = hand[...]
      if cursor.taken >= state.recent.floor { cursor.count(left: state.recent.after(cursor.taken).count) }
      if hand.isEmpty { cursor.reach(cursor.taken) }
      state.cursors[number] = cursor
      return hand.isEmpty && state.noteChange()
    }
    if isNews { spool.monitor.signal(.work) }
  }

  func delivered(_ count: Int) { settle(count) { $0.delivered &+= $1 } }

  func giveUp() { settle(1) { $0.failed &+= $1 } }

  private func settle(_ count: Int, _ book: (inout SinkCounts, UInt64) -> Void) {
    let isNews = spool.monitor.locked { state in
      guard var cursor = state.cursors[number] else { return false }
      let settled = min(count, cursor.hand.count)
      book(&cursor.counts, UInt64(settled))
      cursor.settle(settled)
      state.cursors[number] = cursor
      return state.noteChange()
    }
    if isNews { spool.monitor.signal(.work) }
  }

  func close() {
    spool.monitor.locked { $0.cursors[number]?.isClosed = true }
    spool.monitor.signal(.progress)
  }

  func abandon() {
    spool.monitor.locked { $0.cursors[number]?.isAbandoned = true }
    spool.monitor.signal(.progress)
  }

  var counts: SinkCounts {
    let counts: SinkCounts? = spool.monitor.locked { state in
      guard let cursor = state.cursors[number] else { return nil }
      var counts = cursor.counts
      counts.oldestNanoseconds = cursor.hand.first?.alert.timestampNanoseconds
      return counts
    }
    return counts ?? finalCounts.withLock { $0 } ?? SinkCounts()
  }

  var last: (series: String, sequence: UInt64)? {
    let sequence = spool.monitor.locked { $0.cursors[number]?.previous } ?? 0
    return sequence > 0 ? (spool.series, sequence) : nil
  }

  /// What went wrong in reading for it last; nil: nothing ever did.
  package var lastError: String? { spool.monitor.locked { $0.cursors[number]?.lastError } }
}
