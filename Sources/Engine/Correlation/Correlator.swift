import CEvents
import Events
import Rules

/// Takes what rules matched, and fires correlations. By the records' own time alone: no clock. Takes no memory for
/// events that no correlation asks for, and none in the steady state for others, unless they fire or wait for the end
/// of their window.
///
/// Records of different CPUs come slightly out of order: a record's time is taken to be no earlier than that of those
/// before it.
struct Correlator: ~Copyable {
  /// Where an event goes.
  private struct Feed: BitwiseCopyable {
    /// The rule whose event it is, and of the correlation that asks: index, place in it, place of the key in that.
    let rule: Int32
    let correlation: Int32
    let member: Int32
    let key: Int32
    /// Of the correlation.
    let scope: CompiledScope
  }

  private struct CompiledKey: BitwiseCopyable {
    let group: UnsafeBufferPointer<CompiledField>
    let value: CompiledField?
  }

  /// A correlation, and which of its members the record at hand is an event of.
  private struct Entry {
    let correlation: Correlation
    let window: CorrelationWindow
    /// By member.
    let keys: [UnsafeBufferPointer<CompiledKey>]
    var matched: UInt64 = 0
    /// By member: place of the key.
    var places: [Int32]
    var identities: [ValueIdentity]
    /// By member: whose workload the event is of, as ``CorrelationWindow/Result/tenant``.
    var tenants: [Int32]
    /// Forgotten nodes at which it is told again.
    var tellsAt: UInt64 = 1
  }

  private let rules: [Rule]
  private let constants = Constants()
  /// By rule, and by correlation.
  private let ofRules: UnsafeBufferPointer<UnsafeBufferPointer<Feed>>
  private let ofCorrelations: UnsafeBufferPointer<UnsafeBufferPointer<Feed>>
  private var entries: [Entry]
  /// Indices of the first and last correlation that the record at hand matters to; the first is greater: none.
  private var touched = (first: Int.max, last: -1)
  /// Of the latest record, nanoseconds since boot.
  private var time: UInt64 = 0
  /// When the first window is over that is decided then, nanoseconds since boot; `.max`: none is open.
  private(set) var deadline = UInt64.max

  /// Nodes of all correlations together, and of one, each about 100 bytes with what finds it; each has 2,048 at least.
  private static let totalCapacity = 1 << 21
  private static let capacity = 1 << 16
  /// Bytes of a field's text of an event that waits for its window's end.
  private static let waitingLimit = 256

  /// - Parameter capacity: of each correlation, for tests; nil: its share.
  init(_ policy: Policy, capacity: Int? = nil) {
    let constants = constants
    rules = policy.correlations.isEmpty ? [] : policy.rules
    var ofRules = [[Feed]](repeating: [], count: rules.count)
    var ofCorrelations = [[Feed]](repeating: [], count: policy.correlations.count)
    var entries: [Entry] = []
    let share = max(2048, min(Self.capacity, Self.totalCapacity / max(1, policy.correlations.count)))
    for (index, correlation) in policy.correlations.enumerated() {
      let scope = CompiledScope(correlation.scope, constants)
      for (member, item) in correlation.members.enumerated() {
        for (key, fields) in item.keys.enumerated() {
          let feed = Feed(
            rule: Int32(fields.rule), correlation: Int32(index), member: Int32(member), key: Int32(key),
            scope: scope)
          switch item.source {
          case .rule(let rule): ofRules[rule].append(feed)
          case .correlation(let inner): ofCorrelations[inner].append(feed)
          }
        }
      }
      let keys = correlation.members.map { member in
        constants.keep(
          member.keys.map { key in
            CompiledKey(
              group: constants.keep(key.group.map { CompiledField($0, constants) }),
              value: key.value.map { CompiledField($0, constants) })
          })
      }
      entries.append(
        Entry(
          correlation: correlation, window: CorrelationWindow(correlation, capacity: capacity ?? share), keys: keys,
          places: [Int32](repeating: 0, count: keys.count),
          identities: [ValueIdentity](repeating: ValueIdentity(high: 0, low: 0), count: keys.count),
          tenants: [Int32](repeating: -1, count: keys.count)))
    }
    self.entries = entries
    self.ofRules = constants.keep(ofRules.map { constants.keep($0) })
    self.ofCorrelations = constants.keep(ofCorrelations.map { constants.keep($0) })
  }

  /// A new stream begins: its time has nothing to do with that of another.
  mutating func restart() {
    time = 0
    deadline = .max
    for entry in entries { entry.window.restart() }
  }

  /// As if it were new.
  mutating func reset() {
    restart()
    touched = (.max, -1)
    for index in entries.indices {
      entries[index].window.reset()
      entries[index].matched = 0
      entries[index].tellsAt = 1
    }
  }

  /// Takes a record's time, nanoseconds since boot, and tells whether a window is over by it.
  mutating func isDue(at recordTime: UInt64) -> Bool {
    time = max(time, recordTime)
    return time >= deadline
  }

  /// Decides the windows that are over.
  mutating func expire(_ state: borrowing State, _ alert: (Alert, CorrelationOutcome) -> Void) {
    for index in entries.indices where entries[index].window.isDecidedAtEnd { expire(index, state, alert) }
    setDeadline()
  }

  private func expire(_ index: Int, _ state: borrowing State, _ alert: (Alert, CorrelationOutcome) -> Void) {
    let correlation = entries[index].correlation
    entries[index].window.expire(time: time) { result, event, identity in
      guard correlation.alerts else { return }
      let outcome = CorrelationOutcome(correlation: index, group: identity, tenant: result.tenant)
      alert(AlertBuilder.alert(correlation, result, event, outcome, state), outcome)
    }
  }

