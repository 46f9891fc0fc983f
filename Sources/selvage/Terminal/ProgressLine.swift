internal import Events
internal import Glibc

/// How far long work has come, in a line on standard error that is written over: only where that is a terminal, and only
/// after a second.
struct ProgressLine {
  private let name: String
  private let sizeBytes: UInt64?
  private let isShown = isatty(STDERR_FILENO) == 1
  private var next: UInt64
  private var calls = 0
  private var wasShown = false

  private static let patienceNanoseconds: UInt64 = 1_000_000_000
  private static let stepNanoseconds: UInt64 = 200_000_000

  /// - Parameter sizeBytes: nil: not known, of a pipe.
  init(_ name: String, sizeBytes: UInt64?) {
    self.name = name
    self.sizeBytes = sizeBytes
    next = KernelClock.boot &+ Self.patienceNanoseconds
  }

  /// To be called often; looks at the clock now and then.
  mutating func update(_ doneBytes: () -> UInt64) {
    calls &+= 1
    guard isShown, calls.isMultiple(of: 1024), KernelClock.boot >= next else { return }
    next = KernelClock.boot &+ Self.stepNanoseconds
    wasShown = true
    let done = doneBytes()
    let amount = if let sizeBytes, sizeBytes > 0 { "\(min(100, done * 100 / sizeBytes)) %" } else { "\(done >> 20) MiB" }
    Console.show("\r\u{1B}[K\(name): \(amount)")
  }

  mutating func clear() {
    if wasShown { Console.show("\r\u{1B}[K") }
    wasShown = false
  }
}
