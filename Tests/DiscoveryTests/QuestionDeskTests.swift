import Discovery
import Events
import Glibc
import Synchronization
import TestSupport
import Testing

struct QuestionDeskTests {
  /// What the desk asked, and what is answered.
  private final class Source: Sendable {
    let asked = Mutex<[UInt64]>([])
    let answer: Mutex<@Sendable (Inquiry) -> QuestionDesk.Answer>
    let isOpen = Atomic<Bool>(true)

    init(_ answer: @escaping @Sendable (Inquiry) -> QuestionDesk.Answer) { self.answer = Mutex(answer) }

    func ask(_ inquiry: Inquiry) -> QuestionDesk.Answer {
      asked.withLock { $0.append(inquiry.cgroup) }
      while !isOpen.load(ordering: .acquiring) { usleep(1000) }
      return answer.withLock { $0 }(inquiry)
    }

    var count: Int { asked.withLock { $0.count } }
  }

  private func desk(_ source: Source, _ inbox: Inbox, outlasts: Bool = false, limit: Int = 100) -> QuestionDesk {
    var timing = QuestionDesk.Timing()
    timing.firstPauseMilliseconds = 1
    timing.longestPauseMilliseconds = 50
    return QuestionDesk(
      source: .slurm, inbox: inbox, timing: timing, outlasts: outlasts, limit: limit, place: { "here" }, wants: { $0.part == .job },
      ask: source.ask)
  }

  private func inquiry(_ job: UInt64) throws -> Inquiry {
    let path = "/system.slice/slurmstepd.scope/job_\(job)"
    return Inquiry(cgroup: job, part: .job, path: path, workload: try #require(CgroupWorkload(path: path)))
  }

  private static func known(_ inquiry: Inquiry) -> QuestionDesk.Answer {
    .facts([Inbox.Facts(cgroup: inquiry.cgroup, source: .slurm, identity: .known, pairs: [("slurm.user", "alice")])])
  }

  /// Takes from the inbox until so many came.
  private func facts(_ inbox: Inbox, _ count: Int) -> [UInt64] {
    var cgroups: [UInt64] = []
    _ = eventually {
      cgroups += inbox.take().map(\.cgroup)
      return cgroups.count >= count
    }
    return cgroups
  }

  @Test func eachIsAskedOnce() throws {
    let source = Source(Self.known)
    let inbox = Inbox(bell: nil)
    let desk = desk(source, inbox)
    for job in [1, 2, 2, 3] as [UInt64] { desk.appeared(try inquiry(job)) }
    #expect(Set(facts(inbox, 3)) == [1, 2, 3])
    #expect(eventually { desk.status.waiting == 0 })
    #expect(desk.status == SourceStatus(source: .slurm, state: .answers, place: "here", questions: 3))
    desk.stop()
  }

  @Test func nothingYetIsAskedAgain() throws {
    let source = Source { _ in .nothing }
    let inbox = Inbox(bell: nil)
    let desk = desk(source, inbox)
    desk.appeared(try inquiry(1))
    #expect(eventually { source.count >= 4 })
    source.answer.withLock { $0 = Self.known }
    #expect(facts(inbox, 1) == [1])
    desk.stop()
  }

  @Test func aSourceThatFailsIsAskedAgainLater() throws {
    let source = Source { _ in .failure("it hangs") }
    let inbox = Inbox(bell: nil)
    let desk = desk(source, inbox)
    for job in 1...10 as ClosedRange<UInt64> { desk.appeared(try inquiry(job)) }
    #expect(eventually { desk.status.failures >= 3 })
    #expect(desk.status.state == .silent)
    #expect(desk.status.remark == "it hangs")
    source.answer.withLock { $0 = Self.known }
    #expect(Set(facts(inbox, 10)) == Set(1...10))
    #expect(eventually { desk.status.state == .answers && desk.status.remark == nil })
    desk.stop()
  }

  /// One that hangs holds up nobody who tells it of cgroups; what is gone meanwhile is not asked for.
  @Test func aSourceThatHangsStallsNobody() throws {
    let source = Source(Self.known)
    source.isOpen.store(false, ordering: .releasing)
    let inbox = Inbox(bell: nil)
    let desk = desk(source, inbox, limit: 1000)
    desk.appeared(try inquiry(1))
    #expect(eventually { source.count == 1 })
    let clock = ContinuousClock()
    let inquiries = try (2...100_000 as ClosedRange<UInt64>).map { try inquiry($0) }
    let time = clock.measure {
      for inquiry in inquiries {
        desk.appeared(inquiry)
        desk.gone(inquiry.cgroup)
      }
    }
    #expect(time < .seconds(5), "100,000 cgroups took \(time)")
    #expect(desk.status.waiting == 1)
    source.isOpen.store(true, ordering: .releasing)
    #expect(facts(inbox, 1) == [1])
    desk.appeared(try inquiry(200_000))
    #expect(facts(inbox, 1) == [200_000])
    #expect(source.count == 2)
    desk.stop()
  }

  @Test func whatOutlastsItsCgroupIsAskedAfterIt() throws {
    let source = Source(Self.known)
    source.isOpen.store(false, ordering: .releasing)
    let inbox = Inbox(bell: nil)
    let desk = desk(source, inbox, outlasts: true)
    for job in 1...3 as ClosedRange<UInt64> {
      desk.appeared(try inquiry(job))
      desk.gone(job)
    }
    source.isOpen.store(true, ordering: .releasing)
    #expect(Set(facts(inbox, 3)) == [1, 2, 3])
    desk.stop()
  }

  @Test func questionsAreBounded() throws {
    let source = Source(Self.known)
    source.isOpen.store(false, ordering: .releasing)
    let desk = desk(source, Inbox(bell: nil), outlasts: true, limit: 10)
    for job in 1...1000 as ClosedRange<UInt64> { desk.appeared(try inquiry(job)) }
    #expect(desk.status.waiting == 10)
    #expect(desk.status.remark == "990 questions found no room")
    source.isOpen.store(true, ordering: .releasing)
    desk.stop()
  }
}
