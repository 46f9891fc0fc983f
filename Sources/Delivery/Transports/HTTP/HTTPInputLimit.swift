internal import NIOCore

/// Bounds what a server can say to one request, before anything reads it.
final class HTTPInputLimit: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer
  typealias InboundOut = ByteBuffer

  private static let longestAnswer = 1 << 20

  private let exchange: HTTPExchange
  private let state: StreamState
  private var bytes = 0

  init(_ exchange: HTTPExchange, _ state: StreamState) {
    self.exchange = exchange
    self.state = state
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    if !exchange.hasBegun { bytes = 0 }
    bytes += Self.unwrapInboundIn(data).readableBytes
    guard bytes <= Self.longestAnswer else {
      state.end("its answer is too long")
      context.close(promise: nil)
      return
    }
    context.fireChannelRead(data)
  }
}
