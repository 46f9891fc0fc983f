internal import Glibc

/// The addresses of a socket, as events tell them. Addresses in network byte order, ports in the host's.
struct ScapEndpoints: Equatable {
  struct End: Hashable {
    var words: (UInt64, UInt64) = (0, 0)
    var port: UInt16 = 0

    init() {}

    /// - Parameter address: 4 or 16 bytes.
    init(_ address: UnsafeRawBufferPointer, port: UInt16) {
      withUnsafeMutableBytes(of: &words) { $0.copyBytes(from: address.prefix(16)) }
      self.port = port
    }

    var isUnspecified: Bool { words == (0, 0) && port == 0 }

    static func == (a: End, b: End) -> Bool { a.words == b.words && a.port == b.port }

    func hash(into hasher: inout Hasher) {
      hasher.combine(words.0)
      hasher.combine(words.1)
      hasher.combine(port)
    }
  }

  /// AF_INET or AF_INET6.
  var family: UInt16
  var source = End()
  var destination = End()

  init(family: UInt16) { self.family = family }

  /// Source and destination: family, address, port, address, port. nil: not of the internet.
  init?(tuple bytes: UnsafeRawBufferPointer) {
    guard let (family, size) = Self.family(bytes), bytes.count >= 1 + 2 * (size + 2) else { return nil }
    self.family = family
    source = Self.end(bytes, at: 1, size)
    destination = Self.end(bytes, at: 1 + size + 2, size)
  }

  /// One end: family, address, port. nil: not of the internet.
  static func address(_ bytes: UnsafeRawBufferPointer) -> (family: UInt16, end: End)? {
    guard let (family, size) = family(bytes), bytes.count >= 1 + size + 2 else { return nil }
    return (family, end(bytes, at: 1, size))
  }

  private static func family(_ bytes: UnsafeRawBufferPointer) -> (UInt16, size: Int)? {
    switch bytes.first.map(CInt.init) {
    case AF_INET: (UInt16(AF_INET), 4)
    case AF_INET6: (UInt16(AF_INET6), 16)
    default: nil
    }
  }

  private static func end(_ bytes: UnsafeRawBufferPointer, at offset: Int, _ size: Int) -> End {
    End(UnsafeRawBufferPointer(rebasing: bytes[offset..<offset + size]), port: bytes.load(UInt16.self, at: offset + size))
  }
}
