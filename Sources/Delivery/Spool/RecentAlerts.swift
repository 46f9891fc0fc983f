/// The newest alerts, by their numbers: those that are not on disk yet, and before them some that are.
struct RecentAlerts {
  private var alerts: [SpooledAlert] = []
  private var first = 0
  /// Of memory, about.
  private(set) var bytes = 0
  /// What has a greater number, and is there at all, is here.
  private(set) var floor: UInt64

  init(floor: UInt64) { self.floor = floor }

  var count: Int { alerts.count - first }
  var oldest: SpooledAlert? { count > 0 ? alerts[first] : nil }
  var newest: SpooledAlert? { count > 0 ? alerts.last : nil }

  mutating func append(_ alert: SpooledAlert) {
    alerts.append(alert)
    bytes += alert.size
  }

  mutating func removeOldest() {
    guard count > 0 else { return }
    floor = alerts[first].sequence
    bytes -= alerts[first].size
    first += 1
    // Now and then, so that each costs no more than its own place; until then the gone ones take memory.
    if first >= 64, first * 2 > alerts.count {
      alerts.removeFirst(first)
      first = 0
    }
  }

  /// One that is on disk no longer.
  mutating func remove(_ sequence: UInt64) {
    let index = index(after: sequence &- 1)
    guard index < alerts.count, alerts[index].sequence == sequence else { return }
    bytes -= alerts[index].size
    alerts.remove(at: index)
  }

  /// Those with a greater number.
  func after(_ sequence: UInt64) -> ArraySlice<SpooledAlert> { alerts[index(after: sequence)...] }

  private func index(after sequence: UInt64) -> Int {
    var low = first
    var high = alerts.count
    while low < high {
      let middle = (low + high) / 2
      if alerts[middle].sequence <= sequence { low = middle + 1 } else { high = middle }
    }
    return low
  }
}
