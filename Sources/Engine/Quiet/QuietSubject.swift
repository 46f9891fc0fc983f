import Rules

/// What goes out and what is held back of one tenant's alerts, or of one workload's of which it is not sure whose it is.
final class QuietSubject {
  /// What tells subjects apart.
  struct Key: Hashable {
    /// By index; -1: not sure whose, or there are none.
    let tenant: Int32
    /// The workload, if the tenant is not sure; 0: not of one workload.
    let workload: UInt64
  }

  /// Of one rule, in the current minute.
  private struct Tally {
    var sent: UInt64 = 0
    var held: HeldBack?
    var overrun = HeldSummary.Overrun()
    /// Summaries of its keys.
    var told = 0
  }

  let key: Key
  private let rules: QuietRules
  private var windows: KeyWindows
  /// By source.
  private var tallies: [Int32: Tally] = [:]
  /// By priority, for the site's rules and the tenant's own.
  private var budgets = [UInt64](repeating: 0, count: QuietRules.budgetsOfTenant)
  /// When the minute is over for which budgets are counted, nanoseconds since boot; `.max`: none has begun.
  private var minuteEnd = UInt64.max
  private var toldOfKeys = 0

  /// Summaries of a minute: of a rule's keys, of all keys, of rules. What is beyond goes into the next wider one.
  private static let summariesOfRule = 8
  private static let summariesOfKeys = 32
  private static let summariesOfRules = 16
  private static let minute: UInt64 = 60_000_000_000

  init(_ key: Key, _ rules: QuietRules, capacity: Int) {
    self.key = key
    self.rules = rules
    windows = KeyWindows(capacity: capacity)
  }

  /// When a window is over, nanoseconds since boot; `.max`: none is open.
  var deadline: UInt64 { min(windows.firstEnd, minuteEnd) }

  /// Nothing is counted: what it knows is what a new one does.
  var isEmpty: Bool { deadline == .max }

  /// Whether an alert goes out; it is counted either way.
  ///
  /// - Parameters:
  ///   - identity: of its key; nil: its source has no windows.
  ///   - details: see ``KeyWindows/hold(_:_:_:details:)``.
  func admits(
    _ mark: HeldBack.Mark, _ priority: Priority, _ identity: ValueIdentity?, time: UInt64,
    details: () -> (fields: [AlertField], message: String)
  ) -> Bool {
    let source = Int(mark.source)
    let window = identity.flatMap { windows.find($0) }
    if let window, windows.sent(window) >= rules.sources[source].limit {
      windows.hold(window, mark, priority, details: details)
      return false
    }
    open(time)
    let budget = rules.sources[source].budgets + Int(priority.rawValue)
    guard tallies[mark.source, default: Tally()].sent < rules.alertsOfRule else {
      hold(HeldBack(mark, priority), HeldSummary.Overrun(rule: 1))
      return false
    }
    guard budgets[budget] < rules.alertsOfTenant(key.tenant) else {
      hold(HeldBack(mark, priority), HeldSummary.Overrun(tenant: 1))
      return false
    }
    tallies[mark.source, default: Tally()].sent &+= 1
    budgets[budget] &+= 1
    if let window {
      windows.noteSent(window)
    } else if let identity {
      if windows.isFull { release(windows.removeFirst()) }
      let (end, overflows) = time.addingReportingOverflow(rules.sources[source].nanoseconds)
      windows.add(KeyWindows.Window(identity: identity, end: overflows ? .max - 1 : end, firstSent: mark))
    }
    return true
  }

  /// Tells of the windows that are over.
  func expire(time: UInt64, _ tell: (HeldSummary) -> Void) {
    while windows.firstEnd <= time, !windows.isEmpty {
      let window = windows.removeFirst()
      guard let held = window.held else { continue }
      open(time)
      let told = tallies[held.first.source]?.told ?? 0
      if told < Self.summariesOfRule, toldOfKeys < Self.summariesOfKeys {
        tallies[held.first.source, default: Tally()].told += 1
        toldOfKeys += 1
        tell(HeldSummary(held: held, reason: reason(window)))
      } else {
        release(window)
      }
    }
    if minuteEnd <= time { close(tell) }
  }

  private func reason(_ window: KeyWindows.Window) -> HeldSummary.Reason {
    let source = rules.sources[Int(window.firstSent.source)]
    let seconds = source.nanoseconds / 1_000_000_000
    if case .fields = source.key { return .throttle(limit: source.limit, seconds: seconds) }
    return .same(window.firstSent, seconds: seconds)
  }

  /// Begins a minute, unless one has begun.
  private func open(_ time: UInt64) {
    guard minuteEnd == .max else { return }
    let (end, overflows) = time.addingReportingOverflow(Self.minute)
    minuteEnd = overflows ? .max - 1 : end
  }

  /// A window is not told by itself, but with its rule.
  private func release(_ window: KeyWindows.Window) {
    guard let held = window.held else { return }
    hold(held, HeldSummary.Overrun(throttle: held.count))
  }

  private func hold(_ held: HeldBack, _ overrun: HeldSummary.Overrun) {
    var tally = tallies[held.first.source] ?? Tally()
    if tally.held == nil {
      tally.held = held
      tally.held?.forgetDetails()
    } else {
      tally.held?.merge(held)
    }
    tally.overrun += overrun
    tallies[held.first.source] = tally
  }

  /// The minute is over.
  private func close(_ tell: (HeldSummary) -> Void) {
    minuteEnd = .max
    toldOfKeys = 0
    for budget in budgets.indices { budgets[budget] = 0 }
    let held = tallies.compactMap { source, tally in tally.held.map { (source, $0, tally.overrun) } }
      .sorted { a, b in a.1.priority != b.1.priority ? a.1.priority > b.1.priority : a.0 < b.0 }
    tallies.removeAll(keepingCapacity: true)
    for (_, held, overrun) in held.prefix(Self.summariesOfRules) {
      tell(HeldSummary(held: held, reason: .budget(overrun)))
    }
    let others = held.dropFirst(Self.summariesOfRules)
    guard var (_, rest, overrun) = others.first else { return }
    for (_, held, more) in others.dropFirst() {
      rest.merge(held)
      overrun += more
    }
    tell(HeldSummary(held: rest, reason: .budget(overrun), rules: others.count))
  }
}
