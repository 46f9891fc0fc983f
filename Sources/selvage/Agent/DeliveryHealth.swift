internal import Events
internal import Delivery

/// Tells on standard error when a sink begins to lose alerts, and how many so far, not more than every ten seconds.
struct DeliveryHealth {
  private var told: [String: UInt64] = [:]
  private var quietUntil: UInt64 = 0

  mutating func report(_ sinks: [SinkStatus]) {
    guard KernelClock.boot >= quietUntil else { return }
    for sink in sinks where sink.lost > told[sink.name, default: 0] {
      told[sink.name] = sink.lost
      quietUntil = KernelClock.boot &+ 10_000_000_000
      Console.say("selvage: alerts are being lost: \(Self.line(sink))")
    }
  }

  static func line(_ sink: SinkStatus) -> String {
    var text = "\(sink.name): \(sink.delivered) delivered"
    if sink.waiting > 0 { text += ", \(sink.waiting) waiting" }
    if sink.refused > 0 { text += ", \(sink.refused) refused (its queue was full)" }
    if sink.dropped > 0 { text += ", \(sink.dropped) dropped (the spool was full)" }
    if sink.failed > 0 { text += ", \(sink.failed) failed" }
    if let error = sink.lastError { text += " (last: \(error))" }
    return text
  }
}
