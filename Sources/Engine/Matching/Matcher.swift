import Events
import Rules

/// Tries a policy's rules on the event at hand. Takes no memory per event, and counts no references unless a rule
/// fires.
struct Matcher: ~Copyable {
  private let policy: Policy
  private let constants = Constants()
  private let predicates: UnsafeBufferPointer<CompiledPredicate>
  private let steps: UnsafeBufferPointer<RuleStep>
  /// By `EventKind.rawValue`; nil: no rule can match it.
  private let kinds: UnsafeBufferPointer<KindRules?>
  /// The rules that the event at hand leaves possible.
  private let possible: RuleBits
  /// What a predicate gave for this event: its round and whether it held; others are of earlier events.
  private let results: UnsafeMutableBufferPointer<UInt64>
  private var round: UInt64 = 0

  init(_ policy: Policy) {
    self.policy = policy
    let constants = constants
    predicates = constants.keep(policy.predicates.map { CompiledPredicate($0, constants) })
    results = .allocate(capacity: max(1, policy.predicates.count))
    results.initialize(repeating: 0)
    var steps: [RuleStep] = []
    let places = policy.rules.enumerated().map { index, rule in
      let start = steps.count
      let end = start + rule.condition.operations.count
      for operation in rule.condition.operations {
        steps.append(RuleStep(operation, at: steps.count, start: start, end: end))
      }
      return RuleSteps(
        rule: Int32(truncatingIfNeeded: index), start: Int32(truncatingIfNeeded: start),
        end: Int32(truncatingIfNeeded: end))
    }
    self.steps = constants.keep(steps)
    let anchors = policy.predicates.map { Anchor.all(of: $0) }
    let kinds = policy.rulesByKind.indices.map { number -> KindRules? in
      guard !policy.rulesByKind[number].isEmpty, let kind = EventKind(rawValue: UInt16(number)) else { return nil }
      return KindRules(kind, policy, steps: places, anchors: anchors, constants)
    }
    self.kinds = constants.keep(kinds)
    possible = RuleBits(capacity: kinds.reduce(0) { max($0, $1?.rules.count ?? 0) })
  }

  deinit {
    results.deallocate()
    possible.deallocate()
  }

  /// Gives `fired` each rule that holds, with its index in the policy, in the order of definition.
  mutating func match(_ state: borrowing State, fired: (Int, Rule) -> Void) {
    round &+= 2
    let kind = Int(state.event.kind.rawValue)
    guard kind < kinds.count, let rules = kinds[kind] else { return }
    rules.select(state, possible) { holds($0, state) }
    possible.empty { place in
      let rule = rules.rules[place]
      if runs(rule, state) { fired(Int(rule.rule), policy.rules[Int(rule.rule)]) }
    }
  }

  /// Whether the rule's condition holds.
  private func runs(_ rule: RuleSteps, _ state: borrowing State) -> Bool {
    var value = true
    var next = Int(rule.start)
    let end = Int(rule.end)
    while next < end {
      switch steps[next] {
      case .test(let predicate): value = holds(Int(predicate), state)
      case .constant(let constant): value = constant
      case .not: value.toggle()
      case .jumpIfFalse(let target): if !value { next = Int(target); continue }
      case .jumpIfTrue(let target): if value { next = Int(target); continue }
      }
      next += 1
    }
    return value
  }

  private func holds(_ predicate: Int, _ state: borrowing State) -> Bool {
    let known = results[predicate]
    if known & ~1 == round { return known & 1 != 0 }
    let holds = predicates[predicate].holds(state)
    results[predicate] = round | (holds ? 1 : 0)
    return holds
  }
}
