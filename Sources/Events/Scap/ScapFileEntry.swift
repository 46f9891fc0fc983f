internal import Glibc

/// A file that was open when the capture began.
struct ScapFileEntry {
  var descriptor: Int64 = 0
  /// nil: no socket of the internet.
  var socket: ScapSocket?

  private static let what = "an entry of a list of open files"

  /// - Parameter isSized: each entry begins with its length.
  /// - Returns: nil: the capture is cut off within it.
  static func read(_ blocks: inout ScapBlocks, isSized: Bool) throws(TraceError.Reason) -> ScapFileEntry? {
    let before = blocks.left
    var size: Int?
    if isSized {
      guard let bytes = try blocks.number(UInt32.self, of: what) else { return nil }
      guard Int(bytes) <= before else { throw .scap(.content(what)) }
      size = Int(bytes)
    }
    guard let descriptor = try blocks.number(Int64.self, of: what), try blocks.number(UInt64.self, of: what) != nil,
      let type = try blocks.number(UInt8.self, of: what)
    else { return nil }
    var entry = ScapFileEntry(descriptor: descriptor)
    switch type {
    case 3, 4, 5, 6:
      let family = UInt16(type == 3 || type == 5 ? AF_INET : AF_INET6)
      guard let socket = try Self.socket(&blocks, family, isListening: type >= 5) else { return nil }
      entry.socket = socket
    case 8:  // of the unix family: two addresses and a name
      guard try blocks.bytes(16, of: what) != nil, try blocks.text(of: what) != nil else { return nil }
    case 16:  // a file: its flags and name
      guard try blocks.bytes(4, of: what) != nil, try blocks.text(of: what) != nil else { return nil }
    case 1, 2, 7, 9...15, 17...21:
      guard try blocks.text(of: what) != nil else { return nil }
    case 0: break
    default:
      // Of a later version: only its length tells where the next one begins.
      guard size != nil else { throw .scap(.content(what)) }
    }
    guard let size else { return entry }
    let rest = size - (before - blocks.left)
    guard rest >= 0 else { throw .scap(.content(what)) }
    return try blocks.bytes(rest, of: what) == nil ? nil : entry
  }

  private static func socket(
    _ blocks: inout ScapBlocks, _ family: UInt16, isListening: Bool
  ) throws(TraceError.Reason) -> ScapSocket? {
    let address = family == UInt16(AF_INET) ? 4 : 16
    let ends = isListening ? 1 : 2
    // All addresses, then all ports, then the protocol.
    guard let bytes = try blocks.bytes(ends * (address + 2) + 1, of: what) else { return nil }
    func end(_ index: Int) -> ScapEndpoints.End {
      ScapEndpoints.End(
        UnsafeRawBufferPointer(rebasing: bytes[index * address..<(index + 1) * address]),
        port: bytes.load(UInt16.self, at: ends * address + 2 * index))
    }
    let socket: ScapSocket
    switch bytes[bytes.count - 1] {
    case 2: socket = ScapSocket(family: family, type: 1, protocol: 6)
    case 3: socket = ScapSocket(family: family, type: 2, protocol: 17)
    case 4: socket = ScapSocket(family: family, type: 2, protocol: family == UInt16(AF_INET) ? 1 : 58)
    case 5: socket = ScapSocket(family: family, type: 3, protocol: 255)
    default: socket = ScapSocket(family: family, type: 0, protocol: 0)
    }
    socket.local = end(0)
    socket.isListening = isListening
    if !isListening {
      socket.remote = end(1)
      socket.isConnected = !socket.remote.isUnspecified
    }
    return socket
  }
}
