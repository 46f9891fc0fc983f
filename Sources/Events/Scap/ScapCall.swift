/// A call that a thread is in: what its first half told.
struct ScapCall {
  /// Even: that of the first half.
  let type: UInt16
  /// Of our records' clock.
  let time: UInt64
  private(set) var descriptor: Int64?
  /// An address, two of them, or a path, as the event had it.
  private(set) var bytes: [UInt8] = []
  private(set) var numbers: (UInt32, UInt32, UInt32) = (.max, .max, .max)

  private static let maximumBytes = 4096

  init(_ event: ScapEvent, _ kind: ScapEventKind, _ time: UInt64) {
    type = event.type
    self.time = time
    switch kind {
    case .exec:
      // A path alone, or a folder's descriptor, a path and flags.
      if event.count > 1 { descriptor = event.signed(0) }
      bytes = event.text(event.count > 1 ? 1 : 0)
    case .connect:
      descriptor = event.signed(0)
      bytes = Array(event[1])
    case .send:
      descriptor = event.signed(0)
      bytes = Array(event[2])
    case .control:
      descriptor = event.signed(0)
      numbers.0 = event.number(UInt8.self, 1).map(UInt32.init) ?? .max
    case .socket, .user, .group:
      numbers = (
        event.number(UInt32.self, 0) ?? .max, event.number(UInt32.self, 1) ?? .max, event.number(UInt32.self, 2) ?? .max)
    case .bind, .listen, .close, .duplicate: descriptor = event.signed(0)
    case .clone, .exit, .accept, .option, .session: break
    }
    if bytes.count > Self.maximumBytes { bytes = [] }
  }
}
