import Testing

@testable import Engine
@testable import Rules

/// What is said of rules that fire only where another does is so: tried on made-up events by the plain evaluator.
@Suite struct ShadowDifferentialTests {
  private static let rules = 400
  private static let events = 250

  @Test(arguments: 1...3)
  func noClaimIsFalse(seed: UInt64) throws {
    var random = Generator(seed: seed &* 7919)
    let policy = try Self.policy(&random)
    let world = PlainWorld(events: Self.events, &random)
    let plain = PlainEvaluator(processes: world.processes)
    let holds = policy.rules.map { rule in
      world.events.map { event in rule.condition.run { plain.holds(policy.predicates[$0], event) } }
    }

    let (shadows, isWhole) = ShadowFinder.find(in: policy)
    #expect(isWhole)
    for shadow in shadows {
      let (rule, other) = (policy.rules[shadow.rule], policy.rules[shadow.other])
      for (event, (one, two)) in zip(holds[shadow.rule], holds[shadow.other]).enumerated() where one && !two || shadow.isEqual && one != two {
        Issue.record(
          """
          seed \(seed), event \(event): \(rule.name) fires \(one), \(other.name) \(two); \(shadow)
          \(policy.conditionText(of: rule) ?? "")
          \(policy.conditionText(of: other) ?? "")
          """)
        return
      }
    }

    // By comparing each with each.
    let forms = policy.rules.map { rule in policy.tree(of: rule).map { ImplicationForm($0, policy.predicates, kinds: rule.kinds) } }
    var pairs: Set<[Int]> = []
    var looks = 1_000_000_000
    for (rule, narrow) in forms.enumerated() {
      for (other, wide) in forms.enumerated() where rule != other {
        guard let narrow, let wide, policy.rules[rule].kinds.isSubset(of: policy.rules[other].kinds) else { continue }
        if Implication.holds(narrow, wide, looks: &looks) { pairs.insert([rule, other]) }
      }
    }
    let told = Set(shadows.map(\.rule))
    let shadowed = Set(pairs.filter { pair in !pairs.contains([pair[1], pair[0]]) || pair[1] < pair[0] }.map { $0[0] })
    print("shadows: seed \(seed): \(pairs.count) pairs, \(shadowed.count) rules, of which \(shadowed.intersection(told).count) are told of")
    #expect(told == shadowed)
    #expect(shadowed.count > 50)
  }

  private static func policy(_ random: inout Generator) throws -> Policy {
    let rules = (0..<rules).map { index in
      """
      - rule: R\(index)
        desc: what it means
        condition: >-
          \(ConditionGenerator.condition(&random))
        output: fired
        priority: Warning
        warn_evttypes: false
      """
    }
    let loaded = PolicyLoader().load(files: [("test.yaml", Array(rules.joined(separator: "\n").utf8))])
    return try #require(loaded.policy, "\(loaded.report)")
  }
}
