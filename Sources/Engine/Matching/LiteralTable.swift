import Rules

/// Gates by texts that a field has to be, or to begin or end with: found in one pass over the field's text.
struct LiteralTable: BitwiseCopyable {
  private let gates: HashedGates
  /// Of the texts, each once, in ascending order.
  private let lengths: UnsafeBufferPointer<Int>

  init(_ place: NecessaryLiteral.Place, _ literals: [[UInt8]: [Int32]], _ constants: Constants) {
    var byHash: [UInt64: [Int32]] = [:]
    for (literal, ids) in literals {
      let hash = literal.withUnsafeBytes { place == .end ? Self.hash(end: $0) : FoldedBytes.hash($0) }
      byHash[hash, default: []] += ids
    }
    gates = HashedGates(byHash, constants)
    lengths = constants.keep(Set(literals.keys.map(\.count)).sorted())
  }

  func open(whole text: UnsafeRawBufferPointer, _ gates: RuleGates) { self.gates.open(FoldedBytes.hash(text), gates) }

  func open(start text: UnsafeRawBufferPointer, _ gates: RuleGates) {
    var hash = FoldedBytes.basis
    var hashed = 0
    for length in lengths {
      guard length <= text.count else { return }
      while hashed + 8 <= length {
        hash = FoldedBytes.hash(hash, FoldedBytes.word(text, at: hashed))
        hashed += 8
      }
      let rest = FoldedBytes.hash(hash, FoldedBytes.word(text, at: hashed, count: length - hashed))
      self.gates.open(FoldedBytes.hash(rest, UInt64(length)), gates)
    }
  }

  func open(end text: UnsafeRawBufferPointer, _ gates: RuleGates) {
    var hash = FoldedBytes.basis
    var hashed = 0
    for length in lengths {
      guard length <= text.count else { return }
      while hashed + 8 <= length {
        hashed += 8
        hash = FoldedBytes.hash(hash, FoldedBytes.word(text, at: text.count - hashed))
      }
      let rest = FoldedBytes.hash(hash, FoldedBytes.word(text, at: text.count - length, count: length - hashed))
      self.gates.open(FoldedBytes.hash(rest, UInt64(length)), gates)
    }
  }

  /// As ``open(end:in:)`` has it at the text's length.
  private static func hash(end text: UnsafeRawBufferPointer) -> UInt64 {
    var hash = FoldedBytes.basis
    var hashed = 0
    while hashed + 8 <= text.count {
      hashed += 8
      hash = FoldedBytes.hash(hash, FoldedBytes.word(text, at: text.count - hashed))
    }
    hash = FoldedBytes.hash(hash, FoldedBytes.word(text, at: 0, count: text.count - hashed))
    return FoldedBytes.hash(hash, UInt64(text.count))
  }
}
