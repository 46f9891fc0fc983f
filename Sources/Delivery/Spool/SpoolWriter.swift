internal import Engine
internal import Events
internal import Rules

/// The thread that writes: all that waits in one transaction, and where sinks are within a second.
///
/// Unchecked: the variables are used by the thread only.
final class SpoolWriter: @unchecked Sendable {
  /// nil: after damage it could not be made anew.
  private var store: SpoolStore?
  private let file: SpoolFile
  private let settings: SpoolSettings
  private let monitor: Monitor<SpoolState>
  private let desk: ReadingDesk
  private let ended: EndSignal
  private let series: String
  /// After a failure: not before.
  private var retry: MonotonicTime?
  /// Not before.
  private var nextRebuild: MonotonicTime?
  /// When to look for what has become too old, though nothing comes.
  private var upkeep = MonotonicTime.now().adding(milliseconds: upkeepMilliseconds)

  private static let retryMilliseconds = 1000
  private static let cursorMilliseconds = 1000
  private static let upkeepMilliseconds = 30_000
  /// A file that is found damaged again at once will not be better for it.
  private static let rebuildMilliseconds = 60_000
  /// Alerts that one transaction removes at most where nothing else makes room.
  private static let removals = 2048

  init(
    store: SpoolStore, file: SpoolFile, settings: SpoolSettings, monitor: Monitor<SpoolState>, desk: ReadingDesk,
    ended: EndSignal
  ) {
    self.store = store
    self.file = file
    self.settings = settings
    self.monitor = monitor
    self.desk = desk
    self.ended = ended
    series = store.series
  }

  private enum Task {
    case write([SpooledAlert], [CursorPosition], next: UInt64, passed: UInt64, inHand: UInt64)
    case rebuild
    case end(next: UInt64, [CursorPosition])
  }

  func run() {
    while true {
      let task = monitor.wait(for: .work, until: { self.wake($0) }) { self.task(&$0) }
      switch task {
      case nil: continue
      case .rebuild?: rebuild("a reader met damage")
      case .write(let alerts, let cursors, let next, let passed, let inHand)?:
        let bodies = alerts.map { (alert: $0, json: JSONFormat.line(for: $0.alert)) }
        write(SpoolStore.Batch(alerts: bodies, cursors: cursors, next: next, passed: passed, inHand: inHand))
      case .end(let next, let cursors)?:
        end(next: next, cursors)
        return
      }
    }
  }

  // MARK: - What to do next; under the lock

  private func wake(_ state: SpoolState) -> MonotonicTime {
    if let retry { return retry }
    return min(upkeep, state.changedSince?.adding(milliseconds: Self.cursorMilliseconds) ?? upkeep)
  }

  private func task(_ state: inout SpoolState) -> Task? {
    let now = MonotonicTime.now()
    let isLast = state.isFinishing
    if let retry, now < retry, !isLast { return nil }
    if state.isDamaged, !isLast { return .rebuild }
    let isDue = state.changedSince.map { $0.adding(milliseconds: Self.cursorMilliseconds) <= now } ?? false
    if state.waiting > 0 || (isDue && !isLast) || upkeep <= now, !(isLast && retry != nil) { return writing(&state, now) }
    guard isLast else { return nil }
    return .end(next: state.next, positions(&state, all: true))
  }

  private func writing(_ state: inout SpoolState, _ now: MonotonicTime) -> Task {
    var alerts: [SpooledAlert] = []
    var bytes = 0
    for alert in state.recent.after(state.committed) {
      bytes += alert.size
      guard alerts.isEmpty || bytes <= settings.batchBytes else { break }
      alerts.append(alert)
    }
    let cursors = positions(&state, all: upkeep <= now)
    state.changedSince = nil
    state.commitBegan = now
    return .write(alerts, cursors, next: state.next, passed: state.passed, inHand: state.inHand)
  }

  /// To be written: where those are that have moved; now and then all, to say that the configuration has them.
  private func positions(_ state: inout SpoolState, all: Bool) -> [CursorPosition] {
    let age = store?.clock.seconds ?? 0
    var positions: [CursorPosition] = []
    state.each { cursor in
      guard all || cursor.isChanged else { return }
      cursor.isChanged = false
      positions.append(CursorPosition(name: cursor.name, reached: cursor.reached, previous: cursor.previous, age: age))
    }
    for index in state.retired.indices where state.retired[index].isChanged {
      state.retired[index].isChanged = false
      state.retired[index].position.age = age
      positions.append(state.retired[index].position)
    }
    return positions
  }

