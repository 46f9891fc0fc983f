/// Many byte strings, to be asked whether one is among them; asking takes no memory.
struct ByteStringSet: BitwiseCopyable {
  private struct Entry: BitwiseCopyable {
    var start: UInt32 = 0
    /// Length plus 1; 0: the place is free.
    var length: UInt32 = 0
  }

  private let bytes: UnsafeRawBufferPointer
  /// A power of two, at most half of it used.
  private let table: UnsafeBufferPointer<Entry>
  /// A bit for each length that occurs; the last for all from 63: most strings that are not in the set end here.
  private let lengths: UInt64

  init(_ strings: some Collection<[UInt8]>, _ constants: Constants) {
    var size = 2
    while size < strings.count * 2 { size *= 2 }
    var table = [Entry](repeating: Entry(), count: size)
    var bytes: [UInt8] = []
    var lengths: UInt64 = 0
    for string in strings {
      let entry = Entry(
        start: UInt32(truncatingIfNeeded: bytes.count), length: UInt32(truncatingIfNeeded: string.count + 1))
      var place = string.withUnsafeBytes { Self.hash($0) } & (size - 1)
      while table[place].length != 0 { place = (place + 1) & (size - 1) }
      table[place] = entry
      bytes += string
      lengths |= Self.bit(string.count)
    }
    self.bytes = constants.keep(bytes)
    self.table = constants.keep(table)
    self.lengths = lengths
  }

  func contains(_ string: RawSpan) -> Bool {
    guard lengths & Self.bit(string.byteCount) != 0 else { return false }
    return string.withUnsafeBytes { string in
      let mask = table.count - 1
      var place = Self.hash(string) & mask
      while table[place].length != 0 {
        let entry = table[place]
        if Int(entry.length) == string.count + 1, isEqual(entry, string) { return true }
        place = (place + 1) & mask
      }
      return false
    }
  }

  private func isEqual(_ entry: Entry, _ string: UnsafeRawBufferPointer) -> Bool {
    for index in 0..<string.count where bytes[Int(entry.start) + index] != string[index] { return false }
    return true
  }

  private static func bit(_ length: Int) -> UInt64 { 1 << UInt64(min(63, length)) }

  /// FNV-1a. Who chooses the bytes of an event can make them fall on one place, but the strings in the set, a rule
  /// author's, are what a search walks over.
  private static func hash(_ string: UnsafeRawBufferPointer) -> Int {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for byte in string { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
    return Int(truncatingIfNeeded: hash ^ hash >> 32)
  }
}
