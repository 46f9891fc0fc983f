package import Events

/// How a source of facts is doing, for `doctor` and `status`.
package struct SourceStatus: Sendable, Equatable {
  package enum State: String, Sendable {
    /// The last question was answered.
    case answers
    /// Nothing was asked yet.
    case unasked = "not asked yet"
    /// It is there, or was configured, but the last question was not answered.
    case silent = "does not answer"
    /// This node has none.
    case absent = "not here"
  }

  package var source: FactSource
  package var state: State
  /// Where it is asked: a socket, a program, a server.
  package var place: String
  /// Why it does not answer, or what it needs, in a line.
  package var remark: String?
  package var questions: UInt64
  package var failures: UInt64
  /// Questions that wait.
  package var waiting: Int

  package init(
    source: FactSource, state: State, place: String, remark: String? = nil, questions: UInt64 = 0,
    failures: UInt64 = 0, waiting: Int = 0
  ) {
    self.source = source
    self.state = state
    self.place = place
    self.remark = remark
    self.questions = questions
    self.failures = failures
    self.waiting = waiting
  }
}
