package import Events
internal import Glibc
internal import Synchronization
internal import SystemPackage

/// Asks somebody on this node who answers by a call that blocks, one question after another, on a thread of its own.
///
/// Questions wait in bounded memory. A source that fails is asked again after a while, which grows; an answer that is
/// not there yet, too. A cgroup that is gone is asked for no more, unless its answers outlast it.
package final class QuestionDesk: Informant {
  package enum Answer: Sendable {
    /// What is known, of which cgroup each.
    case facts([Inbox.Facts])
    /// Nothing is known of it, yet.
    case nothing
    /// The source works, but this answer of it is none: others are asked about meanwhile. Why, in a line.
    case refusal(String)
    /// The source does not work; why, in a line.
    case failure(String)
    /// No question of this source.
    case notAsked
  }

  /// Why a source does not work, in a line.
  package typealias Failure = String

  package struct Timing: Sendable {
    /// Pauses after a failure, and between questions about the same cgroup.
    package var firstPauseMilliseconds = 20
    package var longestPauseMilliseconds = 10_000
    /// A cgroup of which nothing was known for so long is asked for no more.
    package var patienceMilliseconds = 120_000

    package init() {}
  }

  package let source: FactSource
  private let place: @Sendable () -> String?
  private let inbox: Inbox
  private let timing: Timing
  private let outlasts: Bool
  private let limit: Int
  private let wants: @Sendable (Inquiry) -> Bool
  private let ask: @Sendable (Inquiry) -> Answer
  private let probing: @Sendable () -> Failure?
  private let book: Mutex<Book>
  private let bell: Bell?

  private struct Question {
    let inquiry: Inquiry
    let since: UInt64
    var due: UInt64
    var pauseMilliseconds: Int
    var isGone = false
  }

  private struct Book {
    var questions: [UInt64: Question] = [:]
    /// Those that are due at once, in the order of their coming; some may be gone.
    var next: [UInt64] = []
    var taken = 0
    /// When the first of the others is.
    var nextDue = UInt64.max
    var hasThread = false
    var isStopped = false
    var asked: UInt64 = 0
    var failures: UInt64 = 0
    var dropped: UInt64 = 0
    var lastFailure: String?
    var lastRefusal: String?
    /// After failures: nobody is asked before.
    var silentUntil: UInt64 = 0
    var pauseMilliseconds = 0
  }

  /// - Parameters:
  ///   - place: where it is asked; nil: it is not here now.
  ///   - outlasts: it answers also when the cgroup is gone.
  ///   - wants: whether a cgroup is one of this source. On the reading thread: quick.
  ///   - ask: blocks.
  ///   - probe: asks for something that harms nobody; blocks.
  package init(
    source: FactSource, inbox: Inbox, timing: Timing = Timing(), outlasts: Bool = false, limit: Int = 16384,
    place: @escaping @Sendable () -> String?, wants: @escaping @Sendable (Inquiry) -> Bool,
    ask: @escaping @Sendable (Inquiry) -> Answer, probe: @escaping @Sendable () -> Failure? = { nil }
  ) {
    self.source = source
    self.inbox = inbox
    self.timing = timing
    self.outlasts = outlasts
    self.limit = limit
    self.place = place
    self.wants = wants
    self.ask = ask
    probing = probe
    bell = try? Bell()
    book = Mutex(Book())
  }

  package func appeared(_ inquiry: Inquiry) {
    guard wants(inquiry) else { return }
    let isIdle = book.withLock { book in
      guard !book.isStopped, book.questions[inquiry.cgroup] == nil else { return false }
      guard book.questions.count < limit else {
        book.dropped &+= 1
        return false
      }
      book.questions[inquiry.cgroup] = Question(
        inquiry: inquiry, since: KernelClock.monotonic, due: 0, pauseMilliseconds: timing.firstPauseMilliseconds)
      book.next.append(inquiry.cgroup)
      // Most were of cgroups that are gone since.
      if book.next.count > 4 * limit { compact(&book, isAll: true) }
      defer { book.hasThread = true }
      if !book.hasThread { startThread(&book) }
      return book.next.count - book.taken == 1
    }
    if isIdle { bell?.ring() }
  }

  package func gone(_ cgroup: UInt64) {
    book.withLock { book in
      if outlasts { book.questions[cgroup]?.isGone = true } else { book.questions[cgroup] = nil }
    }
  }

  package var status: SourceStatus {
    let place = place()
    return book.withLock { book in
      let state: SourceStatus.State =
        place == nil ? .absent : book.lastFailure != nil ? .silent : book.asked == 0 ? .unasked : .answers
      var remark = book.lastFailure ?? book.lastRefusal
      if book.dropped > 0 { remark = "\(remark.map { "\($0); " } ?? "")\(book.dropped) questions found no room" }
      return SourceStatus(
        source: source, state: state, place: place ?? "", remark: remark, questions: book.asked, failures: book.failures,
        waiting: book.questions.count)
    }
  }

  package func probe() -> SourceStatus {
    guard let place = place() else { return status }
    let failure = probing()
    return SourceStatus(source: source, state: failure == nil ? .answers : .silent, place: place, remark: failure)
  }

  package func stop() {
    book.withLock { $0.isStopped = true }
    bell?.ring()
  }

  // MARK: - The thread

  private func startThread(_ book: inout Book) {
    do throws(Errno) { try DetachedThread.start { self.serve() } } catch {
      book.lastFailure = "starting a thread: \(error)"
      book.isStopped = true
    }
  }

  private func serve() {
    while true {
      let now = KernelClock.monotonic
      let (inquiry, until, isStopped) = book.withLock { book in (take(&book, now), wakeUp(book), book.isStopped) }
      if isStopped { return }
      guard let inquiry else {
        // Rung by who leaves a question; a bell that could not be had is looked after.
        let milliseconds = until == .max ? 60_000 : Int32(clamping: (until &- min(until, now)) / 1_000_000 + 1)
        if let bell {
          _ = bell.wait(milliseconds: milliseconds)
          bell.silence()
        } else {
          poll(nil, 0, min(milliseconds, 100))
        }
        continue
      }
      note(ask(inquiry), inquiry)
    }
  }

  private func wakeUp(_ book: Book) -> UInt64 {
    book.next.count > book.taken ? book.silentUntil : book.questions.isEmpty ? .max : max(book.nextDue, book.silentUntil)
  }

  private func take(_ book: inout Book, _ now: UInt64) -> Inquiry? {
    guard !book.isStopped, now >= book.silentUntil else { return nil }
    while book.taken < book.next.count {
      let cgroup = book.next[book.taken]
      book.taken += 1
      if let question = book.questions[cgroup], question.due == 0 {
        book.questions[cgroup]?.due = .max
        book.asked &+= 1
        compact(&book)
        return question.inquiry
      }
    }
    compact(&book)
    guard now >= book.nextDue else { return nil }
    book.nextDue = .max
    for (cgroup, question) in book.questions where question.due != 0 && question.due != .max {
      if question.due <= now {
        book.questions[cgroup]?.due = 0
        book.next.append(cgroup)
      } else {
        book.nextDue = min(book.nextDue, question.due)
      }
    }
    return book.taken < book.next.count ? take(&book, now) : nil
  }

  private func compact(_ book: inout Book, isAll: Bool = false) {
    guard isAll || book.taken == book.next.count || book.taken > 1024 else { return }
    book.next.removeFirst(book.taken)
    if isAll { book.next.removeAll { book.questions[$0] == nil } }
    book.taken = 0
  }

  private func note(_ answer: Answer, _ inquiry: Inquiry) {
    let isLeft =
      switch answer {
      case .facts(let facts): facts.reduce(true) { inbox.leave($1) && $0 }
      default: true
      }
    let now = KernelClock.monotonic
    book.withLock { book in
      switch answer {
      case .notAsked:
        book.asked &-= 1
        book.questions[inquiry.cgroup] = nil
      case .facts where isLeft:
        works(&book)
        book.questions[inquiry.cgroup] = nil
      case .facts: later(inquiry.cgroup, &book, now)
      case .nothing:
        works(&book)
        if !isOver(inquiry.cgroup, book, now) { later(inquiry.cgroup, &book, now) } else { book.questions[inquiry.cgroup] = nil }
      case .refusal(let reason):
        works(&book)
        book.failures &+= 1
        book.lastRefusal = reason
        if !isOver(inquiry.cgroup, book, now) { later(inquiry.cgroup, &book, now) } else { book.questions[inquiry.cgroup] = nil }
      case .failure(let reason):
        book.failures &+= 1
        book.lastFailure = reason
        book.pauseMilliseconds = min(
          max(timing.firstPauseMilliseconds, book.pauseMilliseconds * 2), timing.longestPauseMilliseconds)
        book.silentUntil = now + UInt64(book.pauseMilliseconds) * 1_000_000
        let isForgotten = book.questions[inquiry.cgroup]?.isGone == true && isOver(inquiry.cgroup, book, now)
        if !isForgotten { later(inquiry.cgroup, &book, now) } else { book.questions[inquiry.cgroup] = nil }
      }
    }
  }

  private func isOver(_ cgroup: UInt64, _ book: Book, _ now: UInt64) -> Bool {
    guard let since = book.questions[cgroup]?.since else { return true }
    return now &- since > UInt64(timing.patienceMilliseconds) * 1_000_000
  }

  private func works(_ book: inout Book) {
    book.lastFailure = nil
    book.pauseMilliseconds = 0
  }

  private func later(_ cgroup: UInt64, _ book: inout Book, _ now: UInt64) {
    guard var question = book.questions[cgroup] else { return }
    question.due = now + UInt64(question.pauseMilliseconds) * 1_000_000
    question.pauseMilliseconds = min(question.pauseMilliseconds * 2, timing.longestPauseMilliseconds)
    book.nextDue = min(book.nextDue, question.due)
    book.questions[cgroup] = question
  }
}
