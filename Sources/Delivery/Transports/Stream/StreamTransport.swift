/// Syslog over TCP (RFC 6587) or TLS (RFC 5425). The protocol has no answers: a message counts as delivered when the
/// receiver's kernel has acknowledged all of it. What the receiver may not have read when the connection ended is sent
/// again as far as ``RecentMessages`` goes, so that some arrive twice. What can still be lost is what its kernel took and
/// it never read, or read and dropped: if it ended longer after that than is remembered, or more than that lay there; and
/// if the agent ended as well before the connection was made anew.
final class StreamTransport: MessageTransport {
  private let address: StreamAddress
  private let options: StreamOptions
  private var tls: TLSFiles?
  private var connection: StreamConnection?
  private let recent: RecentMessages
  private var isToReload = false

  /// - Parameter recent: shared by the transports of a sink, of which one is in use.
  init(
    to address: StreamAddress, tls: TLSFiles?, recent: RecentMessages, options: StreamOptions = StreamOptions()
  ) {
    self.address = address
    self.options = options
    self.tls = tls
    self.recent = recent
  }

  func send(_ messages: [[UInt8]], stop: StopSignal, confirm: (Int) -> Void) throws(DeliveryError) {
    do throws(DeliveryError) {
      try connect(stop)
      try write(messages, confirm: confirm)
    } catch {
      connection = nil
      throw error
    }
  }

  /// Until a lost connection has been noticed, or what was written is old enough to have been read.
  var isToBeTended: Bool { !recent.isEmpty }

  func tend(stop: StopSignal) throws(DeliveryError) {
    if isConnected { recent.forget(at: .now()) }
    if isToBeTended { try send([], stop: stop) { _ in } }
  }

  func reload() { isToReload = true }

  var isConnected: Bool { connection != nil && connection?.ending == nil }

  private func connect(_ stop: StopSignal) throws(DeliveryError) {
    if !isConnected { connection = nil }
    if isToReload {
      isToReload = false
      if connection != nil, tls?.haveChanged() == true {
        // What has been written is with a kernel that gives it to its receiver before the end.
        recent.removeAll()
        connection = nil
      }
    }
    guard connection == nil else { return }
    let opened = try StreamConnection(
      to: address, tls: tls?.context(for: address), isAnswered: false, options: options, stop: stop)
    let settled = MonotonicTime.now().adding(milliseconds: options.settleMilliseconds)
    while settled.remainingMilliseconds > 0 {
      _ = try opened.wait(until: settled)
      if let ending = opened.ending { throw ending }
    }
    connection = consume opened
    try writeAgain()
  }

  private func writeAgain() throws(DeliveryError) {
    let messages = recent.messages
    guard !messages.isEmpty else { return }
    recent.removeAll()
    var confirmed = 0
    do throws(DeliveryError) {
      try write(messages) { confirmed = $0 }
    } catch {
      for message in messages[confirmed...] { recent.append(message, at: .now()) }
      throw error
    }
  }

  private func write(_ messages: [[UInt8]], confirm: (Int) -> Void) throws(DeliveryError) {
    var next = 0
    while next < messages.count {
      let first = next
      var chunk: [UInt8] = []
      while next < messages.count, chunk.isEmpty || chunk.count + messages[next].count <= options.chunkBytes {
        OctetCounting.append(messages[next], to: &chunk)
        next += 1
      }
      connection?.write(chunk)
      try connection?.waitUntilAcknowledged(milliseconds: options.answerMilliseconds)
      let now = MonotonicTime.now()
      for message in messages[first..<next] { recent.append(message, at: now) }
      confirm(next)
    }
  }
}
