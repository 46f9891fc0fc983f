import Rules

/// The windows of one correlation, one for each group of which there are events. Used by the engine's thread alone.
///
/// Decided at once: the window reaches back from each event, and is empty again when it fired. Decided at the end: it
/// opens with a group's first event, and is looked at when it is over.
final class CorrelationWindow {
  /// What a window came to.
  struct Result {
    let count: Int
    /// Numbers of records.
    let first: UInt64
    let last: UInt64
    /// Whose workloads all of its events were of, by index in the tenancy; -1: not sure, or of several.
    let tenant: Int32
  }

  private struct Group {
    let identity: ValueIdentity
    var chain = CorrelationNodes.Chain()
    /// Events; of a window that is decided at its end.
    var events = 0
    var lastRecord: UInt64 = 0
    /// As ``Result/tenant``; nil: there is no event yet.
    var tenant: Int32?
  }

  /// Where the latest run of rules in order that came as far as a rule began.
  private struct Start {
    var time: UInt64 = 0
    var record: UInt64 = 0
    var isSet = false
  }

  let kind: Correlation.Kind
  let isDecidedAtEnd: Bool
  private let count: ClosedRange<Int>
  private let members: Int
  private let nanoseconds: UInt64
  /// Nodes at most, and groups.
  private let capacity: Int
  private let groupCapacity: Int

  private var nodes = CorrelationNodes()
  private var groups: [Group] = []
  private var free: [Int32] = []
  private var slots: [ValueIdentity: Int32] = [:]
  /// By group and value.
  private var values: [ValueIdentity: Int32] = [:]
  /// By group and member: the node of a `temporal` one; -1: none.
  private var ofMembers: [Int32] = []
  /// By group and member.
  private var starts: [Start] = []
  /// By group, of a window that is decided at its end: the last event, as an alert will show it.
  private var lastEvents: [CorrelatedEvent?] = []

  /// Nodes that went for want of room before their time.
  private(set) var forgotten: UInt64 = 0

  /// - Parameter capacity: events, values or rules with their events that it keeps, over all groups.
  init(_ correlation: Correlation, capacity: Int) {
    kind = correlation.kind
    isDecidedAtEnd = correlation.isDecidedAtEnd
    count = correlation.count
    members = correlation.members.count
    nanoseconds = UInt64(clamping: correlation.seconds) &* 1_000_000_000
    // One group alone always has room for what it is decided by.
    let needed = isDecidedAtEnd ? count.upperBound : count.lowerBound
    self.capacity = max(capacity, min(needed, Correlation.maximumCount + 1) + 2)
    // A window that waits for its end holds an event as text; one in order has a start for each of its rules.
    let parts = isDecidedAtEnd ? 16 : kind == .temporalOrdered ? max(1, members) : 1
    groupCapacity = max(1, capacity / parts)
  }

  /// When the first window is over that is decided then, nanoseconds since boot; `.max`: none is open.
  var deadline: UInt64 {
    guard isDecidedAtEnd, nodes.oldest >= 0 else { return .max }
    let (end, overflows) = nodes[nodes.oldest].time.addingReportingOverflow(nanoseconds &+ 1)
    return overflows ? .max : end
  }

  // MARK: - Taking events

  /// Takes an event.
  ///
  /// - Parameters:
  ///   - time: no earlier than that of the event before.
  ///   - tenant: whose workload the event is of; -1: not sure, or of several.
  ///   - event: the event as an alert will show it; asked only of windows that are decided at their end, and if they
  ///     may still fire.
  func add(
    _ member: Int, _ identity: ValueIdentity, _ value: ValueIdentity, record: UInt64, time: UInt64, tenant: Int32,
    event: () -> CorrelatedEvent
  ) {
    while nodes.count >= capacity { forgetOldest() }
    let slot = slots[identity] ?? open(identity)
    let index = Int(slot)
    groups[index].lastRecord = record
    groups[index].events += 1
    groups[index].tenant = groups[index].tenant ?? tenant == tenant ? tenant : -1
    switch kind {
    case .eventCount:
      if !isDecidedAtEnd || groups[index].chain.count == 0 { _ = insert(slot, member, value, record, time) }
    case .valueCount:
      if let node = values[value] {
        renew(node, record, time)
      } else if !isDecidedAtEnd || counted(index) <= count.upperBound {
        // Beyond that it is too many anyway.
        values[value] = insert(slot, member, value, record, time)
      }
    case .temporal:
      let place = index * members + member
      if ofMembers[place] >= 0 {
        renew(ofMembers[place], record, time)
      } else {
        ofMembers[place] = insert(slot, member, value, record, time)
      }
    case .temporalOrdered:
      if groups[index].chain.count > 0 {
        renew(groups[index].chain.first, record, time)
      } else {
        _ = insert(slot, member, value, record, time)
      }
      let place = index * members + member
      if member == 0 {
        starts[place] = Start(time: time, record: record, isSet: true)
      } else if starts[place - 1].isSet, time - starts[place - 1].time <= nanoseconds {
        starts[place] = starts[place - 1]
      }
    }
    if isDecidedAtEnd { lastEvents[index] = counted(index) <= count.upperBound ? event() : nil }
  }

