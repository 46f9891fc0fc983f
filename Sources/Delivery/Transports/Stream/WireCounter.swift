internal import NIOCore

/// Next to the socket: counts what goes out, as the kernel will count what is acknowledged of it.
final class WireCounter: ChannelDuplexHandler {
  typealias InboundIn = ByteBuffer
  typealias OutboundIn = ByteBuffer
  typealias OutboundOut = ByteBuffer

  private let state: StreamState

  init(_ state: StreamState) { self.state = state }

  func channelActive(context: ChannelHandlerContext) {
    // Before TLS writes anything. The kernel counts the connection's SYN.
    if let acknowledged = KernelAcknowledgement.read(context.channel) {
      let state = state
      acknowledged.whenSuccess { state.begin(acknowledged: $0) }
    }
    context.fireChannelActive()
  }

  func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
    state.sent(onWire: Self.unwrapOutboundIn(data).readableBytes)
    context.write(data, promise: promise)
  }
}