  // MARK: - Writing

  private func write(_ batch: SpoolStore.Batch) {
    var batch = batch
    let isUpkeep = upkeep <= .now()
    if isUpkeep { addUpkeep(&batch) }
    let began = KernelClock.monotonic
    var attempts = 0
    while true {
      var isHeld = false
      defer { if isHeld { desk.release() } }
      do throws(SQLiteError) {
        guard let store else { throw .damage("it could not be made anew") }
        try checkLog(store)
        let removed = try store.commit(batch) {
          if !isHeld { desk.hold() }
          isHeld = true
        }
        if isUpkeep { upkeep = MonotonicTime.now().adding(milliseconds: Self.upkeepMilliseconds) }
        written(batch, removed, store, nanoseconds: KernelClock.monotonic &- began)
        return
      } catch {
        if isHeld { desk.release() }
        isHeld = false
        // Not the disk has no room, but the spool: older alerts make some.
        if error.isFull, attempts < 8, makeRoom(batch) {
          attempts += 1
          continue
        }
        failed(error, batch)
        return
      }
    }
  }

  /// A transaction that only removes.
  /// - Returns: whether it did.
  private func makeRoom(_ batch: SpoolStore.Batch) -> Bool {
    guard let store, store.isAtItsLimit() else { return false }
    var isHeld = false
    defer { if isHeld { desk.release() } }
    let room = SpoolStore.Batch(
      next: batch.next, passed: batch.passed, inHand: batch.inHand, removals: Self.removals)
    guard let removed = try? store.commit(room, willDrop: {
      if !isHeld { desk.hold() }
      isHeld = true
    }), !removed.isEmpty else { return false }
    monitor.locked { account(removed, &$0) }
    return true
  }

  private func addUpkeep(_ batch: inout SpoolStore.Batch) {
    guard let store else { return }
    let oldest = store.clock.seconds &- Int64(settings.maximumAgeSeconds)
    monitor.locked { state in
      batch.forgotten = state.retired.filter { $0.position.age < oldest }.map(\.position.name)
      state.retired.removeAll { $0.position.age < oldest }
    }
  }

  /// Readers of others' may keep the log from being emptied: then it must not grow for ever.
  private func checkLog(_ store: SpoolStore) throws(SQLiteError) {
    guard file.logBytes() > settings.logBytes else { return }
    try store.emptyLog()
    guard file.logBytes() > settings.logBytes else { return }
    throw SQLiteError(code: 0, text: "another program reads the spool, and has not ended its transaction: its log can't be emptied")
  }

  private func written(_ batch: SpoolStore.Batch, _ removed: [SpoolStore.Removed], _ store: SpoolStore, nanoseconds: UInt64) {
    retry = nil
    let (fileBytes, logBytes) = (store.fileBytes(), file.logBytes())
    let bells = monitor.locked { state in
      state.commitBegan = nil
      state.reserved = store.reserved
      for (alert, _) in batch.alerts {
        state.waiting -= 1
        state.waitingBytes -= alert.size
        state.rows[alert.alert.tenant, default: 0] += 1
      }
      state.status.committed &+= UInt64(batch.alerts.count)
      state.status.rows &+= UInt64(batch.alerts.count)
      if let last = batch.alerts.last {
        state.committed = last.alert.sequence
        state.visible = max(state.visible, last.alert.sequence)
      }
      account(removed, &state)
      state.trimCache(settings)
      state.status.fileBytes = fileBytes
      state.status.logBytes = logBytes
      state.status.commits &+= 1
      state.status.lastCommitMicroseconds = nanoseconds / 1000
      state.status.longestCommitMicroseconds = max(state.status.longestCommitMicroseconds, nanoseconds / 1000)
      works(&state)
      return state.readers.values.filter { reader in batch.alerts.contains { reader.selection.contains($0.alert.alert) } }
        .map(\.bell)
    }
    monitor.signal(.progress)
    for bell in bells { bell.yield() }
  }

  private func account(_ removed: [SpoolStore.Removed], _ state: inout SpoolState) {
    for row in removed {
      state.status.rows &-= 1
      state.rows[row.tenant, default: 0] -= 1
      for number in state.readers.keys { state.readers[number]?.miss(row.sequence, tenant: row.tenant) }
      if state.rows[row.tenant] == 0 { state.rows[row.tenant] = nil }
      guard row.reason != nil else {
        state.status.expired &+= 1
        continue
      }
      state.status.dropped &+= 1
      state.untold.dropped[row.severity, default: 0] += 1
      state.each { $0.drop(row.sequence) }
      state.recent.remove(row.sequence)
    }
  }

