/// A rule file's text, and where its lines and characters are.
package struct SourceFile: Sendable {
  package let name: String
  /// Without a byte order mark.
  package let bytes: [UInt8]
  /// Byte offsets at which lines start.
  private let lineStarts: [Int]
  /// Byte offsets of every 64th character, so that no look-up walks a long line.
  private let checkpoints: [Int]

  /// The text without the line ends at its end.
  private let contentEnd: Int

  private static let checkpointDistance = 64

  /// - Parameter bytes: should be valid UTF-8; else columns are what they are.
  package init(name: String, bytes: [UInt8]) {
    self.name = name
    self.bytes = bytes
    var lineStarts = [0]
    var checkpoints: [Int] = []
    checkpoints.reserveCapacity(bytes.count / Self.checkpointDistance + 1)
    var characters = 0
    for (offset, byte) in bytes.enumerated() {
      if byte & 0xC0 != 0x80 || offset == 0 {
        if characters % Self.checkpointDistance == 0 { checkpoints.append(offset) }
        characters += 1
      }
      let isLineEnd = byte == 0x0A || byte == 0x0D && (offset + 1 == bytes.count || bytes[offset + 1] != 0x0A)
      if isLineEnd { lineStarts.append(offset + 1) }
    }
    contentEnd = bytes.lastIndex { $0 != 0x0A && $0 != 0x0D }.map { $0 + 1 } ?? 0
    self.lineStarts = lineStarts
    self.checkpoints = checkpoints
  }

  /// - Parameter offset: in bytes; past the end means the end. What is missing at the end is missed behind the last
  ///   character, not on the empty line that the last line end begins.
  package func location(at offset: Int) -> SourceLocation {
    let offset = max(0, min(offset, contentEnd))
    let line = Self.lastIndex(in: lineStarts, notAfter: offset)
    // A place within a line end is one behind the line's last character.
    let end = max(lineStarts[line], min(offset, self.line(line + 1)?.endIndex ?? offset))
    let column = characterIndex(at: end) - characterIndex(at: lineStarts[line])
    return SourceLocation(file: name, line: line + 1, column: column + 1)
  }

  /// The byte offset of the n-th character, or the end.
  package func offset(ofCharacter index: Int) -> Int {
    let checkpoint = index / Self.checkpointDistance
    guard index >= 0, checkpoint < checkpoints.count else { return index < 0 ? 0 : bytes.count }
    var offset = checkpoints[checkpoint]
    for _ in 0..<(index % Self.checkpointDistance) where offset < bytes.count {
      offset += 1
      while offset < bytes.count, bytes[offset] & 0xC0 == 0x80 { offset += 1 }
    }
    return offset
  }

  /// The line's bytes without its end; nil if there is none of that number, which counts from 1.
  package func line(_ number: Int) -> ArraySlice<UInt8>? {
    guard number >= 1, number <= lineStarts.count else { return nil }
    var end = number < lineStarts.count ? lineStarts[number] : bytes.count
    let start = lineStarts[number - 1]
    while end > start, bytes[end - 1] == 0x0A || bytes[end - 1] == 0x0D { end -= 1 }
    return bytes[start..<end]
  }

  private func characterIndex(at offset: Int) -> Int {
    guard !checkpoints.isEmpty else { return 0 }
    let checkpoint = Self.lastIndex(in: checkpoints, notAfter: offset)
    var index = checkpoint * Self.checkpointDistance
    for byte in bytes[checkpoints[checkpoint]..<offset] where byte & 0xC0 != 0x80 { index += 1 }
    return index
  }

  /// In a rising list that starts with 0.
  private static func lastIndex(in offsets: [Int], notAfter offset: Int) -> Int {
    var low = 0
    var high = offsets.count
    while high - low > 1 {
      let middle = (low + high) / 2
      if offsets[middle] <= offset { low = middle } else { high = middle }
    }
    return low
  }
}
