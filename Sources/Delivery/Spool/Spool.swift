package import Engine
internal import Events
internal import Rules
internal import SystemPackage

/// Alerts on disk, until every sink has them and after, as far as there is room. One thread writes, all that waits in one
/// transaction; an alert is on disk, to stay there through a loss of power, before any sink gets it. While the disk fails,
/// sinks get alerts from memory rather than none.
package final class Spool: Sendable {
  /// Of the numbering.
  package let series: String
  let settings: SpoolSettings
  let file: SpoolFile
  let monitor: Monitor<SpoolState>
  let desk: ReadingDesk
  private let ended: EndSignal

  /// Opens the file, or makes it; a damaged one is replaced by what can be read of it. May take two seconds after an end
  /// that was not one, and longer for a damaged file.
  package init(_ settings: SpoolSettings) throws(SpoolError) {
    guard SpoolSettings.sizes.contains(settings.maximumBytes) else {
      throw .refused("a spool of \(settings.maximumBytes) bytes: 1 MiB to 1 TiB are possible")
    }
    guard SpoolSettings.ages.contains(settings.maximumAgeSeconds) else {
      throw .refused("alerts kept for \(settings.maximumAgeSeconds) seconds: 60 seconds to ten years are possible")
    }
    let file = try SpoolFile(settings.path)
    var opening = SpoolOpening(file, settings)
    let opened = try opening.open()
    let store = opened.store
    let ended = EndSignal()
    var state = SpoolState(
      next: opened.next, reserved: store.reserved, recent: RecentAlerts(floor: opened.next - 1), committed: opened.next - 1,
      visible: opened.next - 1, rows: opened.rows)
    state.retired = opened.cursors.map {
      SpoolState.Retired(position: $0, waiting: opened.behind[$0.name] ?? 0, taken: 0)
    }
    state.startsOver = opened.startsOver
    state.notices = opening.notices
    state.status.rows = UInt64(state.rows.values.reduce(0, +))
    state.status.rowsAtOpen = state.status.rows
    self.settings = settings
    self.file = file
    self.ended = ended
    series = store.series
    monitor = Monitor(state)
    desk = ReadingDesk(path: file.path, run: opened.next)
    let writer = SpoolWriter(store: store, file: file, settings: settings, monitor: monitor, desk: desk, ended: ended)
    do throws(Errno) {
      try DetachedThread.start(blocksSignals: true) { writer.run() }
    } catch {
      throw .failed("pthread_create: \(error)")
    }
  }

  /// Without ``finish(timeoutMilliseconds:)``: what waits is still written, but nobody waits for it.
  deinit {
    monitor.locked { state in
      state.isClosed = true
      state.isFinishing = true
    }
    monitor.signal(.work)
  }

  /// Gives the alert its number and queues it for the disk, or counts it as refused. Neither waits nor does I/O. One thread,
  /// as the order of calls is the order of numbers.
  package func append(_ alert: Alert) {
    let isVisible = monitor.locked { $0.append(alert, settings) }
    monitor.signal(.work)
    if isVisible { monitor.signal(.progress) }
  }

  /// What a sink takes alerts from; its name finds its place again, in the next run too. A sink that is new begins with what
  /// comes from now on. Nobody else has that name open, unless it was abandoned.
  ///
  /// - Parameter admits: whether the sink wants an alert; nil: it wants all. The sink's thread calls it.
  package func cursor(_ name: String, admits: (@Sendable (Alert) -> Bool)? = nil) throws(SpoolError) -> SpoolCursor {
    let number: Int? = monitor.locked { state in
      if let other = state.cursors.first(where: { $0.value.name == name }) {
        // What was abandoned may be stuck in the kernel yet.
        guard other.value.isAbandoned else { return nil }
        _ = state.retire(other.key)
      }
      let kept = state.retired.firstIndex { $0.position.name == name }.map { state.retired.remove(at: $0) }
      let newest = state.next - 1
      let number = state.nextCursor
      state.nextCursor += 1
      let start = state.startsOver ? 0 : newest
      state.cursors[number] = CursorState(
        name: name, reached: min(kept?.position.reached ?? start, newest), previous: kept?.position.previous ?? 0,
        waiting: kept.map { $0.waiting &+ (state.taken &- $0.taken) } ?? (state.startsOver ? state.status.rows : 0))
      _ = state.noteChange()
      return number
    }
    guard let number else { throw .refused("two sinks are named '\(name)'") }
    monitor.signal(.work)
    return SpoolCursor(spool: self, number: number, admits: admits)
  }

  /// Sinks that have a place in the spool, and are not in the configuration: it is kept for ``SpoolSettings/maximumAgeSeconds``.
  package var retired: [String] { monitor.locked { $0.retired.map(\.position.name) } }

  /// Any thread.
  package func status() -> SpoolStatus {
    monitor.locked { state in
      var status = state.status
      status.waiting = UInt64(state.waiting)
      status.lastSequence = state.next - 1
      status.committedSequence = state.committed
      return status
    }
  }

  /// What there is to tell of the spool since the last call: damage, a disk that fails or works again, alerts that had to go.
  package func takeNotices() -> [Notice] {
    monitor.locked { state in
      if let notice = state.untold.take() { state.notices.append(notice) }
      defer { state.notices = [] }
      return state.notices
    }
  }

  /// Nothing more is taken. What waits is written; sinks' cursors go on.
  package func close() {
    monitor.locked { $0.isClosed = true }
    monitor.signal(.work)
  }

  /// Writes what waits and where each sink is, and closes the file. Cursors end.
  ///
  /// - Returns: the last status; with alerts that wait, if the disk failed or the time did not suffice.
  package func finish(timeoutMilliseconds: Int) -> SpoolStatus {
    monitor.locked { state in
      state.isClosed = true
      state.isFinishing = true
    }
    monitor.signal(.work)
    ended.wait(until: MonotonicTime.now().adding(milliseconds: timeoutMilliseconds))
    return status()
  }
}