  // MARK: - When it fails

  private func failed(_ error: SQLiteError, _ batch: SpoolStore.Batch) {
    monitor.locked { state in
      state.commitBegan = nil
      state.each { $0.isChanged = true }
      let names = Set(batch.cursors.map(\.name))
      for index in state.retired.indices where names.contains(state.retired[index].position.name) {
        state.retired[index].isChanged = true
      }
      _ = state.noteChange()
      // Forgotten here already: the next run forgets them on disk.
    }
    if error.isDamage {
      rebuild(error.text)
    } else {
      fails(error.text)
    }
  }

  private func fails(_ reason: String) {
    retry = MonotonicTime.now().adding(milliseconds: Self.retryMilliseconds)
    monitor.locked { state in
      if state.status.failure == nil {
        state.status.failures &+= 1
        state.unspooledBefore = state.status.unspooled
        state.notices.append(Notice(
          "Alert spool fails", description: "Alerts can't be written to disk; sinks get them from memory meanwhile",
          priority: .critical, message: "The alert spool can't be written: \(reason)"))
      }
      state.status.failure = reason
      state.show()
    }
    monitor.signal(.progress)
  }

  private func works(_ state: inout SpoolState) {
    guard state.status.failure != nil else { return }
    state.status.failure = nil
    state.notices.append(Notice(
      "Alert spool works again", description: "Alerts are written to disk again, also those that waited in memory",
      priority: .notice,
      message: "The alert spool is written again; \(state.status.unspooled &- state.unspooledBefore) alerts went to sinks before "
        + "they were on disk"))
  }

  /// The file is damaged: a new one takes over what can be read of it. Sinks get what comes meanwhile from memory.
  private func rebuild(_ reason: String) {
    fails(reason)
    guard nextRebuild.map({ $0 <= .now() }) ?? true else { return }
    desk.hold()
    defer { desk.release() }
    desk.closeReader()
    store = nil
    var opening = SpoolOpening(file, settings)
    do throws(SpoolError) {
      let opened = try opening.rebuild(reason, series: series)
      store = opened.store
      rebuilt(opened, opening.notices)
    } catch {
      fails("\(error)")
    }
    nextRebuild = MonotonicTime.now().adding(milliseconds: Self.rebuildMilliseconds)
  }

  private func rebuilt(_ opened: SpoolOpening.Opened, _ notices: [Notice]) {
    retry = nil
    let taken = monitor.locked { $0.cursors.mapValues(\.taken) }
    let behind = taken.compactMapValues { try? opened.store.count(after: $0) }
    monitor.locked { state in
      state.isDamaged = false
      state.rows = opened.rows
      let rows = UInt64(opened.rows.values.reduce(0, +))
      if state.status.rows >= rows {
        state.status.damaged &+= state.status.rows - rows
      } else {
        state.status.rowsAtOpen &+= rows - state.status.rows
      }
      state.status.rows = rows
      // What memory has of committed alerts may not be on disk any more: what is on disk counts.
      while let oldest = state.recent.oldest, oldest.sequence <= state.committed { state.recent.removeOldest() }
      for (number, behind) in behind {
        state.cursors[number]?.count(left: Int(behind) + state.recent.after(taken[number] ?? 0).count)
      }
      state.each { $0.isChanged = true }
      _ = state.noteChange()
      state.reserved = max(state.reserved, opened.store.reserved)
      state.notices += notices
    }
  }

  private func end(next: UInt64, _ cursors: [CursorPosition]) {
    // A damaged one is not said to have ended well, so that the next run looks at it.
    if let store, !monitor.locked({ $0.isDamaged }) {
      do throws(SQLiteError) { try store.end(next: next, cursors: cursors) } catch {
        monitor.locked { $0.status.failure = $0.status.failure ?? error.text }
      }
    }
    store = nil
    desk.hold()
    desk.closeReader()
    desk.release()
    file.release()
    let bells = monitor.locked { state in
      state.hasEnded = true
      return state.readers.values.map(\.bell)
    }
    monitor.signal(.progress)
    for bell in bells { bell.finish() }
    ended.set()
  }
}
