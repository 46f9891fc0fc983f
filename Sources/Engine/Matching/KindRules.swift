import Events
import Rules

/// The rules that can match one kind of event, and the indices that tell which of them an event leaves possible.
struct KindRules: BitwiseCopyable {
  /// In the order of definition.
  let rules: UnsafeBufferPointer<RuleSteps>
  /// Places of the rules that no index knows.
  private let always: UnsafeBufferPointer<Int32>
  private let texts: UnsafeBufferPointer<TextIndex>
  private let integers: UnsafeBufferPointer<IntegerIndex>
  private let networks: UnsafeBufferPointer<NetworkIndex>

  /// - Parameters:
  ///   - steps: where each rule's program is among all steps.
  ///   - anchors: of each predicate; nil: it has none.
  init(_ kind: EventKind, _ policy: Policy, steps: [RuleSteps], anchors: [[Anchor]?], _ constants: Constants) {
    var rules: [RuleSteps] = []
    var decisions: [Decisions] = []
    var costs = AnchorCosts()
    for index in policy.rulesByKind[Int(kind.rawValue)] {
      let tests = Decisions(policy.rules[index].condition, kind, policy.predicates)
      switch tests.start {
      case .end(false): continue
      case .end(true): rules.append(steps[index].starting(at: policy.rules[index].condition.operations.count))
      case .test(let operation): rules.append(steps[index].starting(at: operation))
      }
      decisions.append(tests)
      costs.note(tests.predicates, anchors)
    }
    self.rules = constants.keep(rules)

    var always: [Int32] = []
    var members = IndexMembers()
    for (place, tests) in decisions.enumerated() {
      let found = tests.necessary { predicate in anchors[predicate].map { costs.cost(of: $0) } }
      if let found, found.cost < AnchorCosts.ofTrying {
        let all = Set(found.predicates.flatMap { anchors[$0] ?? [] })
        for anchor in all { members.insert(Int32(truncatingIfNeeded: place), at: anchor) }
      } else {
        always.append(Int32(truncatingIfNeeded: place))
      }
    }
    self.always = constants.keep(always)
    texts = constants.keep(members.texts.map { TextIndex($0, $1, constants) })
    integers = constants.keep(members.integers.map { IntegerIndex($0, $1, constants) })
    networks = constants.keep(members.networks.map { NetworkIndex($0, $1, constants) })
  }

  /// Adds the rules that the event leaves possible.
  func select(_ state: borrowing State, _ bits: RuleBits) {
    bits.insert(always)
    for index in texts { index.mark(state, in: bits) }
    for index in integers { index.mark(state, in: bits) }
    for index in networks { index.mark(state, in: bits) }
  }
}

/// Places of rules by what they are found by.
private struct IndexMembers {
  private(set) var texts: [FieldReference: TextIndex.Constituents] = [:]
  private(set) var integers: [Field: [Int64: [Int32]]] = [:]
  private(set) var networks: [Field: [Network: [Int32]]] = [:]

  mutating func insert(_ place: Int32, at anchor: Anchor) {
    switch anchor {
    case .text(let field, let part, let bytes):
      texts[field, default: .init()].literals[part, default: [:]][bytes, default: []].append(place)
    case .path(let field, let path): texts[field, default: .init()].paths[path, default: []].append(place)
    case .integer(let field, let number): integers[field, default: [:]][number, default: []].append(place)
    case .network(let field, let network): networks[field, default: [:]][network, default: []].append(place)
    }
  }
}
