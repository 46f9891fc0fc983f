import CEvents
import Engine
import Events
import Testing

@testable import Report

/// The processes of alerts, and what belongs to them.
struct ProcessTests {
  private let shells = rule("Shell", "evt.type = execve and proc.name = sh")

  @Test func ancestorsAndDescendantsAreThere() throws {
    var stream = TestStream()
    stream.exec(10, "init", comm: "init", parent: 0, kind: .task)
    stream.fork(20, from: 10)
    stream.exec(20, "sshd", comm: "sshd", parent: 10)
    stream.fork(30, from: 20)
    // Before the alert, and ended: an analyst wants to see it all the same.
    stream.fork(40, from: 30)
    stream.exec(40, "curl", "http://a b", comm: "curl", parent: 30)
    stream.exit(40, code: 7)
    stream.exec(30, "sh", "-c", "x", parent: 20)
    stream.fork(41, from: 30)
    stream.exec(41, "nc", comm: "nc", parent: 30)
    stream.fork(42, from: 41)
    stream.exit(42, signal: 9)
    // Nothing to do with it.
    stream.fork(50, from: 20)
    stream.exec(50, "ls", comm: "ls", parent: 20)
    let page = try stream.report(shells)
    #expect(Set(page.data.processes.map(\.pid)) == [10, 20, 30, 40, 41, 42])
    let numbers = Dictionary(
      uniqueKeysWithValues: page.data.processes.enumerated().map { ($0.element.pid, $0.offset) })
    #expect(page.data.alerts.first?.process == numbers[30])
    for (child, parent) in [(20, 10), (30, 20), (40, 30), (41, 30), (42, 41)] as [(UInt32, UInt32)] {
      #expect(page.process(child)?.parent == numbers[parent], "\(child)")
    }
    #expect(page.process(10)?.parent == -1)
    let curl = try #require(page.process(40))
    #expect(curl.programs.map(\.command) == ["curl 'http://a b'"])
    #expect(curl.end?.code == 7 && curl.end?.signal == 0)
    #expect(page.process(42)?.end?.signal == 9)
    #expect(page.process(41)?.end == nil)
    // A child that has not started a program runs its parent's.
    #expect(page.process(42)?.inherits == true && page.process(42)?.programs.map(\.command) == ["nc"])
    #expect(page.process(41)?.inherits == false)
  }

  @Test func programsOneAfterTheOther() throws {
    var stream = TestStream()
    stream.exec(10, "env", "a", comm: "env")
    for index in 0..<20 { stream.exec(10, "sh", "\(index)") }
    let process = try #require(try stream.report(shells).process(10))
    #expect(process.programCount == 21 && process.programs.count == 8)
    #expect(process.programs.first?.command == "env a" && process.programs.last?.command == "sh 19")
  }

  @Test func argumentsCanBeToldApart() throws {
    var stream = TestStream()
    stream.exec(10, "sh", "", "a b", "it's", "\\")
    #expect(try stream.report(shells).process(10)?.programs.first?.command == #"sh '' 'a b' 'it'\''s' \\"#)
  }

  @Test func ofManyDescendantsSomeAreShownAndAllCounted() throws {
    var stream = TestStream()
    stream.exec(10, "sh")
    for pid in 100..<400 as Range<UInt32> { stream.fork(pid, from: 10) }
    let page = try stream.report(shells)
    #expect(page.process(10)?.children == 300)
    #expect(page.data.processes.count == 1 + ReportLimits().descendants)
  }

  /// Each process starts the next and ends: all of them are ancestors of the last.
  @Test func aChainOfForksIsBounded() throws {
    var limits = ReportLimits()
    limits.processes = 500
    limits.endedProcesses = 100
    var stream = TestStream()
    stream.exec(10, "sh")
    for pid in 10..<3000 as Range<UInt32> {
      stream.fork(pid + 1, from: pid)
      stream.exit(pid)
    }
    stream.exec(3000, "sh", parent: 2999)
    let page = try stream.report(shells, limits: limits)
    #expect(page.data.alerts.count == 2)
    #expect(page.data.processes.count <= 1 + limits.descendants)
    #expect(page.text.contains("More processes ran than could be followed"))
  }

  @Test func ringsOfParentsAreNone() throws {
    var stream = TestStream()
    stream.exec(10, "sh", parent: 11)
    stream.exec(11, "sh", parent: 10)
    stream.fork(10, from: 10)
    stream.fork(10, from: 11)
    let page = try stream.report(shells)
    for (number, process) in page.data.processes.enumerated() {
      var next = process.parent
      for _ in 0..<10 where next >= 0 {
        #expect(next != number)
        next = page.data.processes[next].parent
      }
      #expect(next < 0)
    }
  }

  @Test func aPidThatIsUsedAgainIsAnotherProcess() throws {
    var book = ProcessBook(ReportLimits())
    func fork(_ pid: UInt32, start: UInt64) throws -> Int32 {
      var fixed = sv_fork()
      fixed.header.pid = pid
      fixed.header.start_ns = start
      let bytes = try #require(RecordBuilder(fixed).finish(kind: .fork))
      return book.take(try Record(number: 1, bytes: bytes.span.bytes), .fork, time: 0)
    }
    let one = try fork(7, start: 100)
    let other = try fork(7, start: 200)
    #expect(one != other && one >= 0 && other >= 0)
    #expect(try fork(7, start: 100) == one)
  }

