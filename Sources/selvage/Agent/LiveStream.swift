internal import Capture
internal import Discovery
internal import Events
internal import Glibc
internal import SystemPackage

/// The node's stream of records: what the sensors tell, numbered, with the context records between them.
///
/// The first number is the microseconds since boot, so that no two streams of a boot share a number as long as they
/// have fewer than a million records a second.
struct LiveStream: ~Copyable {
  private let sensors: Sensors
  private let discovery: Discovery
  private var nextNumber: UInt64
  private var counters = CountersRecord()
  /// The counters as the stream last told them.
  private var told = CountersRecord()

  /// Readable when records wait.
  var descriptor: FileDescriptor { sensors.descriptor }

  /// Records that came from the kernel, and how many of them were none.
  private(set) var received: UInt64 = 0
  private(set) var malformed: UInt64 = 0

  /// Readable when mounts changed: what happens next is then seen with them.
  var mountsDescriptor: FileDescriptor? { discovery.mountsDescriptor }

  /// What comes next is to be taken at once.
  func isRestless(now: UInt64) -> Bool { discovery.isRestless(now: now) }

  /// Readable when something was found out elsewhere.
  var factsDescriptor: FileDescriptor? { discovery.factsDescriptor }

  /// When ``drain(limit:_:)`` has something to tell although no record came, CLOCK_BOOTTIME; nil: nothing.
  func due(now: UInt64) -> UInt64? { discovery.due(now: now) }

  init(sensors: Sensors, discovery: Discovery) {
    self.sensors = sensors
    self.discovery = discovery
    nextNumber = max(1, KernelClock.boot / 1000)
  }

  /// Opens the stream: where and when it is made, then the cgroups and every process that runs.
  mutating func open(node: String?, _ body: (borrowing Record) -> Void) throws(CaptureError) {
    let stream = StreamRecord(
      node: node ?? NodeName.host, bootID: NodeName.bootID, kernel: NodeName.kernel, version: Selvage.version,
      clockOffsetNanoseconds: KernelClock.wallOffset)
    deliver(stream.encoded(timeNanoseconds: KernelClock.boot, pid: UInt32(getpid())).span.bytes, body)
    discovery.open(now: KernelClock.boot) { deliver($0, body) }
    try sensors.snapshot { handOn($0, isForced: true, body) }
    sayComplaints()
  }

  /// Hands over what waits in the ring, at most `limit` records, and what was found out elsewhere: at its place, which is
  /// after the records of what happened before. Returns whether more waits.
  mutating func drain(limit: Int, _ body: (borrowing Record) -> Void) -> Bool {
    let place = sensors.written
    discovery.look(place: place, now: KernelClock.boot) { deliver($0, body) }
    let waits = sensors.drain(limit: limit, upTo: place) { bytes in
      received &+= 1
      handOn(bytes, body)
    }
    discovery.passed(place: sensors.read, now: KernelClock.boot) { deliver($0, body) }
    return waits
  }

  /// About every second.
  ///
  /// - Parameter tellsTime: counters are told even if nothing was lost, so that all who read the stream know what time it is.
  mutating func tick(tellsTime: Bool, _ body: (borrowing Record) -> Void) throws(CaptureError) {
    discovery.tick(now: KernelClock.boot) { deliver($0, body) }
    sayComplaints()
    try tellLosses(isForced: tellsTime, body)
  }

  /// Tells the counters if anything was lost since they were last told.
  private mutating func tellLosses(isForced: Bool, _ body: (borrowing Record) -> Void) throws(CaptureError) {
    counters = try sensors.counters()
    guard isForced || counters.lost != told.lost || malformed != told.malformed else { return }
    tellCounters(body)
  }

  /// Stops the sensors, hands over all that they told, and closes the stream with the counters, which then account for
  /// every record.
  mutating func close(_ body: (borrowing Record) -> Void) throws(CaptureError) {
    discovery.stop()
    sensors.detach()
    // A program that runs on another CPU may still write its record.
    let deadline = KernelClock.boot &+ 1_000_000_000
    repeat {
      while drain(limit: .max, body) {}
      counters = try sensors.counters()
    } while counters.produced != received &+ lostByKind && KernelClock.boot < deadline
    tellCounters(body)
  }

  private func sayComplaints() {
    for complaint in discovery.takeComplaints() { Console.say("selvage: warning: \(complaint)") }
  }

  private var lostByKind: UInt64 { counters.lost &- counters.missed }

  private mutating func tellCounters(_ body: (borrowing Record) -> Void) {
    counters.received = received
    counters.malformed = malformed
    told = counters
    deliver(counters.encoded(timeNanoseconds: KernelClock.boot, pid: UInt32(getpid())).span.bytes, body)
  }

  /// A record of the kernel, with what must be known before it.
  private mutating func handOn(_ bytes: RawSpan, isForced: Bool = false, _ body: (borrowing Record) -> Void) {
    let number = nextNumber
    guard let record = try? Record(number: number, bytes: bytes) else {
      malformed &+= 1
      return
    }
    discovery.before(record, isForced: isForced) { deliver($0, body) }
    // Others took its number.
    guard nextNumber == number else { return deliver(bytes, body) }
    nextNumber &+= 1
    body(record)
  }

  private mutating func deliver(_ bytes: RawSpan, _ body: (borrowing Record) -> Void) {
    guard let record = try? Record(number: nextNumber, bytes: bytes) else {
      malformed &+= 1
      return
    }
    nextNumber &+= 1
    body(record)
  }
}
