import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL
import Synchronization

/// An API server that answers as the test says, also as no honest one would.
final class FakeCluster: Sendable {
  struct Request: Sendable {
    let path: String
    let accept: String
    let authorization: String?

    var isWatch: Bool { path.contains("watch=1") }
    var isOfPods: Bool { path.hasPrefix("/api/v1/pods?") }

    func query(_ name: String) -> String? {
      path.split(separator: "?").last?.split(separator: "&").first { $0.hasPrefix("\(name)=") }.map {
        String($0.dropFirst(name.utf8.count + 1))
      }
    }
  }

  struct Answer: Sendable {
    enum End: Sendable {
      /// As HTTP has it.
      case whole
      /// The connection stays open, silent.
      case open
      /// The connection is cut.
      case cut
      /// More of the last piece, without end.
      case endless
    }
    var status = 200
    var pieces: [[UInt8]] = []
    var end = End.whole

    static func recorded(_ name: String) -> Answer {
      guard let answer = try? RecordedAnswer(name) else { return Answer(status: 500) }
      return Answer(status: answer.status, pieces: [answer.body])
    }
  }

  typealias React = @Sendable (Request) -> Answer

  private final class Script: Sendable {
    private let state: Mutex<(react: React, requests: [Request], watches: [any Channel])>

    init(_ react: @escaping React) { state = Mutex((react, [], [])) }

    func answer(_ request: Request) -> Answer {
      let react = state.withLock { state in
        state.requests.append(request)
        return state.react
      }
      return react(request)
    }
    func set(_ react: @escaping React) { state.withLock { $0.react = react } }
    var requests: [Request] { state.withLock { $0.requests } }
    func note(_ channel: any Channel) { state.withLock { $0.watches.append(channel) } }
    func cut() {
      for channel in state.withLock({ $0.watches }) { channel.close(promise: nil) }
      state.withLock { $0.watches = [] }
    }
  }

  private let channel: any Channel
  private let script: Script
  private let scheme: String

  /// - Parameter tls: nil: plain.
  init(tls: NIOSSLContext? = nil, _ react: @escaping React) throws {
    let script = Script(react)
    self.script = script
    scheme = tls == nil ? "http" : "https"
    channel = try ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .childChannelInitializer { connection in
        connection.eventLoop.makeCompletedFuture {
          let pipeline = connection.pipeline.syncOperations
          if let tls { try pipeline.addHandler(NIOSSLServerHandler(context: tls)) }
          try pipeline.configureHTTPServerPipeline()
          try pipeline.addHandler(Handler(script))
        }
      }
      .bind(host: "127.0.0.1", port: 0).wait()
  }

  deinit {
    script.cut()
    channel.close(promise: nil)
  }

  var address: String { "\(scheme)://127.0.0.1:\(channel.localAddress?.port ?? 0)" }
  var requests: [Request] { script.requests }
  func react(_ react: @escaping React) { script.set(react) }
  /// Ends the connections that were left open.
  func cut() { script.cut() }

  private final class Handler: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    private let script: Script
    private var head: HTTPRequestHead?

    init(_ script: Script) { self.script = script }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
      switch unwrapInboundIn(data) {
      case .head(let head): self.head = head
      case .body: break
      case .end:
        guard let head = head.take() else { return }
        let request = Request(
          path: head.uri, accept: head.headers.first(name: "Accept") ?? "",
          authorization: head.headers.first(name: "Authorization"))
        send(script.answer(request), context)
      }
    }

    private func send(_ answer: Answer, _ context: ChannelHandlerContext) {
      let head = HTTPResponseHead(
        version: .http1_1, status: .init(statusCode: answer.status),
        headers: ["Content-Type": "application/json", "Transfer-Encoding": "chunked"])
      context.write(wrapOutboundOut(.head(head)), promise: nil)
      for piece in answer.pieces {
        context.writeAndFlush(wrapOutboundOut(.body(.byteBuffer(ByteBuffer(bytes: piece)))), promise: nil)
      }
      switch answer.end {
      case .whole: context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
      case .open:
        script.note(context.channel)
        context.flush()
      case .cut:
        let channel = context.channel
        context.writeAndFlush(wrapOutboundOut(.body(.byteBuffer(ByteBuffer())))).whenComplete { _ in channel.close(promise: nil) }
      case .endless: pour(answer.pieces.last ?? [0], context)
      }
    }

    private func pour(_ bytes: [UInt8], _ context: ChannelHandlerContext) {
      guard context.channel.isActive else { return }
      let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
      context.writeAndFlush(wrapOutboundOut(.body(.byteBuffer(ByteBuffer(bytes: bytes))))).whenSuccess {
        let (handler, context) = bound.value
        handler.pour(bytes, context)
      }
    }
  }
}
