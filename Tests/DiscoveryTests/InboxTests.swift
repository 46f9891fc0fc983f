import Discovery
import Events
import Glibc
import Testing

struct InboxTests {
  private func facts(_ cgroup: UInt64, _ value: String, source: FactSource = .cri) -> Inbox.Facts {
    Inbox.Facts(cgroup: cgroup, source: source, identity: .known, pairs: [("container.name", value)])
  }

  @Test func theLastWordOfASourceStays() throws {
    let bell = try Bell()
    let inbox = Inbox(bell: bell)
    #expect(inbox.take().isEmpty)
    #expect(inbox.leave(facts(1, "a")))
    #expect(inbox.leave(facts(2, "b")))
    #expect(inbox.leave(facts(1, "c")))
    #expect(inbox.leave(facts(1, "d", source: .kubernetes)))
    #expect(bell.wait(milliseconds: 0))
    #expect(inbox.take().map { $0.pairs.map(\.value) } == [["c"], ["b"], ["d"]])
    #expect(!bell.wait(milliseconds: 0))
    #expect(inbox.take().isEmpty)
  }

  @Test func itIsBounded() {
    let inbox = Inbox(bell: nil, limitBytes: 10_000)
    let long = String(repeating: "x", count: 1000)
    var fitted = 0
    for cgroup in 1...100 as ClosedRange<UInt64> where inbox.leave(facts(cgroup, long)) { fitted += 1 }
    #expect((1...10).contains(fitted))
    #expect(inbox.leave(facts(1, long)))  // in the place of what it said before
    #expect(inbox.take().count == fitted)
    #expect(inbox.leave(facts(100, long)))
  }
}
