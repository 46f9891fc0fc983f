internal import Delivery
internal import Events
internal import HTTPTypes
internal import HummingbirdCore
internal import Logging
internal import NIOCore
internal import NIOHTTPTypes
internal import NIOPosix

/// One connection: one request, one answer, and the end. Whoever is slow, says half or reads nothing is left behind; what
/// it costs meanwhile is a little memory.
struct Conversation: Sendable {
  let answer: @Sendable (HTTPRequest) async -> Answer
  /// To what is no request.
  let malformed: @Sendable () -> Answer
  let patience: ControlSettings.Patience
  let group: MultiThreadedEventLoopGroup

  private static let pieceBytes = 64 << 10

  private static let quiet = Logger(label: "control") { _ in SwiftLogNoOpLogHandler() }

  /// Only for its pipeline: what comes is handled here.
  private static let http = HTTP1Channel(
    responder: { _, _, _ in },
    configuration: .init(
      httpDecoderConfiguration: .init(maxHeaderFieldSize: 8 << 10, maxHeaderListSize: 16 << 10, maxHeaderFieldCount: 64)))

  /// Takes the descriptor over. Returns when the connection is closed.
  func run(_ descriptor: CInt) async {
    // Whatever goes wrong on the way is the peer's.
    try? await talk(descriptor)
  }

  private func talk(_ descriptor: CInt) async throws {
    let connection = try await ClientBootstrap(group: group).withConnectedSocket(descriptor) {
      Self.http.setup(channel: $0, logger: Self.quiet)
    }
    let channel = connection.channel
    let deadline = Deadline(channel)
    deadline.set(seconds: patience.request)
    try await connection.executeThenClose { inbound, outbound in
      var parts = inbound.makeAsyncIterator()
      let answer: Answer
      do {
        guard case .head(let request)? = try await parts.next() else { return }
        deadline.set(seconds: patience.answer)
        answer = await self.answer(request)
      } catch {
        answer = malformed()
      }
      try await write(answer, outbound, deadline, channel)
      outbound.finish()
      deadline.set(seconds: patience.parting)
      try await channel.closeFuture.get()
    }
  }

  private typealias Writer = NIOAsyncChannelOutboundWriter<HTTPResponsePart>

  private func write(_ answer: Answer, _ outbound: Writer, _ deadline: Deadline, _ channel: any Channel) async throws {
    switch answer {
    case .whole(let status, let type, let bytes):
      let head = HTTPResponse(
        status: status, headerFields: [.contentType: type, .contentLength: String(bytes.count), .connection: "close"])
      try await outbound.write(.head(head))
      var rest = bytes[...]
      while !rest.isEmpty {
        deadline.set(seconds: patience.piece)
        try await outbound.write(.body(ByteBuffer(bytes: rest.prefix(Self.pieceBytes))))
        rest = rest.dropFirst(Self.pieceBytes)
      }
    case .alerts(let reader, let isFollowing):
      let head = HTTPResponse(
        status: .ok, headerFields: [.contentType: "application/jsonl", .connection: "close"])
      try await outbound.write(.head(head))
      try await send(reader, outbound, deadline)
      if isFollowing { try await follow(reader, outbound, deadline, channel) }
    }
    try await outbound.write(.end(nil))
  }

  /// What there is.
  private func send(_ reader: AlertReader, _ outbound: Writer, _ deadline: Deadline) async throws {
    while true {
      let batch = reader.next(limitBytes: Self.pieceBytes)
      if let failure = batch.failure {
        var line = Array("{\"error\":".utf8)
        JSONString.append(failure.utf8, to: &line)
        return try await outbound.write(.body(ByteBuffer(bytes: line + Array("}\n".utf8))))
      }
      guard !batch.isEmpty else { return }
      deadline.set(seconds: patience.piece)
      guard !batch.lines.isEmpty || batch.lost > 0 else {
        await Task.yield()
        continue
      }
      var buffer = ByteBuffer()
      if batch.lost > 0 { buffer.writeString("{\"lost\":\(batch.lost)}\n") }
      for line in batch.lines { buffer.writeBytes(line.bytes) }
      try await outbound.write(.body(buffer))
    }
  }

  /// Until the peer leaves or nothing more comes.
  private func follow(
    _ reader: AlertReader, _ outbound: Writer, _ deadline: Deadline, _ channel: any Channel
  ) async throws {
    deadline.cancel()
    channel.closeFuture.whenComplete { _ in reader.stop() }
    for await _ in reader.bell {
      try await send(reader, outbound, deadline)
      deadline.cancel()
    }
    try await send(reader, outbound, deadline)
  }
}
