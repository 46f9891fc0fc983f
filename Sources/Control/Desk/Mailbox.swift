package import Discovery
internal import Synchronization

/// Questions of the server to the thread that reads the ring, which looks here between two batches of records, and never
/// waits. Whoever asks the same at the same time gets the same answer; and all answers together take no more than a
/// twentieth of the thread's time, so that nobody slows the node by asking.
package final class Mailbox: Sendable {
  private struct Contents {
    /// In the order of their coming.
    var waiting: [(question: Question, askers: [CheckedContinuation<Reply?, Never>])] = []
    var isClosed = false
  }

  private let contents = Mutex(Contents())
  private let isAsked = Atomic<Bool>(false)
  private let bell: Bell

  /// Of different questions that wait.
  private static let limit = 64

  /// - Parameter bell: rung when there is a question.
  package init(bell: Bell) { self.bell = bell }

  /// Waits for the answer.
  ///
  /// - Returns: nil: the agent ends, or has too many questions.
  func ask(_ question: Question) async -> Reply? {
    await withCheckedContinuation { asker in
      let isTaken = contents.withLock { contents in
        guard !contents.isClosed else { return false }
        if let place = contents.waiting.firstIndex(where: { $0.question == question }) {
          contents.waiting[place].askers.append(asker)
          return true
        }
        guard contents.waiting.count < Self.limit else { return false }
        contents.waiting.append((question, [asker]))
        return true
      }
      guard isTaken else { return asker.resume(returning: nil) }
      isAsked.store(true, ordering: .releasing)
      bell.ring()
    }
  }

  /// Nobody is answered any more.
  package func close() {
    let waiting = contents.withLock { contents in
      defer { contents.waiting = [] }
      contents.isClosed = true
      return contents.waiting
    }
    for asker in waiting.flatMap(\.askers) { asker.resume(returning: nil) }
  }

  // MARK: - The thread that answers

  /// Somebody asks. Costs a look at memory.
  package var hasQuestions: Bool { isAsked.load(ordering: .acquiring) }

  /// The question that waits longest, to be answered, now or later; nil: there is none.
  package func take() -> Ticket? {
    guard hasQuestions else { return nil }
    return contents.withLock { contents in
      let first = contents.waiting.isEmpty ? nil : contents.waiting.removeFirst()
      if contents.waiting.isEmpty {
        isAsked.store(false, ordering: .relaxed)
        bell.silence()
      }
      return first.map { Ticket(question: $0.question, askers: $0.askers) }
    }
  }
}
