package import Events

/// Workloads of which nobody has said yet who they are: after a while they are unknown. Bounded: those that have waited
/// longest give way. The thread that reads the ring.
package struct UnansweredCgroups {
  private var sources: [UInt64: FactSource] = [:]
  /// In the order of their coming; some may be answered.
  private var order: [(cgroup: UInt64, since: UInt64)] = []
  private var first = 0
  private let patienceNanoseconds: UInt64
  private let limit: Int

  package init(patienceSeconds: Int, limit: Int = 65536) {
    patienceNanoseconds = UInt64(clamping: patienceSeconds) &* 1_000_000_000
    self.limit = limit
  }

  package var count: Int { sources.count }

  /// - Parameter source: who should know.
  package mutating func add(_ cgroup: UInt64, _ source: FactSource, now: UInt64) {
    guard sources.updateValue(source, forKey: cgroup) == nil else { return }
    order.append((cgroup, now))
    while sources.count > limit || order.count - first > 4 * limit, first < order.count {
      sources[order[first].cgroup] = nil
      first += 1
    }
    compact()
  }

  /// Somebody said who it is, or nobody needs to know any more.
  package mutating func remove(_ cgroup: UInt64) { sources[cgroup] = nil }

  /// Those that have waited too long, once.
  package mutating func overdue(now: UInt64, _ body: (UInt64, FactSource) -> Void) {
    while first < order.count, now &- min(now, order[first].since) >= patienceNanoseconds {
      let cgroup = order[first].cgroup
      first += 1
      if let source = sources.removeValue(forKey: cgroup) { body(cgroup, source) }
    }
    compact()
  }

  private mutating func compact() {
    guard first > 1024, first * 2 > order.count else { return }
    order.removeFirst(first)
    first = 0
  }
}