  private func insert(_ slot: Int32, _ member: Int, _ value: ValueIdentity, _ record: UInt64, _ time: UInt64) -> Int32 {
    let node = CorrelationNodes.Node(
      time: time, record: record, group: slot, member: Int32(truncatingIfNeeded: member), value: value)
    return nodes.add(node, to: &groups[Int(slot)].chain)
  }

  /// A window that is decided at its end has begun with its oldest node, and that stays.
  private func renew(_ node: Int32, _ record: UInt64, _ time: UInt64) {
    guard !isDecidedAtEnd else { return }
    nodes.renew(node, time: time, record: record, in: &groups[Int(nodes[node].group)].chain)
  }

  private func open(_ identity: ValueIdentity) -> Int32 {
    while slots.count >= groupCapacity { forgetOldest() }
    let slot: Int32
    if let reused = free.popLast() {
      slot = reused
      groups[Int(slot)] = Group(identity: identity)
    } else {
      slot = Int32(groups.count)
      groups.append(Group(identity: identity))
      if kind == .temporal { ofMembers.append(contentsOf: repeatElement(-1, count: members)) }
      if kind == .temporalOrdered { starts.append(contentsOf: repeatElement(Start(), count: members)) }
      if isDecidedAtEnd { lastEvents.append(nil) }
    }
    slots[identity] = slot
    return slot
  }

  /// - Parameter group: by its slot.
  private func counted(_ group: Int) -> Int {
    isDecidedAtEnd && kind == .eventCount ? groups[group].events : Int(groups[group].chain.count)
  }

  // MARK: - Deciding

  /// Whether the group's window is full, decided at once. It is empty from then on.
  func take(_ identity: ValueIdentity) -> Result? {
    guard !isDecidedAtEnd, let slot = slots[identity] else { return nil }
    let index = Int(slot)
    let result: Result
    if kind == .temporalOrdered {
      let start = starts[(index + 1) * members - 1]
      guard start.isSet else { return nil }
      result = Result(
        count: members, first: start.record, last: groups[index].lastRecord, tenant: groups[index].tenant ?? -1)
    } else {
      let counted = counted(index)
      guard counted >= count.lowerBound else { return nil }
      result = Result(
        count: counted, first: nodes[groups[index].chain.first].record, last: groups[index].lastRecord,
        tenant: groups[index].tenant ?? -1)
    }
    close(slot)
    return result
  }

  /// Lets go of what is out of time; windows that are decided at their end are decided.
  func expire(time: UInt64, _ decided: (Result, CorrelatedEvent, ValueIdentity) -> Void) {
    while nodes.oldest >= 0 {
      let node = nodes[nodes.oldest]
      guard time > node.time, time - node.time > nanoseconds else { return }
      guard isDecidedAtEnd else {
        forget(nodes.oldest)
        continue
      }
      let index = Int(node.group)
      let counted = counted(index)
      if count.contains(counted), let event = lastEvents[index] {
        let result = Result(
          count: counted, first: node.record, last: groups[index].lastRecord, tenant: groups[index].tenant ?? -1)
        decided(result, event, groups[index].identity)
      }
      close(node.group)
    }
  }

  /// All windows are forgotten.
  func restart() {
    nodes.removeAll()
    groups.removeAll(keepingCapacity: true)
    free.removeAll(keepingCapacity: true)
    slots.removeAll(keepingCapacity: true)
    values.removeAll(keepingCapacity: true)
    ofMembers.removeAll(keepingCapacity: true)
    starts.removeAll(keepingCapacity: true)
    lastEvents.removeAll(keepingCapacity: true)
  }

  /// As if it were new.
  func reset() {
    restart()
    forgotten = 0
  }

  private func forgetOldest() {
    let group = nodes[nodes.oldest].group
    if isDecidedAtEnd {
      // A window without its beginning can't be decided.
      forgotten &+= UInt64(groups[Int(group)].chain.count)
      close(group)
    } else {
      forgotten &+= 1
      forget(nodes.oldest)
    }
  }

  /// Takes a node away, and its group with its last.
  private func forget(_ index: Int32) {
    let node = nodes[index]
    let group = Int(node.group)
    if groups[group].chain.count == 1 { return close(node.group) }
    detach(node)
    nodes.remove(index, from: &groups[group].chain)
  }

  private func close(_ slot: Int32) {
    let index = Int(slot)
    while groups[index].chain.first >= 0 {
      let node = groups[index].chain.first
      detach(nodes[node])
      nodes.remove(node, from: &groups[index].chain)
    }
    if kind == .temporalOrdered {
      for place in (index * members)..<((index + 1) * members) { starts[place].isSet = false }
    }
    if isDecidedAtEnd { lastEvents[index] = nil }
    slots[groups[index].identity] = nil
    free.append(slot)
  }

  private func detach(_ node: CorrelationNodes.Node) {
    if kind == .valueCount { values[node.value] = nil }
    if kind == .temporal { ofMembers[Int(node.group) * members + Int(node.member)] = -1 }
  }
}
