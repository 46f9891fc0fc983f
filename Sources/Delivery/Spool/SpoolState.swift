internal import Engine
internal import Events

/// What the ring's thread, the writer's and the sinks' share; under one lock, never held during I/O.
struct SpoolState {
  /// Number of the next alert.
  var next: UInt64
  /// Numbers below it may be given away before they are on disk.
  var reserved: UInt64
  var recent: RecentAlerts
  /// All up to it are on disk, as far as they ever will be.
  var committed: UInt64
  /// Sinks may have all up to it.
  var visible: UInt64
  /// Alerts in memory that are not on disk, and their bytes about.
  var waiting = 0
  var waitingBytes = 0
  /// By the number of a ``SpoolCursor``.
  var cursors: [Int: CursorState] = [:]
  var nextCursor = 0
  /// Where sinks were was lost with a damaged file: new cursors begin with the oldest alert.
  var startsOver = false
  /// Of sinks that nobody has open.
  var retired: [Retired] = []
  /// Those who read the history.
  var readers: [Int: HistoryReaderState] = [:]
  var nextReader = 0
  var status = SpoolStatus()
  /// How many alerts each tenant has on disk.
  var rows: [String?: Int]
  var notices: [Notice] = []
  var untold = Untold()
  /// How many had gone out unspooled when the disk began to fail.
  var unspooledBefore: UInt64 = 0
  /// Since when there is something about cursors to write.
  var changedSince: MonotonicTime?
  /// When the transaction began that is being written.
  var commitBegan: MonotonicTime?
  /// A reader met damage.
  var isDamaged = false
  var isClosed = false
  /// No sink goes on: when all is written it ends.
  var isFinishing = false
  var hasEnded = false

  struct Retired {
    var position: CursorPosition
    /// How many alerts it had not settled, when so many had been taken altogether.
    var waiting: UInt64
    var taken: UInt64
    var isChanged = false
  }

  /// The ring's thread.
  /// - Returns: whether sinks may have it at once.
  mutating func append(_ alert: Alert, _ settings: SpoolSettings) -> Bool {
    status.appended &+= 1
    guard !isClosed, next < reserved else {
      refuse()
      return false
    }
    let spooled = SpooledAlert(sequence: next, alert: alert, raisedNanoseconds: KernelClock.boot)
    if waiting >= settings.waiting || waitingBytes + spooled.size > settings.waitingBytes {
      makeRoom(spooled.size, settings)
      guard waiting < settings.waiting, waitingBytes + spooled.size <= settings.waitingBytes else {
        refuse()
        return false
      }
    }
    next += 1
    recent.append(spooled)
    waiting += 1
    waitingBytes += spooled.size
    each { cursor in
      cursor.counts.offered &+= 1
      cursor.counts.waiting &+= 1
    }
    guard isFailing else { return false }
    show()
    return true
  }

  /// Alerts that were not refused.
  var taken: UInt64 { status.appended &- status.refused }

  /// A cursor's sink has ended.
  /// - Returns: its last counts; nil: it was retired before.
  mutating func retire(_ number: Int) -> SinkCounts? {
    guard let cursor = cursors.removeValue(forKey: number) else { return nil }
    let position = CursorPosition(name: cursor.name, reached: cursor.reached, previous: cursor.previous, age: .max)
    retired.append(Retired(position: position, waiting: cursor.counts.waiting, taken: taken, isChanged: true))
    _ = noteChange()
    return cursor.counts
  }

  mutating func each(_ body: (inout CursorState) -> Void) {
    for index in cursors.values.indices { body(&cursors.values[index]) }
  }

  private mutating func refuse() {
    status.refused &+= 1
    untold.refused &+= 1
  }

  /// Nothing can be written, or the disk does not answer: sinks get alerts that are not on disk.
  var isFailing: Bool { status.failure != nil || isStalled }

  /// A disk that takes so long is as good as none.
  private var isStalled: Bool {
    commitBegan.map { $0.adding(milliseconds: Self.patienceMilliseconds) < .now() } ?? false
  }

  static let patienceMilliseconds = 5000

  /// Sinks may have all that is here.
  mutating func show() {
    guard let newest = recent.newest, newest.sequence > visible else { return }
    status.unspooled &+= UInt64(recent.after(max(visible, committed)).count)
    visible = newest.sequence
  }

  /// Memory is full: what all sinks have goes first, though the disk hasn't got it.
  private mutating func makeRoom(_ size: Int, _ settings: SpoolSettings) {
    while let oldest = recent.oldest, waiting >= settings.waiting || waitingBytes + size > settings.waitingBytes {
      if oldest.sequence > committed {
        // What is being written right now is not to be counted twice.
        guard commitBegan == nil, oldest.sequence <= passed else { return }
        status.unkept &+= 1
        waiting -= 1
        waitingBytes -= oldest.size
        committed = oldest.sequence
      }
      recent.removeOldest()
    }
  }

  /// A cursor has moved.
  /// - Returns: whether the writer is to be told: it knows of those before.
  mutating func noteChange() -> Bool {
    defer { changedSince = changedSince ?? .now() }
    return changedSince == nil
  }

  /// All sinks are through with all up to it.
  var passed: UInt64 { cursors.values.map(\.reached).min() ?? next - 1 }

  /// What has a greater number, some sink has yet to take.
  var inHand: UInt64 { cursors.values.map(\.taken).min() ?? next - 1 }

  /// What is on disk and not wanted for a while goes from memory.
  mutating func trimCache(_ settings: SpoolSettings) {
    while let oldest = recent.oldest, oldest.sequence <= committed,
      recent.count - waiting > settings.cached || recent.bytes - waitingBytes > settings.cachedBytes
    {
      recent.removeOldest()
    }
  }
}
