internal import Engine
internal import Events
internal import Rules

/// Keeps the latest records in memory, and has them and what follows written when a rule fires.
struct Trigger: ~Copyable {
  struct Settings {
    let rule: String
    /// With that rule, or what it needs.
    let policy: Policy
    let beforeSeconds: Int
    let afterSeconds: Int
    /// Of what is kept in memory.
    let bytes: UInt64
    let isQuiet: Bool
  }

  /// Records come late by a second or so: an agent sends what it has once a second.
  private static let patienceNanoseconds: UInt64 = 3_000_000_000

  /// As people are shown it.
  private let name: String
  private let settings: Settings
  /// As alerts have it.
  private let shownRule: String
  private var engine: Engine
  private var window: RecordWindow
  private var fires = false
  /// CLOCK_BOOTTIME, nanoseconds, by the records' own time; nil: nothing is written.
  private var writesUntil: UInt64?

  init(_ settings: Settings) {
    self.settings = settings
    shownRule = EscapedText.escaped(settings.rule.utf8, limit: 4096)
    name = DisplayText.quoted(settings.rule)
    engine = Engine(policy: settings.policy)
    window = RecordWindow(seconds: settings.beforeSeconds, limit: settings.bytes)
  }

  /// Sees every record, also those that are not kept.
  mutating func see(_ record: borrowing Record) {
    var fired = false
    let rule = shownRule
    engine.process(record) { if $0.rule == rule { fired = true } }
    if fired { fires = true }
  }

  /// A record that is to be kept, after it was seen.
  mutating func append(_ record: borrowing Record, lostBefore: UInt64, to series: inout RecordSeries) {
    let now = record.timeNanoseconds
    if let end = writesUntil, !fires, now > end { stop(&series) }
    if fires { start(now, &series) }
    if writesUntil != nil {
      series.append(record, lostBefore: lostBefore)
    } else {
      // What leaves is what whoever reads the file will have to know.
      window.append(record, lostBefore: lostBefore) { left, _ in series.pass(left) }
    }
  }

  /// About every second: on a quiet node no record tells that the time is over.
  mutating func tick(_ series: inout RecordSeries) {
    if let end = writesUntil, KernelClock.boot > end &+ Self.patienceNanoseconds { stop(&series) }
  }

  private mutating func start(_ now: UInt64, _ series: inout RecordSeries) {
    fires = false
    if writesUntil == nil { say(now) }
    writesUntil = now &+ UInt64(max(0, settings.afterSeconds)) &* 1_000_000_000
    window.drain { series.append($0, lostBefore: $1, isKept: true) }
  }

  private mutating func stop(_ series: inout RecordSeries) {
    writesUntil = nil
    series.close()
    if !settings.isQuiet { Console.say("\(name) is recorded; waiting for it to fire again.") }
  }

  private func say(_ now: UInt64) {
    var isShort = false
    var text = "\(name) fired; recording"
    if window.isShortened, let first = window.firstTime, now > first {
      let tenths = (now - first) / 100_000_000
      isShort = true
      text += " from \(tenths / 10).\(tenths % 10) seconds before on: more did not fit into \(settings.bytes) bytes"
    }
    if isShort || !settings.isQuiet { Console.say(text) }
  }
}
