internal import Events
internal import Glibc

/// Seconds that only run forward, whatever is done to the wall clock while the agent runs: what alerts' age is told by. Between
/// two runs of one boot the kernel's clock tells how long it was, otherwise the wall clock, unless it went back.
struct SpoolClock {
  /// What is kept of it.
  struct Reading: Equatable {
    var seconds: Int64
    var boot: String
    var bootSeconds: Int64
    var wallSeconds: Int64
  }

  private let start: Reading

  init(after last: Reading?) {
    var now = Reading(seconds: 0, boot: Self.bootID(), bootSeconds: Self.bootSeconds, wallSeconds: KernelClock.wall / 1_000_000_000)
    if let last {
      let elapsed = last.boot == now.boot ? now.bootSeconds &- last.bootSeconds : now.wallSeconds &- last.wallSeconds
      let (sum, overflow) = last.seconds.addingReportingOverflow(max(0, elapsed))
      now.seconds = overflow ? last.seconds : sum
    }
    start = now
  }

  var seconds: Int64 { start.seconds &+ max(0, Self.bootSeconds &- start.bootSeconds) }

  var reading: Reading {
    Reading(seconds: seconds, boot: start.boot, bootSeconds: Self.bootSeconds, wallSeconds: KernelClock.wall / 1_000_000_000)
  }

  private static var bootSeconds: Int64 { Int64(clamping: KernelClock.boot / 1_000_000_000) }

  private static func bootID() -> String {
    let descriptor = open("/proc/sys/kernel/random/boot_id", O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return "" }
    defer { close(descriptor) }
    var bytes = [UInt8](repeating: 0, count: 36)
    let count = read(descriptor, &bytes, bytes.count)
    return String(decoding: bytes.prefix(max(0, count)), as: UTF8.self)
  }
}
