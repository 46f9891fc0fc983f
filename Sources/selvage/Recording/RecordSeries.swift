internal import Engine
internal import Events
internal import Glibc
internal import Rules

/// The files of a recording that goes on from one into the next. Each stands by itself: it begins with what was known
/// then. The oldest go when all together are too large.
struct RecordSeries: ~Copyable {
  struct Limits {
    /// Of a file, about: what waits to be compressed is not counted, and what happened is at least as much as what the
    /// file begins with.
    var bytes: UInt64?
    var seconds: Int?
    /// Of all files of the series together.
    var totalBytes: UInt64?
  }

  private let names: SeriesNames
  private let limits: Limits
  private var current: Recorder?
  /// The one before, while what it has goes to disk.
  private var ended: Recorder?
  /// The files before the current one, oldest first.
  private var finished: [(path: String, bytes: UInt64)]
  /// Knows what who reads the files so far knows.
  private var follower: Engine
  private var openedAt: UInt64 = 0
  private var sinceLook = 0
  private(set) var failed = false
  private(set) var files = 0

  /// Handed over since the writer was last told to write.
  private var waitingBytes: UInt64 = 0
  /// Of the current file, before they are compressed: what it begins with, and what happened since.
  private var openingBytes: UInt64 = 0
  private var ownBytes: UInt64 = 0

  private static let recordsBetweenLooks = 512
  private static let leastFlush: UInt64 = 256 << 10

  /// - Throws: ``ExitStatus/refused``, after it said why no file can be made there.
  init(names: SeriesNames, limits: Limits) throws {
    self.names = names
    self.limits = limits
    follower = Engine(policy: Policy(rules: [], predicates: []))
    try names.check()
    finished = names.existing()
  }

  var isOpen: Bool { current != nil }

  /// - Parameter isKept: see ``TraceWriter``.
  mutating func append(_ record: borrowing Record, lostBefore: UInt64, isKept: Bool = false) {
    if isDue() { close() }
    if current == nil { open(before: record.number) }
    current?.lost(lostBefore)
    current?.append(record, isKept: isKept)
    waitingBytes += UInt64(record.bytes.byteCount)
    ownBytes += UInt64(record.bytes.byteCount)
    // So that what is written tells how large the file is.
    if let bytes = limits.bytes, waitingBytes >= max(bytes, Self.leastFlush) {
      waitingBytes = 0
      _ = current?.tick()
    }
    pass(record)
  }

  /// A record that no file has.
  mutating func pass(_ record: borrowing Record) { follower.process(record) { _ in } }

  /// What comes next begins another file.
  mutating func close() {
    guard var file = current.take() else { return }
    _ = finishEnded()
    file.end()
    finished.append((file.path, file.status.writtenBytes))
    ended = consume file
  }

  /// About every second.
  ///
  /// - Returns: false when nothing can be written any more.
  mutating func tick() -> Bool {
    if current?.tick() == false || ended?.tick() == false { failed = true }
    if isDue(now: true) { close() }
    removeOldest()
    return !failed
  }

  /// Waits until all is on disk; returns what was written, for people.
  mutating func finish() -> String {
    close()
    _ = finishEnded()
    removeOldest()
    let total = finished.reduce(0) { $0 + $1.bytes }
    return "\(names.pattern): \(files) files written; \(finished.count) are kept, \(total) bytes."
  }

  private mutating func open(before number: UInt64) {
    guard !failed else { return }
    do {
      var file = try names.create()
      files += 1
      openedAt = KernelClock.boot
      openingBytes = 0
      ownBytes = 0
      if follower.records > 0 {
        let fits = follower.snapshot(before: number) {
          file.append($0, isKept: true)
          openingBytes += UInt64($0.bytes.byteCount)
        }
        if !fits { Console.say("selvage: warning: \(file.path) begins without what was known: its numbers are too low") }
      }
      current = consume file
      removeOldest()
    } catch {
      failed = true
    }
  }

  private mutating func isDue(now: Bool = false) -> Bool {
    sinceLook += 1
    guard current != nil, now || sinceLook >= Self.recordsBetweenLooks else { return false }
    sinceLook = 0
    if let seconds = limits.seconds, KernelClock.boot &- openedAt >= UInt64(seconds) &* 1_000_000_000 { return true }
    // No file is mostly what it begins with, however small it is to be.
    guard let bytes = limits.bytes, ownBytes >= openingBytes, let status = current?.status else { return false }
    return status.writtenBytes >= bytes
  }

  private mutating func finishEnded() -> Bool {
    guard var file = ended.take() else { return true }
    if let status = file.finished(), let last = finished.indices.last {
      finished[last].bytes = status.writtenBytes
    } else {
      failed = true
    }
    return !failed
  }

  private mutating func removeOldest() {
    guard let limit = limits.totalBytes else { return }
    var total = finished.reduce(current?.status.writtenBytes ?? 0) { $0 + $1.bytes }
    // The newest stays, and what is being written.
    let staying = current == nil || ended != nil ? 1 : 0
    while total > limit, finished.count > staying {
      let oldest = finished.removeFirst()
      if unlink(oldest.path) != 0, errno != ENOENT {
        let number = errno
        Console.say(
          "selvage: warning: \(EscapedText.escaped(oldest.path.utf8, limit: 4096)) can't be removed: \(String(cString: strerror(number)))")
      }
      total -= min(total, oldest.bytes)
    }
  }
}
