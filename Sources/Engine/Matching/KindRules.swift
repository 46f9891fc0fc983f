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
  ///   - steps: where each rule's program is among all steps.
  ///   - anchors: of each predicate; nil: it has none.
  init(_ kind: EventKind, _ policy: Policy, steps: [RuleSteps], anchors: [[Anchor]?], _ constants: Constants) {
    var rules: [RuleSteps] = []
    var decisions: [Decisions] = []
    var costs = AnchorCosts(anchors)
    for index in policy.rulesByKind[Int(kind.rawValue)] {
      let tests = Decisions(policy.rules[index].condition, kind, policy.predicates)
      switch tests.start {
      case .end(false): continue
      case .end(true): rules.append(steps[index].starting(at: policy.rules[index].condition.operations.count))
      case .test(let operation): rules.append(steps[index].starting(at: operation))
      }
      decisions.append(tests)
      costs.note(tests.predicates)
    }
    self.rules = constants.keep(rules)

    var always: [Int32] = []
    var gates = GateBuilder()
    for (place, tests) in decisions.enumerated() {
      let place = Int32(truncatingIfNeeded: place)
      if let found = tests.necessary({ costs.cost(of: $0) }), found.cost < AnchorCosts.ofTrying {
        for predicate in found.predicates.sorted() { gates.insert(place, behind: predicate, anchors[predicate]) }
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
