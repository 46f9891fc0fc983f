internal import Events
internal import Control
internal import Delivery
internal import Discovery
internal import Engine
internal import Rules
internal import SystemPackage

/// The running agent's answers to those who ask it, between two batches of records. Used by the thread that reads the
/// ring; whoever asks waits for it, never the other way round.
struct ControlDesk: ~Copyable {
  private let server: ControlServer?
  private let mailbox: Mailbox?
  private let bell: Bell?
  private let board: PolicyBoard
  private var pace = AnswerPace()
  /// Who asked for the load of rules that is under way, and who for the next.
  private var reloading: [Ticket] = []
  private var reloadingNext: [Ticket] = []

  /// Goes on without a socket where there can't be one, and says so.
  init(_ settings: ControlSettings, board: PolicyBoard, history: any AlertArchive, delivery: Delivery) {
    self.board = board
    do {
      let bell = try Bell()
      let mailbox = Mailbox(bell: bell)
      server = try ControlServer(
        settings, board: board, mailbox: mailbox, history: history, delivery: { delivery.overview },
        say: { Console.say("selvage: control socket: \($0)") })
      self.mailbox = mailbox
      self.bell = bell
    } catch {
      Console.say("selvage: warning: nobody can ask this agent: \(error)")
      server = nil
      mailbox = nil
      bell = nil
    }
  }

  /// Readable when somebody asks.
  var wake: FileDescriptor? { bell?.descriptor }

  /// Somebody's answer was put off: it is to be looked for soon.
  var hasQuestions: Bool { mailbox?.hasQuestions ?? false }

  /// Answers the question that waits longest.
  ///
  /// - Parameters:
  ///   - isReloading: a load of rules is under way.
  ///   - state: how the agent is doing, by the number of records that it was given.
  /// - Returns: whether rules are to be loaded again.
  mutating func attend(_ engine: inout Engine, isReloading: Bool, state: (_ records: UInt64) -> AgentState) -> Bool {
    guard hasQuestions else { return false }
    let start = KernelClock.boot
    guard pace.allows(start), let ticket = mailbox?.take() else { return false }
    switch ticket.question {
    case .reload:
      if isReloading { reloadingNext.append(ticket) } else { reloading.append(ticket) }
      return true
    case .state: ticket.answer(.state(state(engine.records)))
    case .workloads, .explain: ticket.answer(engine.answer(ticket.question))
    }
    pace.spent(from: start, to: KernelClock.boot)
    return false
  }

  /// What came of a load of rules.
  enum Reload {
    case taken(Policy, LoadResult)
    /// Why not, in a line, and all that is wrong.
    case refused(String, [Diagnostic])
  }

  /// A load of rules came to its end.
  mutating func reloaded(_ reload: Reload) {
    let answer: ReloadAnswer
    switch reload {
    case .taken(let policy, let loaded):
      let outline = PolicyBoard.Outline(policy, loaded, sinceNanoseconds: KernelClock.wall)
      board.replace(outline)
      answer = ReloadAnswer(
        reloaded: true, rules: outline.rules, reason: nil, diagnostics: loaded.diagnostics.map(DiagnosticAnswer.init))
    case .refused(let reason, let diagnostics):
      answer = ReloadAnswer(
        reloaded: false, rules: board.policy.rules, reason: reason, diagnostics: diagnostics.map(DiagnosticAnswer.init))
    }
    for ticket in reloading { ticket.answer(.reloaded(answer)) }
    reloading = reloadingNext
    reloadingNext = []
  }

  /// Nobody is answered any more.
  func close() { server?.close() }
}
