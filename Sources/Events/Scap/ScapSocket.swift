/// A socket of the internet that some process holds. Shared by the descriptors that lead to it.
final class ScapSocket {
  /// Made up: a capture has none. The same for all records of a socket.
  var cookie: UInt64 = 0
  /// AF_INET or AF_INET6.
  let family: UInt16
  /// SOCK_*; 0: not known, as with a socket whose creation the capture doesn't have.
  private(set) var type: UInt16
  private(set) var `protocol`: UInt16
  var local = ScapEndpoints.End()
  var remote = ScapEndpoints.End()
  var isListening = false
  var isIncoming = false
  /// The connection stands; of a datagram socket, that it has a peer.
  var isConnected = false
  /// Since when, or since the attempt; 0: not known.
  var since: UInt64 = 0
  /// The attempt went on after connect returned.
  var isConnecting = false
  /// Descriptors that lead to it, of all processes.
  var holders = 0
  /// Destinations that were told, the last few.
  private var told: [ScapEndpoints.End] = []
  private static let toldCapacity = 16

  init(family: UInt16, type: UInt16, protocol: UInt16) {
    self.family = family
    self.type = type
    self.protocol = `protocol`
  }

  var isStream: Bool { type == 1 }

  /// It listens or was accepted: TCP, as nothing else is told.
  func becomesStream() {
    guard type == 0 else { return }
    type = 1
    `protocol` = 6
  }

  /// Told of when they are put to use; others when they are made.
  static func isPlain(type: UInt16, protocol: UInt16) -> Bool {
    switch type {
    case 1: `protocol` == 0 || `protocol` == 6 || `protocol` == 262  // TCP, multipath TCP
    case 2: `protocol` == 0 || `protocol` == 17
    default: false
    }
  }

  /// What the kernel makes of protocol 0.
  static func chosen(type: UInt16, protocol: UInt16) -> UInt16 {
    guard `protocol` == 0 else { return `protocol` }
    return type == 1 ? 6 : type == 2 ? 17 : 0
  }

  /// - Returns: whether it is the first time.
  func sends(to end: ScapEndpoints.End) -> Bool {
    guard !told.contains(end) else { return false }
    if told.count == Self.toldCapacity { told.removeFirst() }
    told.append(end)
    return true
  }
}
