internal import Glibc
internal import NIOCore
internal import NIOSSL
internal import NIOTLS

/// The end of a connection's pipeline: tells the state what happens to it.
final class StreamHandler: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer

  private let state: StreamState
  private let tls: TLSContext?
  /// Whether the receiver has anything to say; else it is read and forgotten.
  private let isAnswered: Bool

  init(_ state: StreamState, tls: TLSContext?, isAnswered: Bool) {
    self.state = state
    self.tls = tls
    self.isAnswered = isAnswered
  }

  func channelActive(context: ChannelHandlerContext) {
    if tls == nil { state.becomeReady() }
    context.fireChannelActive()
  }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    if let tls, let event = event as? TLSUserEvent, case .handshakeCompleted = event {
      let certificate = try? context.pipeline.syncOperations.nioSSL_peerCertificate()
      if let refusal = tls.refusal(of: certificate) {
        state.end(refusal)
        context.close(promise: nil)
      } else {
        state.becomeReady()
      }
    }
    context.fireUserInboundEventTriggered(event)
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    guard isAnswered else { return }
    if !state.receive(Self.unwrapInboundIn(data).readableBytesView) {
      state.end("it sends more than was asked for")
      context.close(promise: nil)
    }
  }

  /// A server that answers each message by itself holds answers back until the last one is acknowledged (Nagle's algorithm,
  /// RFC 896), which the kernel would put off by 40 ms. The option holds for a while only.
  func channelReadComplete(context: ChannelHandlerContext) {
    if isAnswered {
      context.channel.setOption(.tcpOption(NIOBSDSocket.Option(rawValue: TCP_QUICKACK)), value: 1).whenFailure { _ in }
    }
    context.fireChannelReadComplete()
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    state.end(StreamFailure.text(error))
    context.close(promise: nil)
  }

  func channelInactive(context: ChannelHandlerContext) {
    state.end("the connection was closed")
    context.fireChannelInactive()
  }
}
