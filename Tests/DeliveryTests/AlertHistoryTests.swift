import Delivery
import Engine
import Rules
import Testing

/// The alerts that are kept in memory.
struct AlertHistoryTests {
  private static func alert(_ number: UInt64, _ tenant: String?, rule: String = "r", message: String = "m") -> Alert {
    Alert(
      id: "i\(number)", recordNumber: number, timestampNanoseconds: Int64(number), node: "n", rule: rule, ruleDescription: "",
      priority: .warning, tags: [], tenant: tenant, event: "execve", message: message, fields: [])
  }

  private static func limits(_ alerts: Int, _ perTenant: Int, bytes: Int = 1 << 20) -> AlertHistory.Limits {
    var limits = AlertHistory.Limits()
    limits.alerts = alerts
    limits.alertsPerTenant = perTenant
    limits.bytes = bytes
    return limits
  }

  private static func times(_ reader: AlertReader) -> [Int64] {
    var times: [Int64] = []
    while true {
      let batch = reader.next(limitBytes: 300)
      if batch.lines.isEmpty { return times }
      times += batch.lines.map(\.timestampNanoseconds)
    }
  }

  @Test func aTenantsNoisePushesOutItsOwn() {
    let history = AlertHistory(Self.limits(100, 50))
    for number in 1...10 { history.append(Self.alert(UInt64(number), "quiet")) }
    history.append(Self.alert(11, nil))
    for number in 12...2000 { history.append(Self.alert(UInt64(number), "loud")) }
    #expect(Self.times(history.reader(AlertSelection(tenants: ["quiet"]))) == Array(1...10))
    #expect(Self.times(history.reader(AlertSelection(tenants: ["loud"]))) == Array(1951...2000))
    // All, in the order of their coming, those of nobody included.
    #expect(Self.times(history.reader(AlertSelection())) == Array(1...11) + Array(1951...2000))
  }

  @Test func boundsHoldInAll() {
    let history = AlertHistory(Self.limits(100, 100))
    for number in 1...1000 { history.append(Self.alert(UInt64(number), "t\(number % 7)")) }
    #expect(history.count(AlertSelection()) == 100)
    let small = AlertHistory(Self.limits(1000, 1000, bytes: 20_000))
    small.append(Self.alert(1, "quiet"))
    for number in 2...1000 { small.append(Self.alert(UInt64(number), "loud", message: String(repeating: "x", count: 1000))) }
    #expect((5...20).contains(small.count(AlertSelection())))
    #expect(Self.times(small.reader(AlertSelection(tenants: ["quiet"]))) == [1])
    // One alone is kept, however long.
    let tiny = AlertHistory(Self.limits(10, 10, bytes: 1))
    tiny.append(Self.alert(1, "a"))
    tiny.append(Self.alert(2, "b"))
    #expect(tiny.count(AlertSelection()) == 1)
  }

  @Test func selectionsChoose() {
    let history = AlertHistory()
    for number in 1...20 { history.append(Self.alert(UInt64(number), number % 2 == 0 ? "even" : nil, rule: "r\(number % 5)")) }
    #expect(Self.times(history.reader(AlertSelection(rule: "r3"))) == [3, 8, 13, 18])
    #expect(Self.times(history.reader(AlertSelection(tenants: ["even"], rule: "r3"))) == [8, 18])
    #expect(Self.times(history.reader(AlertSelection(since: 18))) == [18, 19, 20])
    #expect(Self.times(history.reader(AlertSelection(tenants: []))) == [])
    #expect(Self.times(history.reader(AlertSelection(tenants: ["even"]), last: 3)) == [16, 18, 20])
    #expect(Self.times(history.reader(AlertSelection(), last: 0)) == [])
    #expect(Self.times(history.reader(AlertSelection(), last: 50)) == Array(1...20))
  }

  /// What was pushed out before a reader came to it is counted, exactly, and only what it would have seen.
  @Test func whatAReaderMissedIsCounted() {
    let history = AlertHistory(Self.limits(1000, 10))
    let reader = history.reader(AlertSelection(tenants: ["a"]))
    for number in 1...5 { history.append(Self.alert(UInt64(number), "a")) }
    #expect(Self.times(reader) == Array(1...5))
    for number in 6...30 {
      history.append(Self.alert(UInt64(number), "a"))
      history.append(Self.alert(UInt64(number + 100), "b"))
    }
    let batch = reader.next()
    #expect(batch.lost == 15)
    #expect(batch.lines.map(\.timestampNanoseconds) == Array(21...30))
    #expect(reader.next().lost == 0)
  }

  @Test func whoFollowsIsWokenAndToldTheEnd() async {
    let history = AlertHistory()
    let reader = history.reader(AlertSelection(tenants: ["a"]))
    let reading = Task {
      var times: [Int64] = []
      for await _ in reader.bell { times += reader.next().lines.map(\.timestampNanoseconds) }
      return times + reader.next().lines.map(\.timestampNanoseconds)
    }
    for number in 1...1000 { history.append(Self.alert(UInt64(number), number % 3 == 0 ? "a" : "b")) }
    history.close()
    #expect(await reading.value == (1...333).map { Int64($0 * 3) })
    // Whoever comes later gets what is there, and the end.
    let late = history.reader(AlertSelection(), last: 1)
    for await _ in late.bell {}
    #expect(late.next().lines.count == 1)
  }

  @Test func itIsASink() throws {
    let history = AlertHistory()
    let delivery = try Delivery(sinks: [.history(history)], queueCapacity: 16)
    delivery.send(Sample.alert(message: Sample.hostile))
    let status = delivery.finish(timeoutMilliseconds: 5000)
    #expect(status.map(\.delivered) == [1] && status[0].name == "kept for selvage alerts")
    let lines = history.reader(AlertSelection()).next().lines
    #expect(lines.map { $0.bytes.count { $0 == UInt8(ascii: "\n") } } == [1])
    #expect(lines.first?.bytes == JSONFormat.line(for: Sample.alert(message: Sample.hostile)) + [UInt8(ascii: "\n")])
  }
}
