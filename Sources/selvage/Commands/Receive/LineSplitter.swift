/// Cuts what comes in pieces into lines. A line that is too long comes in parts.
struct LineSplitter {
  static let longest = 1 << 20
  private var rest: [UInt8] = []

  /// - Parameter line: called with each line, without its newline.
  mutating func add(_ bytes: UnsafeRawBufferPointer, _ line: ([UInt8]) throws -> Void) rethrows {
    var start = 0
    for (index, byte) in bytes.enumerated() where byte == UInt8(ascii: "\n") {
      rest.append(contentsOf: bytes[start..<index])
      start = index + 1
      try line(rest)
      rest.removeAll(keepingCapacity: true)
    }
    rest.append(contentsOf: bytes[start...])
    if rest.count > Self.longest {
      try line(rest)
      rest.removeAll(keepingCapacity: true)
    }
  }

  /// What stands behind the last newline.
  mutating func finish(_ line: ([UInt8]) throws -> Void) rethrows {
    if !rest.isEmpty { try line(rest) }
    rest = []
  }
}
