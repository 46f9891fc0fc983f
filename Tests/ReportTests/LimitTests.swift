import Testing

@testable import Report

/// What a long trace leaves out, and what it never does.
struct LimitTests {
  private let rules = rule("Often", "evt.type = execve and proc.name = often")
    + rule("Seldom", "evt.type = execve and proc.name = seldom", priority: "Critical")

  @Test func countsAndTimelineAreWhole() throws {
    var stream = TestStream()
    for pid in 10..<1010 as Range<UInt32> { stream.exec(pid, "a", comm: "often") }
    for pid in 2010..<2020 as Range<UInt32> { stream.exec(pid, "a", comm: "seldom") }
    var limits = ReportLimits()
    limits.alerts = 50
    let page = try stream.report(rules, limits: limits)
    // A rule that fires late has details all the same.
    #expect(page.items.count == 60 && page.data.alerts.count == 60)
    #expect(page.text.contains("<h1>node1: 1,010 alerts</h1>"))
    #expect(page.text.contains("950 alerts of 1,010 have no details here"))
    let often = try #require(page.data.rules.first { $0.name == "Often" })
    #expect(often.count == 1000 && often.detailed == 50)
    #expect(often.steps.reduce(0) { $0 + $1[1] } == 1000)
    #expect(page.data.rules.first { $0.name == "Seldom" }?.detailed == 10)
    // The most severe comes first.
    let places = ["Seldom", "Often"].map { page.text.firstRange(of: ">\($0)</th>")?.lowerBound }
    #expect(places[0].map { first in places[1].map { first < $0 } ?? false } ?? false)
  }

  @Test func bytesAreBounded() throws {
    var stream = TestStream()
    for pid in 10..<200 as Range<UInt32> { stream.exec(pid, "a", String(repeating: "x", count: 4000), comm: "often") }
    var limits = ReportLimits()
    limits.alertBytes = 100_000
    let page = try stream.report(rules, limits: limits)
    #expect(page.data.alerts.count < 20 && !page.data.alerts.isEmpty)
    #expect(page.data.rules.first?.count == 190)
  }

  @Test func processesAreBounded() throws {
    var stream = TestStream()
    for pid in 10..<200 as Range<UInt32> { stream.exec(pid, "a", comm: "often") }
    var limits = ReportLimits()
    limits.keptProcesses = 30
    let page = try stream.report(rules, limits: limits)
    #expect(page.data.processes.count == 30 && page.data.alerts.count == 190)
    #expect(page.data.alerts.last?.process == -1)
    #expect(page.text.contains("Not every alert has its processes here"))
  }

  @Test func theTimelineWidensWithTheTrace() {
    var histogram = AlertHistogram()
    histogram.addSeries()
    histogram.addSeries()
    let offsets: [Int64] = [-5, 0, 1, 999, 1000, 479_999, 480_000, 1 << 40, 1 << 40 + 1, .max]
    for offset in offsets { histogram.add(offset, to: 1) }
    #expect(histogram.counts[1].reduce(0, +) == UInt32(offsets.count))
    #expect(histogram.counts[0].reduce(0, +) == 0)
    #expect(.max / histogram.stepNanoseconds < Int64(AlertHistogram.steps))
  }

  @Test func times() throws {
    // Clocks that say anything: no trap, and the page stands.
    for offset in [Int64.min, -1, 0, .max] {
      var stream = TestStream()
      stream.wait(nanoseconds: UInt64(bitPattern: offset))
      stream.exec(10, "a", comm: "often")
      stream.wait(nanoseconds: UInt64(bitPattern: offset))
      stream.exec(11, "a", comm: "often")
      #expect(try stream.report(rules).data.alerts.count == 2)
    }
  }
}
