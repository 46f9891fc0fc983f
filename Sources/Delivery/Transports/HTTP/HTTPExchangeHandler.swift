internal import NIOCore
internal import NIOHTTP1

/// Makes requests of the bodies that are written, and answers of what comes.
final class HTTPExchangeHandler: ChannelDuplexHandler {
  typealias InboundIn = HTTPClientResponsePart
  typealias OutboundIn = ByteBuffer
  typealias OutboundOut = HTTPClientRequestPart

  private static let excerpt = 512

  private let exchange: HTTPExchange
  private let state: StreamState
  private var head: HTTPResponseHead?
  private var body: [UInt8] = []

  init(_ exchange: HTTPExchange, _ state: StreamState) {
    self.exchange = exchange
    self.state = state
  }

  /// What goes between TLS and the end of the pipeline.
  static func pipeline(_ exchange: HTTPExchange, _ state: StreamState) -> [any ChannelHandler] {
    [
      HTTPInputLimit(exchange, state), HTTPRequestEncoder(), ByteToMessageHandler(HTTPResponseDecoder()),
      HTTPExchangeHandler(exchange, state),
    ]
  }

  func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
    guard let head = exchange.head else {
      promise?.fail(ChannelError.operationUnsupported)
      return
    }
    context.write(Self.wrapOutboundOut(.head(head)), promise: nil)
    context.write(Self.wrapOutboundOut(.body(.byteBuffer(Self.unwrapOutboundIn(data)))), promise: nil)
    context.write(Self.wrapOutboundOut(.end(nil)), promise: promise)
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    switch Self.unwrapInboundIn(data) {
    case .head(let head):
      self.head = head
      body = []
      exchange.answerBegins()
    case .body(let part): body.append(contentsOf: part.readableBytesView.prefix(Self.excerpt - body.count))
    case .end:
      guard let head else { return }
      exchange.finish(
        HTTPResponse(
          status: Int(head.status.code), retryAfterSeconds: head.headers.first(name: "Retry-After").flatMap { Int($0) },
          isKeptAlive: head.isKeepAlive, excerpt: body))
      state.doorbell.ring()
    }
  }
}
