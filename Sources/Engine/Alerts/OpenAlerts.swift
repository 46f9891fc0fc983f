import Events
import Rules

/// Remembers alerts about workloads of which it was not known whose they are, and completes them once it is.
struct OpenAlerts {
  static let rule = "Alert completed"

  private struct Workload {
    let index: Int32
    /// Others had the index, or will.
    let made: UInt64
    /// The first of them.
    var alerts: [(id: String, rule: String)]
    var count: UInt64
    var priority: Priority
  }

  /// In the order of their first alerts.
  private var workloads: [Workload] = []
  /// Of the workloads, when they were looked at last.
  private var changes: UInt64 = 0
  /// Alerts of workloads that found no room, not told yet.
  private var unremembered: UInt64 = 0

  private static let maximumWorkloads = 1024
  /// Of each workload; more are counted.
  private static let maximumAlerts = 64
  /// That one alert names: so many fit into a message.
  private static let alertsNamed = 16

  /// - Parameter alert: of the record at hand.
  mutating func note(_ alert: Alert, _ state: borrowing State) {
    guard alert.identity != nil, state.event.workload >= 0, state.memberships.tenancy != nil else { return }
    let workload = state.event.workload
    let made = state.workloads.made(workload)
    guard let place = place(state) else {
      guard workloads.count < Self.maximumWorkloads else {
        unremembered &+= 1
        return
      }
      workloads.append(Workload(index: workload, made: made, alerts: [(alert.id, alert.rule)], count: 1, priority: alert.priority))
      return
    }
    workloads[place].count &+= 1
    workloads[place].priority = max(workloads[place].priority, alert.priority)
    if workloads[place].alerts.count < Self.maximumAlerts { workloads[place].alerts.append((alert.id, alert.rule)) }
  }

  /// An alert of the record at hand was held back: it is counted with those that were told.
  mutating func noteHeld(_ priority: Priority, _ state: borrowing State) {
    guard !workloads.isEmpty, state.openIdentity != nil, let place = place(state) else { return }
    workloads[place].count &+= 1
    workloads[place].priority = max(workloads[place].priority, priority)
  }

  /// Of the event's workload; nil: no alert of it waits.
  private func place(_ state: borrowing State) -> Int? {
    let workload = state.event.workload
    let made = state.workloads.made(workload)
    return workloads.firstIndex { $0.index == workload && $0.made == made }
  }

  /// A record that may have told something of workloads was taken: completes what it tells enough of. What a workload
  /// that is gone was, nobody will tell.
  ///
  /// - Parameter alert: is given each, with the id of the first alert that it completes.
  mutating func complete(_ state: inout State, _ alert: (Alert, String, borrowing State) -> Void) {
    guard !workloads.isEmpty, changes != state.workloads.changes else { return }
    changes = state.workloads.changes
    let (workload, membership) = (state.event.workload, state.event.membership)
    var left: [Workload] = []
    for open in workloads {
      guard state.workloads.isAlive(open.index), state.workloads.made(open.index) == open.made else { continue }
      state.event.workload = open.index
      state.settleMembership()
      if state.openIdentity == nil, state.event.membership.tenant >= 0 {
        tell(open, state, alert)
      } else {
        left.append(open)
      }
    }
    workloads = left
    (state.event.workload, state.event.membership) = (workload, membership)
  }

  private mutating func tell(
    _ open: Workload, _ state: borrowing State, _ alert: (Alert, String, borrowing State) -> Void
  ) {
    let fields = AlertBuilder.fields(AlertBuilder.workloadFields(state), state, limit: AlertBuilder.fieldLimit)
    var first = 0
    while first < open.alerts.count {
      let named = open.alerts[first..<min(first + Self.alertsNamed, open.alerts.count)]
      first = named.endIndex
      let isLast = first == open.alerts.count
      let more = isLast ? open.count - UInt64(open.alerts.count) : 0
      var message = "Of the tenant \(state.tenantName(state.event.membership.tenant) ?? ""), which was not known yet: "
      message += named.map { "\($0.rule) (\($0.id))" }.joined(separator: ", ")
      if more > 0 { message += ", and \(more) more" }
      if unremembered > 0 { message += "; \(unremembered) alerts of other workloads were too many to remember" }
      unremembered = 0
      let own = [
        AlertField(name: "completed.count", value: .integer(Int64(clamping: UInt64(named.count) + more))),
        AlertField(name: "completed.ids", value: .text(named.map(\.id).joined(separator: ","))),
        AlertField(name: "completed.rules", value: .text(named.map(\.rule).joined(separator: ","))),
      ]
      let first = named[named.startIndex].id
      alert(AlertBuilder.completing(first, priority: open.priority, message, own + fields, state), first, state)
    }
  }
}
