/// Places of rules by a hash of what they need; asking for one that nobody needs ends at a bit.
struct HashedRules: BitwiseCopyable {
  private struct Entry: BitwiseCopyable {
    var hash: UInt64 = 0
    var start: Int32 = 0
    /// 0: the entry is free.
    var count: Int32 = 0
  }

  /// A bit for each hash, one of sixteen or so set.
  private let filter: UnsafeBufferPointer<UInt64>
  /// A power of two, at most half of it used.
  private let table: UnsafeBufferPointer<Entry>
  private let places: UnsafeBufferPointer<Int32>

  init(_ rules: [UInt64: [Int32]], _ constants: Constants) {
    var size = 4
    while size < rules.count * 2 { size *= 2 }
    var table = [Entry](repeating: Entry(), count: size)
    var filter = [UInt64](repeating: 0, count: max(1, size * 8 / 64))
    var places: [Int32] = []
    for hash in rules.keys.sorted() {
      guard let of = rules[hash], !of.isEmpty else { continue }
      var place = Self.place(hash) & (size - 1)
      while table[place].count != 0 { place = (place + 1) & (size - 1) }
      table[place] = Entry(
        hash: hash, start: Int32(truncatingIfNeeded: places.count), count: Int32(truncatingIfNeeded: of.count))
      places += of
      let bit = Int(truncatingIfNeeded: hash >> 8) & (filter.count * 64 - 1)
      filter[bit >> 6] |= 1 << UInt64(bit & 63)
    }
    self.table = constants.keep(table)
    self.filter = constants.keep(filter)
    self.places = constants.keep(places)
  }

  func mark(_ hash: UInt64, in bits: RuleBits) {
    let bit = Int(truncatingIfNeeded: hash >> 8) & (filter.count &* 64 &- 1)
    guard filter[bit >> 6] & (1 << UInt64(bit & 63)) != 0 else { return }
    let mask = table.count &- 1
    var place = Self.place(hash) & mask
    while table[place].count != 0 {
      let entry = table[place]
      if entry.hash == hash {
        return bits.insert(UnsafeBufferPointer(rebasing: places[Int(entry.start)..<Int(entry.start &+ entry.count)]))
      }
      place = (place &+ 1) & mask
    }
  }

  private static func place(_ hash: UInt64) -> Int { Int(truncatingIfNeeded: hash >> 32) }
}