  private mutating func setDeadline() {
    deadline = entries.reduce(UInt64.max) { min($0, $1.window.deadline) }
  }

  /// A rule matched the event at hand.
  ///
  /// - Parameters:
  ///   - rule: by index in the policy.
  ///   - membership: of the event's workload: who may not see that doesn't count it.
  mutating func note(_ rule: Int, _ membership: Membership) {
    guard rule < ofRules.count else { return }
    for feed in ofRules[rule] where feed.scope.contains(membership) { note(feed, membership.tenant) }
  }

  private mutating func note(_ feed: Feed, _ tenant: Int32) {
    let index = Int(feed.correlation)
    entries[index].matched |= 1 << UInt64(feed.member)
    entries[index].places[Int(feed.member)] = feed.key
    entries[index].tenants[Int(feed.member)] = tenant
    touched = (min(touched.first, index), max(touched.last, index))
  }

  /// A rule that a correlation asks for matched the event at hand.
  var isTouched: Bool { touched.first <= touched.last }

  /// Every rule that matches the event was noted: fires the correlations that it completes, each after those that it
  /// refers to.
  ///
  /// - Parameter alert: nil for an outcome: an alert about the correlation itself.
  mutating func finish(_ state: borrowing State, _ alert: (Alert, CorrelationOutcome?) -> Void) {
    var index = touched.first
    while index <= touched.last {
      if entries[index].matched != 0 { take(index, state, alert) }
      index += 1
    }
    touched = (.max, -1)
  }

  // MARK: - One correlation

  private mutating func take(_ index: Int, _ state: borrowing State, _ alert: (Alert, CorrelationOutcome?) -> Void) {
    let window = entries[index].window
    let matched = entries[index].matched
    entries[index].matched = 0
    expire(index, state, alert)
    var added = add(index, matched, state)
    if window.isDecidedAtEnd {
      deadline = min(deadline, window.deadline)
    } else {
      while added != 0 {
        fire(index, added.trailingZeroBitCount, state, alert)
        added &= added &- 1
      }
    }
    let forgotten = window.forgotten
    guard forgotten >= entries[index].tellsAt else { return }
    while entries[index].tellsAt <= forgotten { entries[index].tellsAt *= 10 }
    alert(AlertBuilder.forgetting(entries[index].correlation, forgotten, state), nil)
  }

  /// Gives the event to the windows of its groups.
  ///
  /// - Returns: the members whose fields it has.
  private mutating func add(_ index: Int, _ matched: UInt64, _ state: borrowing State) -> UInt64 {
    let correlation = entries[index].correlation
    let window = entries[index].window
    var left = matched
    var added: UInt64 = 0
    while left != 0 {
      // In order means one event after another: one that is of two rules can't follow itself.
      let member = window.kind == .temporalOrdered ? 63 - left.leadingZeroBitCount : left.trailingZeroBitCount
      left &= ~(1 << UInt64(member))
      let place = Int(entries[index].places[member])
      let key = entries[index].keys[member][place]
      guard let identity = Self.identity(key.group, state) else { continue }
      var value = identity
      if let field = key.value {
        var hash = ValueHash()
        hash.append(identity)
        guard field.add(to: &hash, state) else { continue }
        value = hash.identity()
      }
      // An event that is of several rules counts once in a group.
      if window.kind == .eventCount, Self.any(added, where: { entries[index].identities[$0] == identity }) { continue }
      entries[index].identities[member] = identity
      added |= 1 << UInt64(member)
      let fields = correlation.members[member].keys[place]
      let tenant = entries[index].tenants[member]
      window.add(member, identity, value, record: state.event.number, time: time, tenant: tenant) {
        CorrelatedEvent(rules[fields.rule], fields, of: correlation, state, limit: Self.waitingLimit)
      }
    }
    return added
  }

  private mutating func fire(
    _ index: Int, _ member: Int, _ state: borrowing State, _ alert: (Alert, CorrelationOutcome?) -> Void
  ) {
    let identity = entries[index].identities[member]
    guard let result = entries[index].window.take(identity) else { return }
    let correlation = entries[index].correlation
    let key = correlation.members[member].keys[Int(entries[index].places[member])]
    if correlation.alerts {
      let event = CorrelatedEvent(rules[key.rule], key, of: correlation, state, limit: AlertBuilder.fieldLimit)
      let outcome = CorrelationOutcome(correlation: index, group: identity, tenant: result.tenant)
      alert(AlertBuilder.alert(correlation, result, event, outcome, state), outcome)
    }
    // What is of several tenants no one tenant's correlation may see.
    let membership = Membership(tenant: result.tenant, rulesets: state.event.membership.rulesets)
    for feed in ofCorrelations[index] where Int(feed.rule) == key.rule && feed.scope.contains(membership) {
      note(feed, result.tenant)
    }
  }

  /// nil: a field is absent.
  private static func identity(
    _ fields: UnsafeBufferPointer<CompiledField>, _ state: borrowing State
  ) -> ValueIdentity? {
    var hash = ValueHash()
    for field in fields {
      guard field.add(to: &hash, state) else { return nil }
    }
    return hash.identity()
  }

  private static func any(_ members: UInt64, where holds: (Int) -> Bool) -> Bool {
    var left = members
    while left != 0 {
      if holds(left.trailingZeroBitCount) { return true }
      left &= left &- 1
    }
    return false
  }
}
