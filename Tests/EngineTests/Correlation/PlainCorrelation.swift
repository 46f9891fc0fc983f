import Rules

/// A correlation, evaluated in the plainest way: all events are kept, and at each all are looked at.
struct PlainCorrelation {
  struct Event {
    let number: UInt64
    /// Nanoseconds.
    let time: UInt64
    let members: Set<Int>
    /// nil: a field is absent.
    let group: [String]?
    let value: String?
  }

  struct Firing: Hashable, Comparable, CustomStringConvertible {
    let last: UInt64
    let first: UInt64
    let count: Int
    let group: [String]

    static func < (a: Firing, b: Firing) -> Bool { (a.last, a.first, a.count) < (b.last, b.first, b.count) }
    var description: String { "\(count) of \(group) from \(first) to \(last)" }
  }

  let kind: Correlation.Kind
  let members: Int
  let count: ClosedRange<Int>
  let seconds: Int

  private var span: UInt64 { UInt64(seconds) * 1_000_000_000 }

  /// - Parameter end: time of the last record.
  func firings(_ events: [Event], end: UInt64) -> [Firing] {
    let counted = events.filter { $0.group != nil && !$0.members.isEmpty && (kind != .valueCount || $0.value != nil) }
    var firings: [Firing] = []
    for group in Set(counted.map { $0.group ?? [] }) {
      let own = counted.filter { $0.group == group }
      firings += count.upperBound == .max ? atOnce(own, group) : atEnd(own, group, end)
    }
    return firings.sorted()
  }

  private func atOnce(_ events: [Event], _ group: [String]) -> [Firing] {
    var firings: [Firing] = []
    var since = 0
    for (place, event) in events.enumerated() {
      let window = events[since...place].filter { event.time - $0.time <= span }
      guard let found = found(Array(window)), found.count >= count.lowerBound else { continue }
      firings.append(Firing(last: event.number, first: found.first, count: found.count, group: group))
      since = place + 1
    }
    return firings
  }

  private func atEnd(_ events: [Event], _ group: [String], _ end: UInt64) -> [Firing] {
    var firings: [Firing] = []
    var place = 0
    while place < events.count {
      let opening = events[place]
      let window = events[place...].prefix { $0.time - opening.time <= span }
      place += window.count
      guard end - opening.time > span, let last = window.last, let found = found(Array(window)) else { continue }
      if count.contains(found.count) {
        firings.append(Firing(last: last.number, first: opening.number, count: found.count, group: group))
      }
    }
    return firings
  }

  /// What is counted in a window, and the earliest event that it takes.
  private func found(_ window: [Event]) -> (count: Int, first: UInt64)? {
    switch kind {
    case .eventCount: return window.first.map { (window.count, $0.number) }
    case .valueCount:
      var latest: [String: UInt64] = [:]
      for event in window { latest[event.value ?? ""] = event.number }
      return latest.values.min().map { (latest.count, $0) }
    case .temporal:
      var latest: [Int: UInt64] = [:]
      for event in window { for member in event.members { latest[member] = event.number } }
      return latest.values.min().map { (latest.count, $0) }
    case .temporalOrdered:
      for start in window.indices.reversed() where window[start].members.contains(0) {
        var place = start
        var member = 1
        while member < members, let next = window[(place + 1)...].firstIndex(where: { $0.members.contains(member) }) {
          place = next
          member += 1
        }
        if member == members { return (members, window[start].number) }
      }
      return nil
    }
  }
}
