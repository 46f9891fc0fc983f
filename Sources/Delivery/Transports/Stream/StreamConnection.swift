internal import Glibc
internal import NIOCore
internal import NIOPosix
internal import NIOSSL

/// A TCP connection, with TLS or without, for one thread that may wait: each wait ends in time, or when the thread is to
/// stop. What goes in is bounded by that thread's waiting, what comes in by ``StreamState/inputLimitBytes``.
struct StreamConnection: ~Copyable {
  private let channel: any Channel
  private let state: StreamState
  private let stopSignal: StopSignal

  /// Tries all of the host's addresses.
  ///
  /// - Parameters:
  ///   - isAnswered: whether what the receiver sends is kept for ``receive()``.
  ///   - group: the loops that do the work; never the caller's own.
  /// - Throws: ``DeliveryError/unresolved(host:reason:)``, ``DeliveryError/receiver(name:reason:)`` or
  ///   ``DeliveryError/stopped``.
  init(
    to address: StreamAddress, tls: TLSContext?, isAnswered: Bool, options: StreamOptions,
    group: any EventLoopGroup, stopSignal: StopSignal
  ) throws(DeliveryError) {
    let deadline = MonotonicTime.now().adding(milliseconds: options.connectMilliseconds)
    let state = try StreamState(name: address.name)
    let dead = max(1000, options.deadPeerMilliseconds)
    // A third of the time for each: silence, and three questions within the rest.
    let keepalive = (idle: max(1, dead / 3000), interval: max(1, dead / 4500), count: 3)
    let opening = ClientBootstrap(group: group)
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
          try pipeline.addHandler(StreamHandler(state, tls: tls, isAnswered: isAnswered))
        }
      }
      .connect(host: address.host, port: Int(address.port))
    opening.whenFailure { state.end(StreamFailure.error($0, address: address)) }
    do throws(DeliveryError) {
      while !state.isReady {
        if let ending = state.ending { throw ending }
        guard try Self.wait(state, stopSignal, until: deadline) else {
          throw .receiver(name: address.name, reason: "no answer in time")
        }
      }
      // It is ready, so it is there.
      guard let channel = try? opening.wait() else { throw .receiver(name: address.name, reason: "no connection") }
      self.channel = channel
      self.state = state
      self.stopSignal = stopSignal
    } catch {
      opening.whenSuccess { $0.close(promise: nil) }
      throw error
    }
  }

  deinit { channel.close(promise: nil) }

  /// Why it can't be used any more; nil: it can, as far as is known.
  var ending: DeliveryError? { state.ending }

  /// Octets that were given to ``write(_:)`` and that the kernel has no room for yet.
  var pendingBytes: Int { state.pendingBytes }

  /// Doesn't wait: ask ``pendingBytes`` first.
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
    try Self.wait(state, stopSignal, until: deadline)
  }

  /// Waits until the peer's kernel has acknowledged all that was written, in whatever form it went over the wire.
  func waitUntilAcknowledged(until deadline: MonotonicTime) throws(DeliveryError) {
    while true {
      if let ending { throw ending }
      if pendingBytes == 0 { break }
      guard try wait(until: deadline) else { throw tookTooLong }
    }
    let written = state.wireBytes
    var pauseMilliseconds = 0
    while try acknowledgedBytes() < written {
      // An acknowledgement is no event: it is asked for, soon and then less often.
      let pause = MonotonicTime.now().adding(milliseconds: pauseMilliseconds)
      if try !wait(until: min(pause, deadline)), deadline.remainingMilliseconds == 0 { throw tookTooLong }
      pauseMilliseconds = min(pauseMilliseconds + 1, 20)
      if let ending { throw ending }
    }
  }

  /// The error of a deadline.
  var tookTooLong: DeliveryError { .receiver(name: state.name, reason: "it takes no more") }

  private func acknowledgedBytes() throws(DeliveryError) -> UInt64 {
    guard let reading = KernelAcknowledgement.read(channel), let acknowledged = try? reading.wait() else {
      throw ending ?? .receiver(name: state.name, reason: "the connection was closed")
    }
    return acknowledged &- state.acknowledgedAtStart
  }

  private static func wait(
    _ state: StreamState, _ stopSignal: StopSignal, until deadline: MonotonicTime
  ) throws(DeliveryError) -> Bool {
    switch stopSignal.pause(readable: state.doorbell.descriptor, milliseconds: deadline.remainingMilliseconds) {
    case .stopped: throw .stopped
    case .timeout: return false
    case .ready:
      state.doorbell.clear()
      return true
    }
  }
}
