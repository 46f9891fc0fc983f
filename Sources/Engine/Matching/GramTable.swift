/// Gates by texts that a field has to contain. Each is found by four of its bytes (two or one of a shorter text): those
/// that the fewest others have. A look at each place of the field's text is a multiplication and a bit, however many
/// texts there are.
struct GramTable: BitwiseCopyable {
  private struct Literal: BitwiseCopyable {
    let text: UnsafeRawBufferPointer
    /// Where its gram is in it.
    let offset: Int32
    let gram: UInt32
    let gates: UnsafeBufferPointer<Int32>
  }

  /// Bytes of a gram: 1, 2 or 4.
  private let width: Int
  private let filter: UnsafeBufferPointer<UInt64>
  private let filterShift: UInt32
  /// By hash of the gram, where its literals start; one more at the end.
  private let starts: UnsafeBufferPointer<Int32>
  private let startShift: UInt32
  private let literals: UnsafeBufferPointer<Literal>

  /// - Parameter literals: none shorter than `width`.
  init(width: Int, _ literals: [[UInt8]: [Int32]], _ constants: Constants) {
    self.width = width
    let texts = literals.keys.sorted { $0.lexicographicallyPrecedes($1) }
    var uses: [UInt32: Int] = [:]
    for text in texts { for gram in Set(Self.grams(text, width)) { uses[gram, default: 0] += 1 } }
    var bits: UInt32 = 4
    while bits < 20, 1 << bits < texts.count { bits += 1 }
    startShift = 32 - bits
    filterShift = 32 - min(24, bits + 5)
    var filter = [UInt64](repeating: 0, count: max(1, (1 << (32 - filterShift)) / 64))
    var buckets = [[Literal]](repeating: [], count: 1 << bits)
    for text in texts {
      let grams = Self.grams(text, width)
      guard let best = grams.indices.min(by: { uses[grams[$0], default: 0] < uses[grams[$1], default: 0] }) else { continue }
      let hash = Self.hash(grams[best])
      filter[Int(hash >> filterShift) >> 6] |= 1 << UInt64((hash >> filterShift) & 63)
      buckets[Int(hash >> startShift)].append(
        Literal(
          text: constants.keep(text), offset: Int32(truncatingIfNeeded: best), gram: grams[best],
          gates: constants.keep(literals[text] ?? [])))
    }
    self.filter = constants.keep(filter)
    var starts: [Int32] = [0]
    for bucket in buckets { starts.append(starts[starts.count - 1] + Int32(truncatingIfNeeded: bucket.count)) }
    self.starts = constants.keep(starts)
    self.literals = constants.keep(buckets.flatMap { $0 })
  }

  func open(_ text: UnsafeRawBufferPointer, _ gates: RuleGates) {
    let last = text.count &- width
    let mask: UInt64 = width == 4 ? 0xFFFF_FFFF : width == 2 ? 0xFFFF : 0xFF
    var place = 0
    // A text made of nothing but grams that many literals share would be compared with all of them at each place.
    var budget = 1024 &+ 4 &* text.count
    // Eight bytes hold the grams of four places, whatever the width; mostly none of the four is known.
    while place &+ 3 <= last {
      let word = FoldedBytes.word(text, at: place, count: min(8, text.count &- place))
      let first = bit(word & mask) | bit(word >> 8 & mask)
      let second = bit(word >> 16 & mask) | bit(word >> 24 & mask)
      if (first | second) & 1 != 0 { open(text, word, at: place, count: 4, mask, gates, &budget) }
      place &+= 4
    }
    if place <= last {
      let word = FoldedBytes.word(text, at: place, count: text.count &- place)
      open(text, word, at: place, count: last &- place &+ 1, mask, gates, &budget)
    }
    // To try the tests themselves takes one pass over the text each.
    if budget < 0 { for literal in literals { gates.open(literal.gates) } }
  }

  /// The lowest bit: whether the filter knows the gram.
  private func bit(_ gram: UInt64) -> UInt64 {
    let place = Self.hash(UInt32(truncatingIfNeeded: gram)) >> filterShift
    return filter[Int(place >> 6)] >> UInt64(place & 63)
  }

  private func open(
    _ text: UnsafeRawBufferPointer, _ word: UInt64, at place: Int, count: Int, _ mask: UInt64, _ gates: RuleGates,
    _ budget: inout Int
  ) {
    for next in 0..<count {
      let gram = word >> UInt64(next * 8) & mask
      if bit(gram) & 1 != 0 { open(text, UInt32(truncatingIfNeeded: gram), at: place + next, gates, &budget) }
    }
  }

  private func open(
    _ text: UnsafeRawBufferPointer, _ gram: UInt32, at place: Int, _ gates: RuleGates, _ budget: inout Int
  ) {
    let bucket = Int(Self.hash(gram) >> startShift)
    for index in Int(starts[bucket])..<Int(starts[bucket + 1]) {
      guard budget >= 0 else { return }
      budget &-= 1
      guard literals[index].gram == gram else { continue }
      let literal = literals[index]
      let start = place - Int(literal.offset)
      guard start >= 0, start + literal.text.count <= text.count else { continue }
      let equal = equalBytes(literal.text, text, at: start)
      budget &-= equal
      if equal == literal.text.count { gates.open(literal.gates) }
    }
  }

  /// How many bytes of the literal are the same as the text's.
  private func equalBytes(_ literal: UnsafeRawBufferPointer, _ text: UnsafeRawBufferPointer, at start: Int) -> Int {
    var index = 0
    while index < literal.count, literal[index] == FoldedBytes.fold(text[start &+ index]) { index &+= 1 }
    return index
  }

  private static func grams(_ text: [UInt8], _ width: Int) -> [UInt32] {
    guard text.count >= width else { return [] }
    return text.indices.dropLast(width - 1).map { start in
      (0..<width).reduce(UInt32(0)) { $0 | UInt32(text[start + $1]) << UInt32($1 * 8) }
    }
  }

  private static func hash(_ gram: UInt32) -> UInt32 { gram &* 0x9E37_79B1 }
}
