internal import Capture
internal import Events
internal import SystemPackage

/// Carries the node's stream to whoever wants its records, until a signal or the time ends it. The thread that runs it
/// is the one that reads the ring.
struct LiveLoop: ~Copyable {
  private var stream: LiveStream
  private var signals: Signals
  /// CLOCK_BOOTTIME, nanoseconds; nil: no end.
  private let deadline: UInt64?
  private var nextTick: UInt64 = 0
  /// Readable when somebody other than the kernel wants something.
  private let wake: [FileDescriptor?]
  private var restMicroseconds = Self.restRange.lowerBound
  /// Rules are being made ready: it will look soon whether they are.
  private var isReloading = false

  /// Records handed over before signals and the clock are looked at again.
  private static let batch = 4096
  /// After a drain, more is let come together: each waking of the agent costs the one who woke it. The first event
  /// after quiet is followed at once by what belongs to it, and told soon; a busy node is looked at less often.
  private static let restRange = 200...2000
  private static let tickNanoseconds: UInt64 = 1_000_000_000
  private static let reloadMicroseconds = 20_000

  init(stream: consuming LiveStream, signals: consuming Signals, seconds: Int?, wake: [FileDescriptor?] = []) {
    self.stream = stream
    self.signals = signals
    self.wake = wake
    deadline = seconds.map { KernelClock.boot &+ UInt64(max(0, min($0, 1 << 32))) &* 1_000_000_000 }
  }

  /// - Parameters:
  ///   - node: the node's name; nil: the host's.
  ///   - ready: called once, when the processes that ran before have been told.
  ///   - record: each record, in order.
  ///   - isDue: asked about every second with the time, nanoseconds since boot: whether alerts wait for a record that tells
  ///     that so much of it passed. The stream then tells its counters.
  ///   - tick: called about every second; returns whether to go on.
  ///   - isDone: asked after every batch of records.
  ///   - reload: called after every batch of records with whether SIGHUP came; returns whether something is under way.
  /// - Returns: records that came from the kernel.
  mutating func run(
    node: String?, ready: () -> Void, record: (borrowing Record) -> Void, isDue: (UInt64) -> Bool = { _ in false },
    tick: () -> Bool, isDone: () -> Bool = { false }, reload: (_ isAsked: Bool) -> Bool = { _ in false }
  ) throws(CaptureError) -> UInt64 {
    try stream.open(node: node, record)
    ready()
    var isRunning = true
    while isRunning {
      let before = stream.received
      if !stream.drain(limit: Self.batch, record) {
        if stream.received == before || stream.isRestless(now: KernelClock.boot) { waitForRecords() } else { rest() }
      }
      isReloading = reload(signals.reloadHasCome())
      isRunning = !signals.haveCome() && !isDone()
      let now = KernelClock.boot
      if let deadline, now >= deadline { isRunning = false }
      if now >= nextTick {
        nextTick = now &+ Self.tickNanoseconds
        try stream.tick(tellsTime: isDue(now), record)
        if !tick() { isRunning = false }
      }
    }
    try stream.close(record)
    return stream.received
  }

  private mutating func waitForRecords() {
    restMicroseconds = Self.restRange.lowerBound
    let now = KernelClock.boot
    let end = min(nextTick, deadline ?? .max, stream.due(now: now) ?? .max)
    let left = end > now ? Int(clamping: (end - now) / 1000 + 1) : 0
    let microseconds = isReloading ? min(left, Self.reloadMicroseconds) : left
    signals.wait(
      for: [stream.descriptor, stream.mountsDescriptor, stream.factsDescriptor] + wake, microseconds: microseconds)
  }

  /// What comes meanwhile wakes nobody, but for mounts: they are to be known before what happens with them.
  private mutating func rest() {
    signals.wait(for: [stream.mountsDescriptor], microseconds: restMicroseconds)
    restMicroseconds = min(restMicroseconds * 2, Self.restRange.upperBound)
  }
}
