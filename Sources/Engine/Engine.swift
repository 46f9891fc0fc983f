internal import CEvents
package import Events
package import Rules

/// Records and a policy in, alerts out. Deterministic: no clock, no files, no network; the same records and policy
/// give the same alerts, live or from a trace. Used by one thread.
package struct Engine: ~Copyable {
  /// What alerts of its own have for a rule's name: about events that were lost or forgotten, and about earlier alerts.
  package static let ownRules = [
    LossWatch.rule, OpenAlerts.rule, AlertBuilder.forgettingRule, AlertBuilder.heldRule,
  ]

  private let processes: Int
  var state: State
  private var matcher: Matcher
  private var correlator: Correlator
  private var losses = LossWatch()
  private var open = OpenAlerts()
  private var quiet: Quiet
  /// Records that were given to it.
  package private(set) var records: UInt64 = 0
  /// Of these, passed over: of a kind that this version does not know.
  package private(set) var unknown: UInt64 = 0

  /// - Parameters:
  ///   - processes: that it remembers at most; about 200 bytes each, and 1 KiB or so for each program image.
  ///   - quiet: which alerts it holds back; none, for whoever wants to know what fires.
  package init(policy: Policy, processes: Int = 1 << 20, quiet: QuietSettings = .off) {
    self.processes = processes
    state = State(processes: processes, tenancy: CompiledTenancy(policy))
    matcher = Matcher(policy)
    correlator = Correlator(policy)
    self.quiet = Quiet(QuietRules(policy, quiet))
  }

  /// Above that of every record that it knew the kind of.
  package var nextNumber: UInt64 { state.event.number &+ 1 }

  /// What became of the alerts since it was made or restarted.
  package var quietCounts: QuietCounts { quiet.counts }

  /// Forgets all that records told, so that the next begins a stream of its own. The rules stay ready.
  ///
  /// - Parameter quiet: which alerts it holds back from now on; nil: as before.
  package mutating func restart(quiet settings: QuietSettings? = nil) {
    state = State(processes: processes, tenancy: state.memberships.tenancy)
    correlator.reset()
    quiet = Quiet(settings.map { quiet.rules.with($0) } ?? quiet.rules)
    losses = LossWatch()
    open = OpenAlerts()
    records = 0
    unknown = 0
  }

  /// From the next record on these rules hold. What the engine knows, all processes included, stays; but what
  /// correlations, throttles and budgets have counted starts anew. What is held back is told with the next record.
  package mutating func replace(with policy: consuming PreparedPolicy) {
    policy.take(&matcher, &correlator, &quiet, &state)
  }

  /// As ``replace(with:)``, making the policy ready first, which may take a while.
  package mutating func replace(policy: Policy) { replace(with: PreparedPolicy(policy)) }

  /// An alert about the agent itself, as of the last record.
  package func alert(_ notice: Notice) -> Alert { AlertBuilder.alert(notice, state) }

  /// By when a record should come, nanoseconds since boot, for alerts that wait for time to pass: any record will do,
  /// as one of counters. nil: none waits.
  package var due: UInt64? {
    let due = min(quiet.deadline, correlator.deadline)
    return due == .max ? nil : due
  }

  /// Takes the next record of the stream, and gives `alert` what it fires: what was held back until its time, correlations
  /// whose window is over by its time, then rules in their order, then correlations that it completes.
  ///
  /// Takes no memory in the steady state but for alerts, and for events that correlations count.
  package mutating func process(_ record: borrowing Record, alert: (Alert) -> Void) {
    records &+= 1
    guard let kind = record.kind else {
      unknown &+= 1
      return
    }
    if kind == .stream { quiet.finish(state, alert) }
    // The record's kind is the one that is asked for: this throws for no kind.
    guard let isMatched = try? state.take(record, kind) else { return }
    if kind != .stream, quiet.isDue(at: state.event.header.time_ns) { quiet.expire(state, alert) }
    open.complete(&state) { told, first, state in
      if quiet.admits(completing: told, first: first, state) { alert(told) }
    }
    if kind != .stream, correlator.isDue(at: state.event.header.time_ns) {
      correlator.expire(state) { told, outcome in
        if quiet.admits(told, of: outcome, state) { alert(told) }
      }
    }
    switch kind {
    case .stream:
      losses.restart()
      correlator.restart()
    case .counters:
      guard let counters = try? CountersRecord(record) else { return }
      if counters.isTold { losses.resume(counters, state) } else if let lost = losses.alert(counters, state) { alert(lost) }
    default:
      guard isMatched else { return }
      var alerts: UInt64 = 0
      matcher.match(state) { index, rule in
        correlator.note(index, state.event.membership)
        guard rule.alerts else { return }
        alerts &+= 1
        guard quiet.admits(rule: index, rule.priority, state) else { return open.noteHeld(rule.priority, state) }
        let told = AlertBuilder.alert(rule, state)
        open.note(told, state)
        alert(told)
      }
      if correlator.isTouched {
        correlator.finish(state) { told, outcome in
          alerts &+= 1
          if let outcome, !quiet.admits(told, of: outcome, state) { return open.noteHeld(told.priority, state) }
          open.note(told, state)
          alert(told)
        }
      }
      state.note(alerts: alerts)
      state.finish()
    }
  }

  /// The stream ends here: gives `alert` what tells of the alerts that were held back.
  package mutating func finish(alert: (Alert) -> Void) { quiet.finish(state, alert) }

  /// What it knows, as records to stand before the rest of the stream: an engine that takes these and the rest gives for
  /// the rest the same alerts, byte for byte, ids included; but what correlations, throttles and budgets have
  /// counted is not told, and begins anew, and alerts that wait to be completed are not told either. The records themselves fire nothing.
  ///
  /// First a stream record, then the processes, parents before children, then cgroups, facts and mounts, at last
  /// counters: at the least 2 records, and up to 3 for each process. It takes time and memory by their number, some
  /// microseconds each.
  ///
  /// - Parameters:
  ///   - number: of the next record of the stream; the records take those just below.
  ///   - body: is given each, in order.
  /// - Returns: false, and nothing is given: the stream's numbers began too low for as many records to fit below.
  package func snapshot<Failure: Error>(
    before number: UInt64, _ body: (borrowing Record) throws(Failure) -> Void
  ) throws(Failure) -> Bool {
    let records = StateRecords(state)
    guard number >= records.count else { return false }
    try records.forEach(state, first: number - UInt64(records.count), told: losses.told(state), body)
    return true
  }
}
