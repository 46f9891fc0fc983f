internal import Glibc
internal import NIOCore
internal import NIOPosix
internal import NIOSSL

/// A TCP connection, with TLS or without, for one thread that may wait: each wait ends in time, or when the thread is to
/// stop. What goes in is bounded by that thread's waiting, what comes in by ``StreamState/inputLimitBytes``.
struct StreamConnection: ~Copyable {
  private let channel: any Channel
  private let state: StreamState
  private let stop: StopSignal

  /// Tries all of the host's addresses.
  ///
  /// - Parameters:
  ///   - isAnswered: whether what the receiver sends is kept for ``receive()``.
  ///   - handlers: what takes bytes from the connection and to it, for protocols that have handlers of their own.
  /// - Throws: ``DeliveryError/unresolved(host:reason:)``, ``DeliveryError/receiver(name:reason:)`` or
  ///   ``DeliveryError/stopped``.
  init(
    to address: StreamAddress, tls: TLSContext?, isAnswered: Bool, options: StreamOptions, stop: StopSignal,
    handlers: @escaping @Sendable (StreamState) -> [any ChannelHandler] = { _ in [] }
  ) throws(DeliveryError) {
    let deadline = MonotonicTime.now().adding(milliseconds: options.connectMilliseconds)
    let state = try StreamState(name: address.name)
    let dead = max(1000, options.deadPeerMilliseconds)
    // A third of the time for each: silence, and three questions within the rest.
    let keepalive = (idle: max(1, dead / 3000), interval: max(1, dead / 4500), count: 3)
    let opening = ClientBootstrap(group: DeliveryLoops.group)
      .connectTimeout(.milliseconds(Int64(options.connectMilliseconds)))
      .channelOption(.socketOption(.so_keepalive), value: 1)
      .channelOption(.tcpOption(NIOBSDSocket.Option(rawValue: TCP_KEEPIDLE)), value: keepalive.idle)
      .channelOption(.tcpOption(NIOBSDSocket.Option(rawValue: TCP_KEEPINTVL)), value: keepalive.interval)
      .channelOption(.tcpOption(NIOBSDSocket.Option(rawValue: TCP_KEEPCNT)), value: keepalive.count)
      .channelOption(.tcpOption(NIOBSDSocket.Option(rawValue: TCP_USER_TIMEOUT)), value: dead)
      .channelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          let pipeline = channel.pipeline.syncOperations
          try pipeline.addHandler(WireCounter(state))
          if let tls { try pipeline.addHandler(tls.makeHandler(state)) }
          try pipeline.addHandlers(handlers(state))
          try pipeline.addHandler(StreamHandler(state, tls: tls, isAnswered: isAnswered))
        }
      }
      .connect(host: address.host, port: Int(address.port))
    opening.whenFailure { state.end(StreamFailure.error($0, address: address)) }
    do throws(DeliveryError) {
      while !state.isReady {
        if let ending = state.ending { throw ending }
        guard try Self.wait(state, stop, until: deadline) else {
          throw .receiver(name: address.name, reason: "no answer in time")
        }
      }
      // It is ready, so it is there.
      guard let channel = try? opening.wait() else { throw .receiver(name: address.name, reason: "no connection") }
      self.channel = channel
      self.state = state
      self.stop = stop
    } catch {
      opening.whenSuccess { $0.close(promise: nil) }
      throw error
    }
  }

  deinit { channel.close(promise: nil) }

  /// Why it can't be used any more; nil: it can, as far as is known.
  var ending: DeliveryError? { state.ending }

  /// Doesn't wait: what the kernel has no room for is kept until it has, so that answers or acknowledgements are to be
  /// waited for now and then.
  func write(_ bytes: [UInt8]) {
    let (state, count) = (state, bytes.count)
    state.enqueue(count)
    channel.writeAndFlush(channel.allocator.buffer(bytes: bytes)).whenComplete { result in
      if case .failure(let error) = result { state.end(StreamFailure.text(error)) }
      state.handOver(count)
    }
  }

  /// Whether ``receive()`` has something.
  var hasReceived: Bool { state.hasReceived }

  /// What came since the last time.
  func receive() -> [UInt8] { state.takeReceived() }

  /// Waits until something has changed.
  /// - Returns: false: the time is over.
  func wait(until deadline: MonotonicTime) throws(DeliveryError) -> Bool {
    try Self.wait(state, stop, until: deadline)
  }

  /// Waits until the peer's kernel has acknowledged all that was written, in whatever form it went over the wire.
  /// - Parameter milliseconds: how long it may acknowledge nothing.
  func waitUntilAcknowledged(milliseconds: Int) throws(DeliveryError) {
    var deadline = MonotonicTime.now().adding(milliseconds: milliseconds)
    var last: UInt64 = 0
    var pauseMilliseconds = 0
    while true {
      if let ending { throw ending }
      let isWritten = state.pendingBytes == 0
      let acknowledged = try acknowledgedBytes()
      if isWritten, acknowledged >= state.wireBytes { return }
      if acknowledged > last {
        last = acknowledged
        deadline = .now().adding(milliseconds: milliseconds)
      }
      // An acknowledgement is no event: it is asked for, soon and then less often.
      let pause = MonotonicTime.now().adding(milliseconds: pauseMilliseconds)
      if try !wait(until: min(pause, deadline)), deadline.remainingMilliseconds == 0 {
        throw .receiver(name: state.name, reason: "it takes no more")
      }
      pauseMilliseconds = min(pauseMilliseconds + 1, 20)
    }
  }

  private func acknowledgedBytes() throws(DeliveryError) -> UInt64 {
    guard let reading = KernelAcknowledgement.read(channel), let acknowledged = try? reading.wait() else {
      throw ending ?? .receiver(name: state.name, reason: "the connection was closed")
    }
    return acknowledged &- state.acknowledgedAtStart
  }

  private static func wait(
    _ state: StreamState, _ stop: StopSignal, until deadline: MonotonicTime
  ) throws(DeliveryError) -> Bool {
    switch stop.pause(readable: state.doorbell.descriptor, milliseconds: deadline.remainingMilliseconds) {
    case .stopped: throw .stopped
    case .timeout: return false
    case .ready:
      state.doorbell.clear()
      return true
    }
  }
}
