import Events
import Rules

/// Gates that only open when one field is one of several numbers.
struct IntegerIndex: BitwiseCopyable {
  private let field: Field
  private let asksBothEnds: Bool
  private let gates: HashedGates

  /// - Parameter numbers: by number, the gates.
  init(_ field: Field, _ numbers: [Int64: [Int32]], _ constants: Constants) {
    self.field = field
    asksBothEnds = field.description.cardinality == .ends
    var byHash: [UInt64: [Int32]] = [:]
    for (number, ids) in numbers { byHash[Self.hash(number), default: []] += ids }
    gates = HashedGates(byHash, constants)
  }

  /// Opens the gates that the event's number, or either of its two, leaves possible.
  func open(_ state: borrowing State, _ gates: RuleGates) {
    guard asksBothEnds else {
      if let number = state.integer(field, of: state.event.slot) { self.gates.open(Self.hash(number), gates) }
      return
    }
    let ends = state.ends(field)
    if let number = State.port(ends.0) { self.gates.open(Self.hash(number), gates) }
    if let number = State.port(ends.1) { self.gates.open(Self.hash(number), gates) }
  }

  private static func hash(_ number: Int64) -> UInt64 { FoldedBytes.hash(FoldedBytes.basis, UInt64(bitPattern: number)) }
}
