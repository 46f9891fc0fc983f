import Events
import Rules

/// The rules that can match one kind of event, and the indices that tell which of them an event leaves possible.
struct KindRules: BitwiseCopyable {
  /// In the order of definition.
  let rules: UnsafeBufferPointer<RuleSteps>
  /// Places of the rules that are tried on every event of the kind.
  private let always: UnsafeBufferPointer<Int32>
  private let gates: UnsafeBufferPointer<UnsafeBufferPointer<Int32>>
  /// Gates of predicates that no index knows.
  private let tried: UnsafeBufferPointer<TriedGate>
  private let texts: UnsafeBufferPointer<TextIndex>
  private let integers: UnsafeBufferPointer<IntegerIndex>
  private let networks: UnsafeBufferPointer<NetworkIndex>

  /// - Parameters:
  ///   - rules: that can match the kind, by index in the policy, in the order of definition.
  ///   - steps: where each rule's program is among all steps.
  ///   - anchors: of each predicate; nil: it has none.
  init(
    _ kind: EventKind, _ rules: [Int], of policy: Policy, steps: [RuleSteps], anchors: [[Anchor]?], _ constants: Constants
  ) {
    let plan = KindPlan(kind, rules, of: policy, anchors: anchors)
    self.rules = constants.keep(
      plan.entries.map { entry in
        let end = policy.rules[entry.rule].condition.operations.count
        return if case .test(let operation) = entry.tests.start {
          steps[entry.rule].starting(at: operation)
        } else {
          steps[entry.rule].starting(at: end)
        }
      })
    var always: [Int32] = []
    var gates = GateBuilder()
    for (place, entry) in plan.entries.enumerated() {
      let place = Int32(truncatingIfNeeded: place)
      if let way = entry.way {
        for predicate in way.sorted() { gates.insert(place, behind: predicate, anchors[predicate]) }
      } else {
        always.append(place)
      }
    }
    self.always = constants.keep(always)
    self.gates = constants.keep(gates.rules.map { constants.keep($0) })
    tried = constants.keep(gates.tried)
    texts = constants.keep(gates.texts.map { TextIndex($0, $1, constants) })
    integers = constants.keep(gates.integers.map { IntegerIndex($0, $1, constants) })
    networks = constants.keep(gates.networks.map { NetworkIndex($0, $1, constants) })
  }

  /// Adds the rules that the event leaves possible.
  ///
  /// - Parameter holds: tries a predicate, by its index.
  func select(_ state: borrowing State, _ possible: RuleBits, _ holds: (Int) -> Bool) {
    possible.insert(always)
    let open = RuleGates(rules: gates, possible: possible)
    for gate in tried where holds(Int(gate.predicate)) { open.open(gate.gate) }
    for index in texts { index.open(state, open) }
    for index in integers { index.open(state, open) }
    for index in networks { index.open(state, open) }
  }
}
