internal import NIOCore
internal import NIOHTTP2
internal import NIOPosix
internal import Synchronization

/// Calls a gRPC server at a unix socket. The connection is made when it is needed, and anew when it was lost.
final class RPCConnection: Sendable {
  private typealias Streams = NIOHTTP2Handler.StreamMultiplexer

  private struct Open: Sendable {
    let channel: any Channel
    let streams: Streams
  }

  private let path: String
  private let timeout: TimeAmount
  private let answerLimitBytes: Int
  private let loop: any EventLoop
  private let open = Mutex<EventLoopFuture<Open>?>(nil)

  /// - Parameters:
  ///   - timeout: of each call, and of making the connection.
  ///   - answerLimitBytes: of each answer's message.
  init(path: String, timeout: TimeAmount, answerLimitBytes: Int, loop: any EventLoop) {
    self.path = path
    self.timeout = timeout
    self.answerLimitBytes = answerLimitBytes
    self.loop = loop
  }

  /// Blocks: not for an event loop, nor for the reading thread.
  /// - Parameter method: `/package.Service/Method`.
  func call(_ method: String, _ message: [UInt8]) throws(RPCError) -> [UInt8] {
    let request = UnaryCall.Request(
      path: method, message: message, timeout: timeout, answerLimitBytes: answerLimitBytes)
    let connection: Open
    do { connection = try connected().wait() } catch { throw .lost("\(error)") }
    let promise = connection.channel.eventLoop.makePromise(of: [UInt8].self)
    connection.streams.createStreamChannel { stream in
      stream.eventLoop.makeCompletedFuture {
        try stream.pipeline.syncOperations.addHandler(UnaryCall(request, promise))
      }
    }.whenFailure { promise.fail(RPCError.lost("\($0)")) }
    do {
      return try promise.futureResult.wait()
    } catch {
      let error = error as? RPCError ?? .lost("\(error)")
      // Behind a call that hangs the others may hang as well: the next one gets a connection of its own.
      if error == .late { connection.channel.close(promise: nil) }
      throw error
    }
  }

  func close() {
    open.withLock { $0 }?.whenSuccess { $0.channel.close(promise: nil) }
  }

  private func connected() -> EventLoopFuture<Open> {
    open.withLock { open in
      if let open { return open }
      let made = connect()
      open = made
      made.whenComplete { [weak self] result in
        switch result {
        case .success(let opened): opened.channel.closeFuture.whenComplete { [weak self] _ in self?.forget() }
        case .failure: self?.forget()
        }
      }
      return made
    }
  }

  private func forget() { open.withLock { $0 = nil } }

  private func connect() -> EventLoopFuture<Open> {
    var connection = NIOHTTP2Handler.ConnectionConfiguration()
    connection.initialSettings = [
      HTTP2Setting(parameter: .enablePush, value: 0),
      HTTP2Setting(parameter: .maxHeaderListSize, value: 16 << 10),
      HTTP2Setting(parameter: .initialWindowSize, value: 1 << 20),
    ]
    var stream = NIOHTTP2Handler.StreamConfiguration()
    stream.targetWindowSize = 1 << 20
    let configuration = (connection, stream)
    return ClientBootstrap(group: loop)
      .connectTimeout(timeout)
      .channelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          _ = try channel.pipeline.syncOperations.configureHTTP2Pipeline(
            mode: .client, connectionConfiguration: configuration.0, streamConfiguration: configuration.1
          ) { stream in stream.close() }
        }
      }
      .connect(unixDomainSocketPath: path)
      .flatMapThrowing { channel in
        Open(
          channel: channel,
          streams: try channel.pipeline.syncOperations.handler(type: NIOHTTP2Handler.self).syncMultiplexer())
      }
  }
}
