internal import Synchronization

/// What a connection's event loop tells the thread that uses the connection.
final class StreamState: Sendable {
  private struct Facts {
    var isReady = false
    var ending: DeliveryError?
    var received: [UInt8] = []
    /// Given to the loop and not to the kernel yet.
    var pendingBytes = 0
    /// Octets on the wire until now, those of TLS among them.
    var wireBytes: UInt64 = 0
    /// What the kernel counted as acknowledged before the first of them.
    var acknowledgedAtStart: UInt64 = 0
  }

  /// What a receiver may send before it is read.
  static let inputLimitBytes = 256 << 10

  let name: String
  let doorbell: Doorbell
  private let facts = Mutex(Facts())

  init(name: String) throws(DeliveryError) {
    self.name = name
    doorbell = try Doorbell()
  }

  /// It can be used: connected, and the TLS handshake done.
  var isReady: Bool { facts.withLock { $0.isReady } }
  /// Why it can't be used any more. The first reason stays.
  var ending: DeliveryError? { facts.withLock { $0.ending } }
  var pendingBytes: Int { facts.withLock { $0.pendingBytes } }
  var wireBytes: UInt64 { facts.withLock { $0.wireBytes } }
  var acknowledgedAtStart: UInt64 { facts.withLock { $0.acknowledgedAtStart } }

  var hasReceived: Bool { facts.withLock { !$0.received.isEmpty } }

  func takeReceived() -> [UInt8] {
    facts.withLock { facts in
      defer { facts.received = [] }
      return facts.received
    }
  }

  func becomeReady() {
    facts.withLock { $0.isReady = true }
    doorbell.ring()
  }

  func end(_ reason: String) { end(.receiver(name: name, reason: reason)) }

  func end(_ error: DeliveryError) {
    facts.withLock { facts in
      if facts.ending == nil { facts.ending = error }
    }
    doorbell.ring()
  }

  /// - Returns: whether there was room.
  func receive(_ bytes: some Collection<UInt8>) -> Bool {
    let fits = facts.withLock { facts in
      guard facts.received.count + bytes.count <= Self.inputLimitBytes else { return false }
      facts.received.append(contentsOf: bytes)
      return true
    }
    doorbell.ring()
    return fits
  }

  func begin(acknowledged: UInt64) { facts.withLock { $0.acknowledgedAtStart = acknowledged } }
  func sent(onWire bytes: Int) { facts.withLock { $0.wireBytes &+= UInt64(clamping: bytes) } }
  func enqueue(_ bytes: Int) { facts.withLock { $0.pendingBytes += bytes } }

  func handOver(_ bytes: Int) {
    facts.withLock { $0.pendingBytes -= bytes }
    doorbell.ring()
  }
}
