internal import Capture
internal import Events
internal import Glibc
internal import SystemPackage

/// The node's stream of records: what the sensors tell, numbered, with the context records between them.
///
/// The first number is the microseconds since boot, so that no two streams of a boot share a number as long as they
/// have fewer than a million records a second.
struct LiveStream: ~Copyable {
  private let sensors: Sensors
  private var nextNumber: UInt64
  private var counters = CountersRecord()
  /// The counters as the stream last told them.
  private var told = CountersRecord()

  /// Readable when records wait.
  var descriptor: FileDescriptor { sensors.descriptor }

  /// Records that came from the kernel, and how many of them were none.
  private(set) var received: UInt64 = 0
  private(set) var malformed: UInt64 = 0

  init(sensors: Sensors) {
    self.sensors = sensors
    nextNumber = max(1, Clock.boot / 1000)
  }

  /// Opens the stream: where and when it is made, then every process that runs.
  mutating func open(node: String?, _ body: (borrowing Record) -> Void) throws(CaptureError) {
    let stream = StreamRecord(
      node: node ?? NodeName.host, bootID: NodeName.bootID, kernel: NodeName.kernel, version: Selvage.version,
      clockOffsetNanoseconds: Clock.wallOffset)
    deliver(stream.encoded(timeNanoseconds: Clock.boot, pid: UInt32(getpid())).span.bytes, body)
    try sensors.snapshot { deliver($0, body) }
  }

  /// Hands over what waits in the ring, at most `limit` records; returns whether more waits.
  mutating func drain(limit: Int, _ body: (borrowing Record) -> Void) throws(CaptureError) -> Bool {
    try sensors.drain(limit: limit) { bytes in
      received &+= 1
      deliver(bytes, body)
    }
  }

  /// Tells the counters if anything was lost since they were last told.
  mutating func tellLosses(_ body: (borrowing Record) -> Void) throws(CaptureError) {
    counters = try sensors.counters()
    guard counters.lost != told.lost || malformed != told.malformed else { return }
    tellCounters(body)
  }

  /// Stops the sensors, hands over all that they told, and closes the stream with the counters, which then account for
  /// every record.
  mutating func close(_ body: (borrowing Record) -> Void) throws(CaptureError) {
    sensors.detach()
    // A program that runs on another CPU may still write its record.
    let deadline = Clock.boot &+ 1_000_000_000
    repeat {
      while try drain(limit: .max, body) {}
      counters = try sensors.counters()
    } while counters.produced != received &+ lostByKind && Clock.boot < deadline
    tellCounters(body)
  }

  private var lostByKind: UInt64 { counters.lost &- counters.missed }

  private mutating func tellCounters(_ body: (borrowing Record) -> Void) {
    counters.received = received
    counters.malformed = malformed
    told = counters
    deliver(counters.encoded(timeNanoseconds: Clock.boot, pid: UInt32(getpid())).span.bytes, body)
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
