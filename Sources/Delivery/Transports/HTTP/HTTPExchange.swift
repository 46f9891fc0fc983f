internal import NIOHTTP1
internal import Synchronization

/// A request and its answer: what the thread of a sink and the event loop of its connection tell each other. Any thread.
final class HTTPExchange: Sendable {
  private struct State {
    var head: HTTPRequestHead?
    var hasBegun = false
    var response: HTTPResponse?
  }

  private let state = Mutex(State())

  /// Before the body is written to the connection; the request before it has its answer.
  func begin(_ head: HTTPRequestHead) { state.withLock { $0 = State(head: head) } }

  var head: HTTPRequestHead? { state.withLock { $0.head } }

  /// Something of an answer has come.
  var hasBegun: Bool { state.withLock { $0.hasBegun } }

  /// nil: it is not there yet.
  var response: HTTPResponse? { state.withLock { $0.response } }

  func answerBegins() { state.withLock { $0.hasBegun = true } }

  /// The first counts.
  func finish(_ response: HTTPResponse) { state.withLock { if $0.response == nil { $0.response = response } } }
}
