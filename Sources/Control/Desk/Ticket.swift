internal import Synchronization

/// A question that was taken, and those who wait for its answer.
package final class Ticket: Sendable {
  package let question: Question
  private let askers: Mutex<[CheckedContinuation<Reply?, Never>]>

  init(question: Question, askers: [CheckedContinuation<Reply?, Never>]) {
    self.question = question
    self.askers = Mutex(askers)
  }

  deinit { answer(nil) }

  /// The first answer counts. Any thread; doesn't wait.
  ///
  /// - Parameter reply: nil: there is none to be had.
  package func answer(_ reply: Reply?) {
    for asker in askers.withLock({ askers in
      defer { askers = [] }
      return askers
    }) { asker.resume(returning: reply) }
  }
}