  /// What stands before such a stream tells of the processes what they had been told.
  @Test func aStreamThatStartsInTheMiddle() throws {
    var stream = TestStream()
    stream.exec(10, "init", comm: "init", parent: 0, kind: .task)
    stream.fork(20, from: 10)
    stream.exec(20, "sshd", "-D", comm: "sshd", parent: 10)
    stream.fork(30, from: 20)
    stream.fork(31, from: 30)
    stream.exit(20)
    let middle = stream.records.count
    stream.exec(31, "sh", parent: 30)
    let policy = try TestStream.policy(shells)
    var engine = Engine(policy: policy)
    for (index, bytes) in stream.records.prefix(middle).enumerated() {
      engine.process(try Record(number: UInt64(index + 1000), bytes: bytes.span.bytes)) { _ in }
    }
    var report = TraceReport(policy: policy)
    #expect(engine.snapshot(before: 2000) { report.process($0) })
    for bytes in stream.records.dropFirst(middle) { report.process(try Record(number: 2000, bytes: bytes.span.bytes)) }
    let origin = ReportOrigin(trace: "cut.trace", summary: TraceSummary(), rules: [], version: "1")
    let page = try TestPage(report.page(origin))
    let whole = try stream.report(shells)
    #expect(page.data.processes.map(\.pid) == [31, 30, 20, 10] && whole.data.processes.map(\.pid) == [31, 30, 20, 10])
    for pid in [10, 20, 30, 31] as [UInt32] {
      #expect(page.process(pid)?.programs.last?.command == whole.process(pid)?.programs.last?.command)
      #expect(page.process(pid)?.name == whole.process(pid)?.name)
    }
  }

  @Test func ofACorrelationTheLastEventsProcessIsShown() throws {
    var stream = TestStream()
    for pid in 10..<13 as Range<UInt32> { stream.exec(pid, "sh") }
    let page = try stream.report(
      """
      title: Shells
      level: high
      correlation: {type: event_count, rules: [shell], timespan: 1m, condition: {gte: 3}}
      ---
      title: Shell
      name: shell
      logsource: {product: linux, category: process_creation}
      detection: {selection: {Image: /bin/sh}, condition: selection}
      """)
    #expect(page.data.alerts.count == 1 && page.data.processes.map(\.pid) == [12])
    #expect(page.data.rules.first?.condition == "event_count >= 3 within 1m: shell")
    #expect(page.text.contains("1 of 1 fired"))
  }

  // MARK: - Endpoints

  @Test func endpointsAreToldWithTheirOutcomes() throws {
    var stream = TestStream()
    stream.exec(10, "sh")
    for port in [40001, 40002] as [UInt16] {
      stream.socket(.connect, 10, remote: [10, 0, 0, 9], remotePort: 443, result: -115)
      stream.socket(
        .connected, 10, local: [10, 0, 0, 1], localPort: port, remote: [10, 0, 0, 9], remotePort: 443,
        result: port == 40001 ? -111 : 0)
    }
    stream.socket(
      .close, 10, local: [10, 0, 0, 1], localPort: 40002, remote: [10, 0, 0, 9], remotePort: 443, duration: 5_000_000)
    stream.socket(.bind, 10, local: [0, 0, 0, 0], localPort: 8000)
    stream.socket(.listen, 10, local: [0, 0, 0, 0], localPort: 8000)
    for port in [50001, 50002] as [UInt16] {
      stream.socket(
        .accept, 10, local: [10, 0, 0, 1], localPort: 8000, remote: [10, 0, 0, 7], remotePort: port, flags: 1)
    }
    let endpoints = try #require(try stream.report(shells).process(10)).endpoints
    #expect(endpoints.map(\.role) == ["connect", "bind", "listen", "accept"])
    let connect = endpoints[0]
    #expect(connect.remote == "10.0.0.9:443" && connect.local == "10.0.0.1:40002" && connect.transport == "tcp")
    #expect(connect.count == 2 && connect.closed == 1 && connect.longest == 5_000_000)
    #expect(connect.outcomes.map(\.result) == ["ECONNREFUSED", "SUCCESS"])
    #expect(connect.outcomes.allSatisfy { $0.count == 1 })
    #expect(endpoints[2].local == "0.0.0.0:8000")
    let accept = endpoints[3]
    #expect(accept.remote == "10.0.0.7" && accept.local == "10.0.0.1:8000" && accept.count == 2)
  }

  @Test func ofManyEndpointsTheFirstAndTheLatestAreShown() throws {
    var stream = TestStream()
    stream.exec(10, "sh")
    for port in 1...100 as ClosedRange<UInt16> {
      stream.socket(.connect, 10, remote: [10, 0, 0, 9], remotePort: port, result: -115)
    }
    let process = try #require(try stream.report(shells).process(10))
    #expect(process.endpoints.count == 32 && process.endpointsLeftOut == 68)
    #expect(process.endpoints.first?.remote == "10.0.0.9:1" && process.endpoints.last?.remote == "10.0.0.9:100")
  }
}
