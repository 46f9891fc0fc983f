package import Events
package import Rules

/// Records and a policy in, alerts out. Deterministic: no clock, no files, no network; the same records and policy
/// give the same alerts, live or from a trace. Used by one thread.
package struct Engine: ~Copyable {
  /// What alerts about losses have for a rule's name.
  package static let lossRule = LossWatch.rule

  private let processes: Int
  private var state: State
  private var matcher: Matcher
  private var losses = LossWatch()
  /// Records that were given to it.
  package private(set) var records: UInt64 = 0
  /// Of these, passed over: of a kind that this version does not know.
  package private(set) var unknown: UInt64 = 0

  /// - Parameter processes: that it remembers at most; about 200 bytes each, and 1 KiB or so for each program image.
  package init(policy: Policy, processes: Int = 1 << 20) {
    self.processes = processes
    state = State(processes: processes)
    matcher = Matcher(policy)
  }

  /// Forgets all that records told, so that the next begins a stream of its own. The rules stay ready.
  package mutating func restart() {
    state = State(processes: processes)
    losses = LossWatch()
    records = 0
    unknown = 0
  }

  /// From the next record on these rules hold. What the engine knows, all processes included, stays.
  package mutating func replace(with policy: consuming PreparedPolicy) { matcher = policy.take() }

  /// As ``replace(with:)``, making the policy ready first, which may take a while.
  package mutating func replace(policy: Policy) { replace(with: PreparedPolicy(policy)) }

  /// An alert about the agent itself, as of the last record.
  package func alert(_ notice: Notice) -> Alert { AlertBuilder.alert(notice, state) }

  /// Takes the next record of the stream, and gives `alert` what it fires, in the order of the rules.
  ///
  /// Takes no memory in the steady state but for alerts.
  package mutating func process(_ record: borrowing Record, alert: (Alert) -> Void) {
    records &+= 1
    guard let kind = record.kind else {
      unknown &+= 1
      return
    }
    // The record's kind is the one that is asked for: this throws for no kind.
    guard let isMatched = try? state.take(record, kind) else { return }
    switch kind {
    case .stream: losses.restart()
    case .counters:
      if let counters = try? CountersRecord(record), let lost = losses.alert(counters, state) { alert(lost) }
    default:
      guard isMatched else { return }
      matcher.match(state) { alert(AlertBuilder.alert($0, state)) }
      state.finish()
    }
  }
}
