@testable import Discovery
import NIOCore
import NIOHPACK
import NIOHTTP2
import NIOPosix
import SwiftProtobuf
import Synchronization
import TestSupport

/// A container runtime at a unix socket, which answers as the test says: also as no honest one would.
final class FakeRuntime: Sendable {
  enum Reaction: Sendable {
    /// gRPC's prefix is put in front.
    case message([UInt8])
    /// Status and what it says to it.
    case status(Int, String)
    /// These headers, and no more.
    case headers([(String, String)])
    /// These bytes after a good head, and then the status `0`.
    case bytes([UInt8])
    /// Bytes without end.
    case endless
    /// Nothing, for as long as the caller waits.
    case silence
    /// The stream is reset.
    case reset
    /// The connection is closed.
    case close
  }

  typealias React = @Sendable (_ method: String, _ request: [UInt8]) -> Reaction

  private final class Script: Sendable {
    private let react: Mutex<React>
    private let calls = Mutex<[String]>([])

    init(_ react: @escaping React) { self.react = Mutex(react) }

    func set(_ react: @escaping React) { self.react.withLock { $0 = react } }
    var called: [String] { calls.withLock { $0 } }

    func call(_ method: String, _ request: [UInt8]) -> Reaction {
      calls.withLock { $0.append(method) }
      return react.withLock { $0 }(method, request)
    }
  }

  let path: String
  private let folder: TemporaryFolder
  private let channel: any Channel
  private let script: Script

  /// - Parameter react: what happens on a call of a method, as `ContainerStatus`, with the request's bytes.
  init(path: String? = nil, _ react: @escaping React) throws {
    folder = try TemporaryFolder()
    let path = path ?? "\(folder.path)/runtime.sock"
    self.path = path
    let script = Script(react)
    self.script = script
    channel = try ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .childChannelInitializer { connection in
        connection.eventLoop.makeCompletedFuture {
          _ = try connection.pipeline.syncOperations.configureHTTP2Pipeline(
            mode: .server, connectionConfiguration: .init(), streamConfiguration: .init()
          ) { stream in
            stream.eventLoop.makeCompletedFuture {
              try stream.pipeline.syncOperations.addHandler(FakeRuntimeStream(connection, script.call))
            }
          }
        }
      }
      .bind(unixDomainSocketPath: path, cleanupExistingSocketFile: true).wait()
  }

  deinit { channel.close(promise: nil) }

  func stop() { try? channel.close().wait() }

  /// From now on.
  func react(_ react: @escaping React) { script.set(react) }

  /// Methods that were called, in their order.
  var called: [String] { script.called }
}

/// One call.
private final class FakeRuntimeStream: ChannelInboundHandler {
  typealias InboundIn = HTTP2Frame.FramePayload
  typealias OutboundOut = HTTP2Frame.FramePayload

  private let connection: any Channel
  private let react: FakeRuntime.React
  private var method = ""
  private var request: [UInt8] = []

  init(_ connection: any Channel, _ react: @escaping FakeRuntime.React) {
    self.connection = connection
    self.react = react
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    switch unwrapInboundIn(data) {
    case .headers(let frame):
      let path = frame.headers.first(name: ":path") ?? ""
      // As grpc-go does, which containerd and CRI-O are made with.
      guard frame.headers.first(name: ":authority") == "localhost", frame.headers.first(name: "te") == "trailers",
        path.hasPrefix("/runtime.v1.RuntimeService/")
      else { return send(.status(12, "unknown service"), context) }
      method = String(path.split(separator: "/").last ?? "")
    case .data(let frame):
      if case .byteBuffer(let bytes) = frame.data { request += bytes.readableBytesView }
      if frame.endStream { send(react(method, Array(request.dropFirst(UnaryCall.prefixBytes))), context) }
    default: break
    }
  }

  private func send(_ reaction: FakeRuntime.Reaction, _ context: ChannelHandlerContext) {
    let good: HPACKHeaders = [":status": "200", "content-type": "application/grpc"]
    switch reaction {
    case .message(let message):
      head(good, context)
      data([0] + bigEndian(message.count) + message, context)
      head(["grpc-status": "0"], isLast: true, context)
    case .status(let status, let text):
      head(
        [":status": "200", "content-type": "application/grpc", "grpc-status": "\(status)", "grpc-message": text],
        isLast: true, context)
    case .headers(let headers): head(HPACKHeaders(headers), isLast: true, context)
    case .bytes(let bytes):
      head(good, context)
      data(bytes, context)
      head(["grpc-status": "0"], isLast: true, context)
    case .endless:
      head(good, context)
      pour(context)
    case .silence: break
    case .reset: context.write(wrapOutboundOut(.rstStream(.internalError)), promise: nil)
    case .close: connection.close(promise: nil)
    }
    context.flush()
  }

  private func pour(_ context: ChannelHandlerContext) {
    guard context.channel.isActive else { return }
    let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
    let bytes = ByteBuffer(repeating: 0x0A, count: 1 << 16)
    context.writeAndFlush(wrapOutboundOut(.data(.init(data: .byteBuffer(bytes))))).whenSuccess {
      let (stream, context) = bound.value
      stream.pour(context)
    }
  }

  private func head(_ headers: HPACKHeaders, isLast: Bool = false, _ context: ChannelHandlerContext) {
    context.write(wrapOutboundOut(.headers(.init(headers: headers, endStream: isLast))), promise: nil)
  }

  private func data(_ bytes: [UInt8], _ context: ChannelHandlerContext) {
    context.write(wrapOutboundOut(.data(.init(data: .byteBuffer(ByteBuffer(bytes: bytes))))), promise: nil)
  }

  private func bigEndian(_ count: Int) -> [UInt8] { (0..<4).reversed().map { UInt8(truncatingIfNeeded: count >> ($0 * 8)) } }
}
