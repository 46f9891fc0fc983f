import Events
import Rules

/// Tries a policy's rules on the event at hand. Takes no memory per event.
struct Matcher {
  private let policy: Policy
  private let predicates: [CompiledPredicate]
  /// What a predicate gave for this event: its round and whether it held; others are of earlier events.
  private var results: [UInt64]
  private var round: UInt64 = 0

  init(_ policy: Policy) {
    self.policy = policy
    predicates = policy.predicates.map { CompiledPredicate($0) }
    results = [UInt64](repeating: 0, count: predicates.count)
  }

  /// Gives `fired` each rule that holds, in the order of definition.
  mutating func match(_ state: borrowing State, fired: (Rule) -> Void) {
    round &+= 2
    let kind = Int(state.event.kind.rawValue)
    guard kind < policy.rulesByKind.count else { return }
    for index in policy.rulesByKind[kind] {
      if policy.rules[index].condition.run({ holds($0, state) }) { fired(policy.rules[index]) }
    }
  }

  private mutating func holds(_ predicate: Int, _ state: borrowing State) -> Bool {
    let known = results[predicate]
    if known & ~1 == round { return known & 1 != 0 }
    let holds = predicates[predicate].holds(state)
    results[predicate] = round | (holds ? 1 : 0)
    return holds
  }
}
