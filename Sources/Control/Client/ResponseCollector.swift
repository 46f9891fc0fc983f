internal import AsyncHTTPClient
internal import NIOCore
internal import NIOHTTP1
internal import Synchronization

/// Takes an answer as it comes.
final class ResponseCollector: HTTPClientResponseDelegate {
  private struct Contents {
    var status = 0
    var bytes: [UInt8] = []
  }

  private let contents = Mutex(Contents())
  private let limitBytes: Int
  private let part: (@Sendable ([UInt8]) -> Bool)?

  init(limitBytes: Int, part: (@Sendable ([UInt8]) -> Bool)?) {
    self.limitBytes = limitBytes
    self.part = part
  }

  func didReceiveHead(task: HTTPClient.Task<ControlClient.Response>, _ head: HTTPResponseHead) -> EventLoopFuture<Void> {
    contents.withLock { $0.status = Int(head.status.code) }
    return task.eventLoop.makeSucceededVoidFuture()
  }

  func didReceiveBodyPart(task: HTTPClient.Task<ControlClient.Response>, _ buffer: ByteBuffer) -> EventLoopFuture<Void> {
    let bytes = Array(buffer.readableBytesView)
    if let part, contents.withLock({ $0.status == 200 }) {
      return part(bytes) ? task.eventLoop.makeSucceededVoidFuture() : task.eventLoop.makeFailedFuture(Gone())
    }
    let fits = contents.withLock { contents in
      contents.bytes += bytes
      return contents.bytes.count <= limitBytes
    }
    return fits
      ? task.eventLoop.makeSucceededVoidFuture()
      : task.eventLoop.makeFailedFuture(ControlError.answer("it is longer than \(limitBytes >> 20) MiB"))
  }

  func didFinishRequest(task: HTTPClient.Task<ControlClient.Response>) -> ControlClient.Response {
    contents.withLock { ControlClient.Response(status: $0.status, bytes: $0.bytes) }
  }

  /// Whoever wanted it wants no more.
  private struct Gone: Error {}
}
