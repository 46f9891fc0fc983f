internal import NIOCore

/// Syslog over TCP (RFC 6587) or TLS (RFC 5425). The protocol has no answers, so that a message counts as delivered when
/// the receiver's kernel has acknowledged all of it. What the receiver itself had not read when it died, or when the
/// connection was cut behind that kernel, is made good as far as ``RecentMessages`` goes: sent again, so that some arrive
/// twice. Lost is what was confirmed and not read when agent and receiver both end within that time, and what a receiver
/// that doesn't read lets lie beyond that buffer.
final class StreamTransport: MessageTransport {
  private let options: StreamOptions
  private let group: any EventLoopGroup
  private var address: StreamAddress
  private var tls: TLSFiles?
  private var connection: StreamConnection?
  private var recent: RecentMessages
  /// Of messages that had been confirmed.
  private(set) var resent: UInt64 = 0
  private var isToReload = false

  init(
    to address: StreamAddress, tls: TLSFiles?, options: StreamOptions, group: any EventLoopGroup
  ) {
    self.options = options
    self.group = group
    self.address = address
    self.tls = tls
    recent = RecentMessages(limitBytes: options.resentBytes, milliseconds: options.resentMilliseconds)
  }

  func send(
    _ messages: [[UInt8]], stopSignal: StopSignal, confirmed: (Int) -> Void
  ) throws(DeliveryError) {
    do throws(DeliveryError) {
      try connect(stopSignal)
      try write(messages, confirmed: confirmed)
    } catch {
      lose()
      throw error
    }
  }

  func change(to address: StreamAddress) {
    self.address = address
    lose()
  }

  func disconnect() {
    // All that was confirmed is with a kernel that gives it to its receiver before the end.
    if connection?.ending == nil { recent.removeAll() }
    connection = nil
  }

  func reload() { isToReload = true }

  private func lose() {
    connection = nil
    recent.forget(at: .now())
  }

  private func connect(_ stopSignal: StopSignal) throws(DeliveryError) {
    if let ending = connection?.ending {
      lose()
      // As good as never begun: nothing of this batch was written.
      _ = ending
    }
    if isToReload {
      isToReload = false
      if tls?.haveChanged() == true { disconnect() }
    }
    guard connection == nil else { return }
    let context = try tls?.context(for: address)
    let opened = try StreamConnection(
      to: address, tls: context, isAnswered: false, options: options, group: group, stopSignal: stopSignal)
    let settled = MonotonicTime.now().adding(milliseconds: options.settleMilliseconds)
    while settled.remainingMilliseconds > 0 {
      _ = try opened.wait(until: settled)
      if let ending = opened.ending { throw ending }
    }
    connection = consume opened
    let again = recent.messages
    recent.removeAll()
    var kept = 0
    do throws(DeliveryError) {
      try write(again) { count in
        resent &+= UInt64(count - kept)
        kept = count
      }
    } catch {
      let now = MonotonicTime.now()
      for message in again[kept...] { recent.append(message, at: now) }
      throw error
    }
  }

  private func write(_ messages: [[UInt8]], confirmed: (Int) -> Void) throws(DeliveryError) {
    var next = 0
    while next < messages.count {
      let first = next
      var chunk: [UInt8] = []
      while next < messages.count, chunk.isEmpty || chunk.count + messages[next].count <= options.chunkBytes {
        OctetCounting.append(messages[next], to: &chunk)
        next += 1
      }
      connection?.write(chunk)
      try connection?.waitUntilAcknowledged(until: .now().adding(milliseconds: options.answerMilliseconds))
      let now = MonotonicTime.now()
      for message in messages[first..<next] { recent.append(message, at: now) }
      confirmed(next)
    }
  }
}
