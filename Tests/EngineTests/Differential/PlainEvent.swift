import Events

/// An event as the generator made it up.
struct PlainEvent {
  struct End {
    /// 4 or 16.
    let bytes: [UInt8]
    let port: UInt16

    var text: String {
      guard bytes.count == 16 else { return bytes.map(String.init).joined(separator: ".") }
      return stride(from: 0, to: 16, by: 2).map { String(Int(bytes[$0]) << 8 | Int(bytes[$0 + 1]), radix: 16) }
        .joined(separator: ":")
    }
  }

  let kind: EventKind
  /// By index among the processes.
  let process: Int
  var uid: UInt32
  var local: End?
  var remote: End?
  /// This end is the server's.
  var isServer = false

  var isSocket: Bool { local != nil || remote != nil }
  var server: End? { isServer ? local : remote }
  var client: End? { isServer ? remote : local }
}
