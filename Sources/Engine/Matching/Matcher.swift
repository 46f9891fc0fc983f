import Events
import Rules

/// Tries a policy's rules on the event at hand: the site's, those of rulesets where one is active for its workload, and
/// those that the workload's tenant has of its own. Takes no memory per event, and counts no references unless a rule
/// fires.
///
/// A tenant's own rules have indices of their own, so that an event costs what the site's rules and that one tenant's do,
/// however many tenants there are.
struct Matcher: ~Copyable {
  private let policy: Policy
  private let constants = Constants()
  private let predicates: UnsafeBufferPointer<CompiledPredicate>
  private let steps: UnsafeBufferPointer<RuleStep>
  private let site: RuleTable
  /// By tenant, as the policy's tenancy has them.
  private let tenants: UnsafeBufferPointer<RuleTable>
  /// The distinct ones of rules in rulesets.
  private let scopes: UnsafeBufferPointer<CompiledScope>
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
    var scopes: [RuleScope] = []
    var scopePlaces: [RuleScope: Int32] = [:]
    let places = policy.rules.enumerated().map { index, rule in
      let start = steps.count
      let end = start + rule.condition.operations.count
      for operation in rule.condition.operations {
        steps.append(RuleStep(operation, at: steps.count, start: start, end: end))
      }
      // A tenant's own are tried on its workloads only.
      if case .rulesets = rule.scope, scopePlaces[rule.scope] == nil {
        scopePlaces[rule.scope] = Int32(truncatingIfNeeded: scopes.count)
        scopes.append(rule.scope)
      }
      return RuleSteps(
        rule: Int32(truncatingIfNeeded: index), start: Int32(truncatingIfNeeded: start),
        end: Int32(truncatingIfNeeded: end), scope: scopePlaces[rule.scope] ?? -1)
    }
    self.steps = constants.keep(steps)
    self.scopes = constants.keep(scopes.map { CompiledScope($0, constants) })
    let anchors = policy.predicates.map { Anchor.all(of: $0) }
    func table(_ rules: [[Int]]) -> RuleTable {
      RuleTable(rules, of: policy, steps: places, anchors: anchors, constants)
    }
    site = table(policy.rulesByKind)
    let tenants = policy.rulesByTenant.indices.map { table(policy.rulesByKind(ofTenant: $0)) }
    self.tenants = constants.keep(tenants)
    possible = RuleBits(capacity: tenants.reduce(site.largest) { max($0, $1.largest) })
  }

  deinit {
    results.deallocate()
    possible.deallocate()
  }

  /// Gives `fired` each rule that holds, with its index in the policy: the site's in the order of definition, then the
  /// tenant's own.
  mutating func match(_ state: borrowing State, fired: (Int, Rule) -> Void) {
    round &+= 2
    let kind = state.event.kind
    if let rules = site.rules(of: kind) { match(rules, state, fired) }
    let tenant = Int(state.event.membership.tenant)
    if tenant >= 0, tenant < tenants.count, let rules = tenants[tenant].rules(of: kind) { match(rules, state, fired) }
  }

  private func match(_ rules: UnsafePointer<KindRules>, _ state: borrowing State, _ fired: (Int, Rule) -> Void) {
    rules.pointee.select(state, possible) { holds($0, state) }
    possible.empty { place in
      let rule = rules.pointee.rules[place]
      guard rule.scope < 0 || scopes[Int(rule.scope)].contains(state.event.membership), runs(rule, state) else { return }
      fired(Int(rule.rule), policy.rules[Int(rule.rule)])
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
