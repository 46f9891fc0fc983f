/// Gates by a hash of what opens them; asking for one that nobody needs ends at a bit.
struct HashedGates: BitwiseCopyable {
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
  private let gates: UnsafeBufferPointer<Int32>

  init(_ all: [UInt64: [Int32]], _ constants: Constants) {
    var size = 4
    while size < all.count * 2 { size *= 2 }
    var table = [Entry](repeating: Entry(), count: size)
    var filter = [UInt64](repeating: 0, count: max(1, size * 8 / 64))
    var gates: [Int32] = []
    for hash in all.keys.sorted() {
      guard let of = all[hash], !of.isEmpty else { continue }
      var place = Self.place(hash) & (size - 1)
      while table[place].count != 0 { place = (place + 1) & (size - 1) }
      table[place] = Entry(
        hash: hash, start: Int32(truncatingIfNeeded: gates.count), count: Int32(truncatingIfNeeded: of.count))
      gates += of
      let bit = Int(truncatingIfNeeded: hash >> 8) & (filter.count * 64 - 1)
      filter[bit >> 6] |= 1 << UInt64(bit & 63)
    }
    self.table = constants.keep(table)
    self.filter = constants.keep(filter)
    self.gates = constants.keep(gates)
  }

  func open(_ hash: UInt64, _ gates: RuleGates) {
    let bit = Int(truncatingIfNeeded: hash >> 8) & (filter.count &* 64 &- 1)
    guard filter[bit >> 6] & (1 << UInt64(bit & 63)) != 0 else { return }
    let mask = table.count &- 1
    var place = Self.place(hash) & mask
    while table[place].count != 0 {
      let entry = table[place]
      if entry.hash == hash {
        return gates.open(UnsafeBufferPointer(rebasing: self.gates[Int(entry.start)..<Int(entry.start &+ entry.count)]))
      }
      place = (place &+ 1) & mask
    }
  }

  private static func place(_ hash: UInt64) -> Int { Int(truncatingIfNeeded: hash >> 32) }
}
