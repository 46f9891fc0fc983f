import Events
import Rules

/// Keeps alerts from flooding who reads them: lets out what throttles and budgets leave, counts the rest, and tells how
/// many there were. By the records' own time alone: no clock. Whether an alert goes out is decided before it is made, so
/// that one that is held back takes no memory, but the first of its window.
///
/// Records of different CPUs come slightly out of order: a record's time is taken to be no earlier than that of those
/// before it.
struct Quiet: ~Copyable {
  private(set) var rules: QuietRules
  /// In the order in which they had their first alerts.
  private var subjects: [QuietSubject] = []
  private var places: [QuietSubject.Key: Int] = [:]
  /// Of these, workloads.
  private var workloads = 0
  /// Summaries of what an earlier policy held back, for the next record.
  private var waiting: [Alert] = []
  private var time: UInt64 = 0
  /// When there is something to tell, nanoseconds since boot: the first window is over. `.max`: none is open.
  private(set) var deadline = UInt64.max
  private(set) var counts = QuietCounts()

  /// Workloads that are counted apart; what is beyond is counted together.
  private static let maximumWorkloads = 256
  private static let keysOfWorkload = 256

  init(_ rules: QuietRules) { self.rules = rules }

  /// A new stream begins: its time has nothing to do with that of another.
  mutating func restart() {
    subjects = []
    places = [:]
    workloads = 0
    time = 0
    deadline = .max
  }

  /// From now on these rules hold, and all counts begin anew. What is held back is told with the next record.
  mutating func replace(with rules: QuietRules, _ state: borrowing State) {
    var waiting: [Alert] = []
    finish(state) { waiting.append($0) }
    self.waiting = waiting
    self.rules = rules
    if !waiting.isEmpty { deadline = 0 }
  }

  // MARK: - Alerts

  /// Whether the alert of a rule that the event at hand fired goes out.
  mutating func admits(rule: Int, _ priority: Priority, _ state: borrowing State) -> Bool {
    counts.fired &+= 1
    guard rules.isOn else {
      counts.sent &+= 1
      return true
    }
    let mark = HeldBack.Mark(
      source: Int32(truncatingIfNeeded: rule), record: state.event.number, wallNanoseconds: state.wallNanoseconds,
      kind: state.event.kind)
    let rules = rules
    return admits(mark, priority, state.event.membership.tenant, rules.identity(rule, group: nil, state), state) {
      AlertBuilder.heldDetails(rules.sources[rule].key, state)
    }
  }

  /// Whether the alert of a correlation goes out.
  mutating func admits(_ alert: Alert, of outcome: CorrelationOutcome, _ state: borrowing State) -> Bool {
    counts.fired &+= 1
    guard rules.isOn else {
      counts.sent &+= 1
      return true
    }
    let source = rules.source(ofCorrelation: outcome.correlation)
    let mark = HeldBack.Mark(
      source: Int32(truncatingIfNeeded: source), record: alert.recordNumber,
      wallNanoseconds: alert.timestampNanoseconds, kind: state.event.kind, suffix: outcome.suffix)
    return admits(mark, alert.priority, outcome.tenant, rules.identity(source, group: outcome.group, state), state) {
      (alert.fields.filter { $0.name.hasPrefix("correlation.by.") }, "")
    }
  }

  /// Whether an alert goes out that completes earlier ones.
  ///
  /// - Parameter first: id of the first that it completes.
  mutating func admits(completing alert: Alert, first: String, _ state: borrowing State) -> Bool {
    counts.fired &+= 1
    guard rules.isOn else {
      counts.sent &+= 1
      return true
    }
    let mark = HeldBack.Mark(
      source: Int32(truncatingIfNeeded: rules.completions), record: alert.recordNumber,
      wallNanoseconds: alert.timestampNanoseconds, kind: state.event.kind, suffix: "\0\(first)")
    return admits(mark, alert.priority, state.event.membership.tenant, nil, state) { ([], "") }
  }

  private mutating func admits(
    _ mark: HeldBack.Mark, _ priority: Priority, _ tenant: Int32, _ identity: ValueIdentity?, _ state: borrowing State,
    details: () -> (fields: [AlertField], message: String)
  ) -> Bool {
    let subject = subject(tenant, state)
    let isAdmitted = subject.admits(mark, priority, identity, time: time, details: details)
    deadline = min(deadline, subject.deadline)
    if isAdmitted {
      counts.sent &+= 1
    } else {
      counts.held &+= 1
      state.memberships.noteHeld(tenant)
    }
    return isAdmitted
  }

  private mutating func subject(_ tenant: Int32, _ state: borrowing State) -> QuietSubject {
    // Of several tenants, or of one that is not sure yet: what one workload does is not to hide what another does.
    let isUnsure = tenant < 0 && state.memberships.tenancy != nil
    var key = QuietSubject.Key(tenant: tenant, workload: isUnsure ? state.workloads.made(state.event.workload) : 0)
    if let place = places[key] { return subjects[place] }
    if key.workload != 0, workloads == Self.maximumWorkloads {
      key = QuietSubject.Key(tenant: tenant, workload: 0)
      if let place = places[key] { return subjects[place] }
    }
    let isWorkload = key.workload != 0
    if isWorkload { workloads += 1 }
    let subject = QuietSubject(key, rules, capacity: isWorkload ? Self.keysOfWorkload : rules.keyCapacity)
    places[key] = subjects.count
    subjects.append(subject)
    return subject
  }

  // MARK: - Time

  /// Takes a record's time, nanoseconds since boot, and tells whether there is something to tell by it.
  mutating func isDue(at recordTime: UInt64) -> Bool {
    time = max(time, recordTime)
    return time >= deadline
  }

  /// Tells of the windows that are over.
  mutating func expire(_ state: borrowing State, _ alert: (Alert) -> Void) { expire(time, state, alert) }

  /// The stream ends here: tells of all that is held back.
  mutating func finish(_ state: borrowing State, _ alert: (Alert) -> Void) {
    expire(.max, state, alert)
    restart()
  }

  private mutating func expire(_ time: UInt64, _ state: borrowing State, _ alert: (Alert) -> Void) {
    for summary in waiting { alert(summary) }
    waiting = []
    let rules = rules
    var counts = counts
    for subject in subjects where subject.deadline <= time {
      subject.expire(time: time) { summary in
        counts.told &+= summary.held.count
        counts.summaries &+= 1
        alert(AlertBuilder.alert(summary, rules, tenant: subject.key.tenant, state))
      }
    }
    self.counts = counts
    if subjects.contains(where: \.isEmpty) { removeEmpty() }
    deadline = subjects.reduce(.max) { min($0, $1.deadline) }
  }

  private mutating func removeEmpty() {
    subjects.removeAll(where: \.isEmpty)
    workloads = subjects.count { $0.key.workload != 0 }
    places = Dictionary(uniqueKeysWithValues: subjects.enumerated().map { ($1.key, $0) })
  }
}
