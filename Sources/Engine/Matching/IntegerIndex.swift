import Events
import Rules

/// Rules that can only hold when one field is one of several numbers.
struct IntegerIndex: BitwiseCopyable {
  private let field: Field
  private let asksBothEnds: Bool
  private let rules: HashedRules

  /// - Parameter rules: by number, the rules' places.
  init(_ field: Field, _ rules: [Int64: [Int32]], _ constants: Constants) {
    self.field = field
    asksBothEnds = field.description.cardinality == .ends
    var byHash: [UInt64: [Int32]] = [:]
    for (number, places) in rules { byHash[Self.hash(number), default: []] += places }
    self.rules = HashedRules(byHash, constants)
  }

  /// Marks the rules that the event's number, or either of its two, leaves possible.
  func mark(_ state: borrowing State, in bits: RuleBits) {
    guard asksBothEnds else {
      if let number = state.integer(field, of: state.event.slot) { rules.mark(Self.hash(number), in: bits) }
      return
    }
    let ends = state.ends(field)
    if let number = State.port(ends.0) { rules.mark(Self.hash(number), in: bits) }
    if let number = State.port(ends.1) { rules.mark(Self.hash(number), in: bits) }
  }

  private static func hash(_ number: Int64) -> UInt64 { FoldedBytes.hash(FoldedBytes.basis, UInt64(bitPattern: number)) }
}
