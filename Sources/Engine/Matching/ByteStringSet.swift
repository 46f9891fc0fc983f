/// Many byte strings, to be asked whether one is among them; asking takes no memory.
struct ByteStringSet {
  private struct Entry {
    var start: UInt32 = 0
    /// Length plus 1; 0: the place is free.
    var length: UInt32 = 0
  }

  private var bytes: [UInt8] = []
  /// A power of two, at most half of it used.
  private var table: [Entry]
  private let mask: Int

  init(_ strings: some Collection<[UInt8]>) {
    var size = 2
    while size < strings.count * 2 { size *= 2 }
    table = [Entry](repeating: Entry(), count: size)
    mask = size - 1
    for string in strings {
      let entry = Entry(start: UInt32(truncatingIfNeeded: bytes.count), length: UInt32(truncatingIfNeeded: string.count + 1))
      var place = string.withUnsafeBytes { Self.hash($0) } & mask
      while table[place].length != 0 { place = (place + 1) & mask }
      table[place] = entry
      bytes += string
    }
  }

  func contains(_ string: RawSpan) -> Bool {
    string.withUnsafeBytes { string in
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
    bytes.withUnsafeBytes { all in
      for index in 0..<string.count where all[Int(entry.start) + index] != string[index] { return false }
      return true
    }
  }

  /// FNV-1a. Who chooses the bytes of an event can make them fall on one place, but the strings in the set, a rule
  /// author's, are what a search walks over.
  private static func hash(_ string: UnsafeRawBufferPointer) -> Int {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for byte in string { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
    return Int(truncatingIfNeeded: hash ^ hash >> 32)
  }
}
