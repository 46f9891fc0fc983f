import CEvents
import Testing

@testable import Events

struct DescendantFilterTests {
  private func header(_ pid: UInt32, start: UInt64) -> sv_header {
    var header = sv_header()
    header.pid = pid
    header.start_ns = start
    return header
  }

  private func fork(_ pid: UInt32, from parent: UInt32, start: UInt64 = 1, creator: UInt32? = nil) -> [UInt8] {
    var fixed = sv_fork()
    fixed.header = header(pid, start: start)
    fixed.parent_pid = parent
    fixed.parent_start_ns = 1
    fixed.creator_pid = creator ?? parent
    fixed.creator_start_ns = 1
    return RecordBuilder(fixed).finish(kind: .fork) ?? []
  }

  private func exec(_ pid: UInt32, parent: UInt32, start: UInt64 = 1, kind: EventKind = .exec) -> [UInt8] {
    var fixed = sv_process()
    fixed.header = header(pid, start: start)
    fixed.parent_pid = parent
    fixed.parent_start_ns = 1
    return RecordBuilder(fixed).finish(kind: kind) ?? []
  }

  private func exit(_ pid: UInt32, start: UInt64 = 1) -> [UInt8] {
    var fixed = sv_exit()
    fixed.header = header(pid, start: start)
    return RecordBuilder(fixed).finish(kind: .exit) ?? []
  }

  private func connect(_ pid: UInt32, start: UInt64 = 1) -> [UInt8] {
    var fixed = sv_socket()
    fixed.header = header(pid, start: start)
    return RecordBuilder(fixed).finish(kind: .connect) ?? []
  }

  /// Which of the records the filter keeps.
  private func kept(_ records: [[UInt8]], _ filter: inout DescendantFilter) -> [Bool] {
    records.map { bytes in
      guard let record = try? Record(number: 1, bytes: bytes.span.bytes) else { return false }
      return filter.keeps(record)
    }
  }

  private func kept(_ records: [[UInt8]]) -> [Bool] {
    var filter = DescendantFilter(root: 10)
    return kept(records, &filter)
  }

  @Test func keepsTheProcessAndAllThatComesFromIt() {
    #expect(
      kept([fork(10, from: 2), exec(10, parent: 2), fork(11, from: 10), fork(12, from: 11), connect(12), exit(12)])
        == Array(repeating: true, count: 6))
  }

  @Test func keepsNothingElse() {
    #expect(
      kept([
        fork(10, from: 2), fork(20, from: 2), exec(20, parent: 2), connect(20), exit(20),
        exec(10, parent: 2, kind: .task),
      ]) == [true, false, false, false, false, false])
  }

  @Test func keepsAProcessThatHasAnotherParentThanItsCreator() {
    #expect(kept([fork(10, from: 2), fork(11, from: 2, creator: 10)]) == [true, true])
  }

  @Test func keepsThoseWhoseForkWasLost() {
    #expect(kept([exec(10, parent: 2), exec(11, parent: 10)]) == [true, true])
  }

  @Test func anotherProcessOfTheSameIdIsNotKept() {
    #expect(kept([fork(10, from: 2), connect(10, start: 5), exec(10, parent: 2, start: 5)]) == [true, false, false])
    #expect(kept([fork(10, from: 2), exit(10), fork(10, from: 2, start: 5)]) == [true, true, false])
  }

  @Test func keepsWhatASocketTellsAfterItsOwnerEndedButNotForEver() {
    var filter = DescendantFilter(root: 10, exitedCapacity: 1)
    #expect(kept([fork(10, from: 2), fork(11, from: 10), exit(11), connect(11)], &filter) == [true, true, true, true])
    #expect(!filter.rootHasExited)
    #expect(kept([exit(10), connect(11), connect(10)], &filter) == [true, false, true])
    #expect(filter.rootHasExited)
    #expect(kept([fork(12, from: 10), exit(12), fork(10, from: 2, start: 9)], &filter) == [true, true, false])
  }

  @Test func keepsWhatTheStreamTells() {
    let stream = StreamRecord(node: "n", bootID: "b", kernel: "k", version: "v", clockOffsetNanoseconds: 0)
    let counters = CountersRecord()
    #expect(
      kept([stream.encoded(timeNanoseconds: 1, pid: 1), counters.encoded(timeNanoseconds: 1, pid: 1)]) == [true, true])
  }

  @Test func aKindThatIsNotKnownIsNotKept() {
    var record = exit(10)
    record[6] = 60
    #expect(kept([fork(10, from: 2), record]) == [true, false])
  }
}
