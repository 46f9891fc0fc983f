import CEvents
import Capture
import Events
import Glibc
import SystemPackage
import Testing

/// Records of the whole node since it was made; a test looks for its own among them. Drained by the test as it
/// waits, so that nothing is shared with another thread.
final class Recording {
  private let sensors: Sensors
  private(set) var records: [Captured] = []
  /// Records that were no records.
  private(set) var malformed = 0

  /// Of the sensors that all tests share, loaded by the first of them.
  convenience init() throws { try self.init(SharedSensors.get()) }

  /// What waited before is passed over.
  init(_ sensors: Sensors) throws {
    self.sensors = sensors
    while sensors.drain(limit: 10_000, { _ in }) {}
  }

  /// Takes what is there now.
  func drain() throws {
    while sensors.drain(limit: 10_000, { span in
      if let record = Captured(span) { records.append(record) } else { malformed += 1 }
    }) {}
  }

  /// Takes what is there now, having waited a moment for it.
  func drainWhatComes() throws {
    waitForRecords()
    try drain()
  }

  private func waitForRecords() {
    var wait = pollfd(fd: sensors.descriptor.rawValue, events: Int16(POLLIN), revents: 0)
    poll(&wait, 1, 50)
  }

  /// The first record that `isWanted`; it is waited for.
  func first(
    _ kind: EventKind, within limit: Duration = .seconds(10), _ isWanted: (Captured) -> Bool
  ) throws -> Captured {
    var looked = 0
    let deadline = ContinuousClock.now + limit
    while true {
      try drain()
      while looked < records.count {
        let record = records[looked]
        if record.kind == kind, isWanted(record) { return record }
        looked += 1
      }
      guard ContinuousClock.now < deadline else { throw Missing(kind: kind, seen: records.count) }
      waitForRecords()
    }
  }

  /// The image that process `pid` runs under the name `comm`.
  func exec(of pid: pid_t, comm: String) throws -> Image {
    let record = try first(.exec) { $0.header.pid == UInt32(pid) && $0.image?.comm == comm }
    return try #require(record.image)
  }

  /// The first record of `kind` about the socket that `cookie` names.
  func socket(_ kind: EventKind, cookie: UInt64) throws -> Captured {
    try first(kind) { $0.socket?.cookie == cookie }
  }

  /// All records so far that `isWanted`. The ring is in the kernel's order: what happened before `marker()` is here.
  func all(_ kind: EventKind, _ isWanted: (Captured) -> Bool = { _ in true }) -> [Captured] {
    records.filter { $0.kind == kind && isWanted($0) }
  }

  /// Waits for an event made now: whatever the kernel told before it is recorded, and what is absent stays so.
  func marker() throws {
    let child = try Child("/bin/true")
    _ = try first(.exit) { $0.header.pid == UInt32(child.pid) }
    _ = try child.finish()
  }

  struct Missing: Error, CustomStringConvertible {
    let kind: EventKind
    let seen: Int
    var description: String { "no such \(kind) record among \(seen)" }
  }
}

/// Loaded once a test run.
enum SharedSensors {
  // Only tests of KernelTests take it, and they run one at a time.
  private nonisolated(unsafe) static let loaded = Result { () throws(CaptureError) in
    try Sensors(settings: CaptureSettings(), hierarchy: CgroupHierarchy.current())
  }

  static func get() throws -> Sensors { try loaded.get() }
}
