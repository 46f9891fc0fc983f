import CEvents
import Events
import Testing

@testable import Engine

struct ProcessTreeTests {
  @Test func aReusedPidIsAnotherProcess() throws {
    var stream = TestStream()
    stream.exec(10, ["old"], comm: "old", start: 100)
    stream.fork(11, from: 10, start: 150, parentStart: 100, comm: "old")
    stream.exit(10, start: 100, comm: "old")
    stream.exec(10, ["new"], comm: "new", start: 200)
    stream.exec(11, ["child"], comm: "child", parent: 1, start: 150)
    #expect(try stream.rendered("%proc.pname %proc.ppid") == "old 10")
  }

  @Test func aProcessEndsOnce() throws {
    var stream = TestStream()
    stream.exec(10)
    stream.exit(10)
    stream.exit(10)
    #expect(stream.alerts(try policy("evt.type = procexit")).count == 1)
  }

  @Test func ancestorsStayAsLongAsADescendantLives() throws {
    var stream = TestStream()
    stream.exec(10, ["a"], comm: "a")
    stream.fork(11, from: 10, comm: "a")
    stream.fork(12, from: 11, comm: "a")
    stream.exit(10, comm: "a")
    stream.exit(11, comm: "a")
    // Many others come and go.
    for pid in 100..<5000 as Range<UInt32> {
      stream.fork(pid, from: 1, start: UInt64(pid))
      stream.exit(pid, start: UInt64(pid))
    }
    stream.exec(12, ["b"], comm: "b", parent: 1)
    #expect(try stream.rendered("%proc.aname[1] %proc.apid[2]") == "a 10")
  }

  @Test func whatIsKeptIsBounded() throws {
    var tree = ProcessTree(capacity: 100, exitedCapacity: 10)
    for pid in 1...1000 as ClosedRange<UInt32> {
      var fork = sv_fork()
      fork.header.pid = pid
      fork.header.start_ns = UInt64(pid)
      _ = tree.forked(fork)
      var exit = sv_exit()
      exit.header = fork.header
      _ = tree.exited(exit)
    }
    #expect(tree.count == 10)
    #expect(tree.refused == 0)
    for pid in 1...200 as ClosedRange<UInt32> {
      var fork = sv_fork()
      fork.header.pid = pid
      fork.header.start_ns = UInt64(pid) + 5000
      _ = tree.forked(fork)
    }
    #expect(tree.count == 100)
    #expect(tree.refused == 100)
  }

  @Test func forgedParentsCanMakeNoRing() throws {
    var stream = TestStream()
    stream.exec(10, ["a"], comm: "a", parent: 11)
    stream.exec(11, ["b"], comm: "b", parent: 12)
    stream.exec(12, ["c"], comm: "c", parent: 10)
    stream.exec(13, ["d"], comm: "d", parent: 13)
    stream.exec(12, ["c"], comm: "c", parent: 12)
    // It ends, and finds nothing.
    #expect(try stream.fires("proc.aname = nobody") == false)
    #expect(try stream.rendered("%proc.aname[1000000]") == "<NA>")
  }

  @Test func forgedRecordsNeverTrap() throws {
    var random = SystemRandomNumberGenerator()
    let policy = try policy("proc.aname = x or proc.pname = y or proc.sname = z or fd.ip = 1.2.3.4", output: "%proc.acmdline")
    for _ in 0..<200 {
      var stream = TestStream()
      for _ in 0..<100 {
        let pid = UInt32.random(in: 0...6, using: &random)
        let parent = UInt32.random(in: 0...6, using: &random)
        let start = UInt64.random(in: 0...2, using: &random)
        switch Int.random(in: 0...4, using: &random) {
        case 0: stream.exec(pid, ["a"], parent: parent, start: start, parentStart: UInt64.random(in: 0...2, using: &random))
        case 1: stream.fork(pid, from: parent, start: start, parentStart: UInt64.random(in: 0...2, using: &random))
        case 2: stream.exit(pid, start: start)
        case 3: stream.socket(.connect, pid, remote: "1.2.3.4", start: start)
        default: stream.exec(pid, [], parent: parent, start: start, kind: .task)
        }
      }
      _ = stream.alerts(policy, processes: 5)
    }
  }
}
