import Events
import Rules

/// Rules that can only hold when one field is one of several numbers.
struct IntegerIndex: BitwiseCopyable {
  private let field: Field
  private let asksBothEnds: Bool
  /// In ascending order; beside each the places of its rules.
  private let numbers: UnsafeBufferPointer<Int64>
  private let rules: UnsafeBufferPointer<UnsafeBufferPointer<Int32>>

  /// - Parameter rules: by number, the rules' places.
  init(_ field: Field, _ rules: [Int64: [Int32]], _ constants: Constants) {
    self.field = field
    asksBothEnds = field.description.cardinality == .ends
    let sorted = rules.keys.sorted()
    numbers = constants.keep(sorted)
    self.rules = constants.keep(sorted.map { constants.keep(rules[$0] ?? []) })
  }

  /// Marks the rules that the event's number, or either of its two, leaves possible.
  func mark(_ state: borrowing State, in bits: RuleBits) {
    guard asksBothEnds else {
      if let number = state.integer(field, of: state.event.slot) { mark(number, in: bits) }
      return
    }
    let ends = state.ends(field)
    if let number = State.port(ends.0) { mark(number, in: bits) }
    if let number = State.port(ends.1) { mark(number, in: bits) }
  }

  private func mark(_ number: Int64, in bits: RuleBits) {
    var low = 0
    var high = numbers.count
    while low < high {
      let middle = (low + high) / 2
      if numbers[middle] == number { return bits.insert(rules[middle]) }
      if numbers[middle] < number { low = middle + 1 } else { high = middle }
    }
  }
}
