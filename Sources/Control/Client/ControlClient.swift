internal import AsyncHTTPClient
internal import Events
internal import NIOCore
internal import NIOHTTP1

/// Asks the running agent, over its socket. For commands: it waits.
package struct ControlClient: Sendable {
  private let path: String

  package init(path: String) { self.path = path }

  /// What an agent said.
  package struct Response: Sendable {
    /// As HTTP has them.
    package let status: Int
    /// Of a call that is not followed, all of it.
    package let bytes: [UInt8]
  }

  /// An answer is at most that long, but for alerts.
  private static let limitBytes = 64 << 20
  private static let connectSeconds: Int64 = 10

  /// - Parameters:
  ///   - path: with its query: ``ControlPath``.
  ///   - part: nil: the answer is collected. Else it is given each part of an answer that is no refusal, on another thread;
  ///     returns whether to go on.
  /// - Throws: what keeps the answer from coming; ``ControlError/isAbsence`` if there is no agent.
  package func ask(
    _ call: String, isPost: Bool = false, part: (@Sendable ([UInt8]) -> Bool)? = nil
  ) throws(ControlError) -> Response {
    // The library tells too little of why there is no connection.
    _ = try StreamSocket.connected(to: path)
    do {
      return try answer(call, isPost: isPost, part: part)
    } catch let error as ControlError {
      throw error
    } catch {
      throw .answer("\(error)")
    }
  }

  private func answer(_ call: String, isPost: Bool, part: (@Sendable ([UInt8]) -> Bool)?) throws -> Response {
    var configuration = HTTPClient.Configuration()
    configuration.timeout.connect = .seconds(Self.connectSeconds)
    configuration.redirectConfiguration = .disallow
    let client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    defer { try? client.syncShutdown() }
    let request = try HTTPClient.Request(
      url: "http+unix://\(ControlPath.escaped(path))\(call)", method: isPost ? .POST : .GET)
    let collector = ResponseCollector(limitBytes: Self.limitBytes, part: part)
    return try client.execute(request: request, delegate: collector).wait()
  }
}
