internal import NIOCore
internal import NIOHPACK
internal import NIOHTTP2

/// A gRPC call with one message each way, as one HTTP/2 stream: five bytes (no compression, length) and the message; the
/// status comes in the headers that end the stream.
///
/// On the connection's event loop. Keeps no more than the limit of the answer, and ends by its deadline.
final class UnaryCall: ChannelInboundHandler {
  typealias InboundIn = HTTP2Frame.FramePayload
  typealias OutboundOut = HTTP2Frame.FramePayload

  static let prefixBytes = 5

  struct Request: Sendable {
    /// `/package.Service/Method`.
    var path: String
    var message: [UInt8]
    var timeout: TimeAmount
    var answerLimitBytes: Int
  }

  private let request: Request
  /// nil: it is over.
  private var promise: EventLoopPromise<[UInt8]>?
  private var deadline: Scheduled<Void>?
  private var answer: ByteBuffer
  private var hasHead = false

  init(_ request: Request, _ promise: EventLoopPromise<[UInt8]>) {
    self.request = request
    self.promise = promise
    answer = ByteBuffer()
  }

  func channelActive(context: ChannelHandlerContext) {
    let milliseconds = request.timeout.nanoseconds / 1_000_000
    let headers: HPACKHeaders = [
      // Runtimes refuse a request whose authority is a path.
      ":method": "POST", ":scheme": "http", ":path": request.path, ":authority": "localhost",
      "content-type": "application/grpc+proto", "te": "trailers", "grpc-timeout": "\(milliseconds)m",
      "user-agent": "selvage",
    ]
    var body = context.channel.allocator.buffer(capacity: Self.prefixBytes + request.message.count)
    body.writeInteger(UInt8(0))
    body.writeInteger(UInt32(truncatingIfNeeded: request.message.count))
    body.writeBytes(request.message)
    context.write(wrapOutboundOut(.headers(.init(headers: headers))), promise: nil)
    context.writeAndFlush(wrapOutboundOut(.data(.init(data: .byteBuffer(body), endStream: true))), promise: nil)
    context.fireChannelActive()
  }

  func handlerAdded(context: ChannelHandlerContext) {
    let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
    deadline = context.eventLoop.scheduleTask(in: request.timeout) {
      let (call, context) = bound.value
      call.end(context, .failure(.late))
    }
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    switch unwrapInboundIn(data) {
    case .headers(let frame): read(frame.headers, isLast: frame.endStream, context)
    case .data(let frame):
      guard case .byteBuffer(var bytes) = frame.data else { return end(context, .failure(.nonsense("no bytes"))) }
      guard answer.readableBytes + bytes.readableBytes <= Self.prefixBytes + request.answerLimitBytes else {
        return end(context, .failure(.nonsense("the answer is longer than \(request.answerLimitBytes) bytes")))
      }
      answer.writeBuffer(&bytes)
      if frame.endStream { end(context, .failure(.nonsense("the answer has no status"))) }
    default: break
    }
  }

  /// The first headers are the answer's head, those that end the stream have the call's status; it may be the same ones.
  private func read(_ headers: HPACKHeaders, isLast: Bool, _ context: ChannelHandlerContext) {
    if !hasHead {
      hasHead = true
      guard headers.first(name: ":status") == "200",
        headers.first(name: "content-type")?.hasPrefix("application/grpc") ?? false
      else { return end(context, .failure(.nonsense("it does not speak gRPC"))) }
    }
    guard isLast else { return }
    guard let status = headers.first(name: "grpc-status").flatMap({ Int($0) }) else {
      return end(context, .failure(.nonsense("the answer has no status")))
    }
    guard status == 0 else {
      return end(context, .failure(.status(status, headers.first(name: "grpc-message") ?? "")))
    }
    guard answer.readInteger(as: UInt8.self) == 0, let length = answer.readInteger(as: UInt32.self),
      Int(length) == answer.readableBytes
    else { return end(context, .failure(.nonsense("the answer is not one message"))) }
    end(context, .success(Array(answer.readableBytesView)))
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    end(context, .failure(.lost("\(error)")))
  }

  func channelInactive(context: ChannelHandlerContext) {
    end(context, .failure(.lost("the connection ended")))
    context.fireChannelInactive()
  }

  private func end(_ context: ChannelHandlerContext, _ result: Result<[UInt8], RPCError>) {
    guard let promise = promise.take() else { return }
    deadline?.cancel()
    promise.completeWith(result.mapError { $0 as any Error })
    context.close(promise: nil)
  }
}
