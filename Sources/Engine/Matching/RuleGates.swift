/// The rules behind each necessary predicate of a kind's, and the set that they go to once it may hold. Indices know
/// gates, not rules: a list of a hundred names that a thousand rules share is kept once.
struct RuleGates: BitwiseCopyable {
  /// By gate, places of rules.
  let rules: UnsafeBufferPointer<UnsafeBufferPointer<Int32>>
  let possible: RuleBits

  func open(_ gate: Int32) { possible.insert(rules[Int(gate)]) }

  func open(_ gates: UnsafeBufferPointer<Int32>) {
    for gate in gates { open(gate) }
  }
}
