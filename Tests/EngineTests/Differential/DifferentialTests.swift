import Glibc
import Rules
import Testing

@testable import Engine

/// The engine fires exactly what each rule's program means, tried on every event by itself with no index and nothing
/// remembered. Longer: `DIFFERENTIAL_ROUNDS=1000 swift test --filter DifferentialTests`; from another seed on:
/// `DIFFERENTIAL_SEED=...`.
@Suite struct DifferentialTests {
  /// Some can't match any kind of event, and are left out of the policy.
  private static let rules = 450
  private static let events = 250

  @Test func theEngineFiresWhatRulesMean() throws {
    let rounds = number("DIFFERENTIAL_ROUNDS") ?? 10
    let first = number("DIFFERENTIAL_SEED") ?? 1
    var pairs = 0
    var fired = 0
    var census = PredicateCensus()
    for seed in first..<first + rounds {
      let round = try Self.compare(seed: UInt64(seed), &census)
      pairs += round.pairs
      fired += round.fired
    }
    #expect(pairs >= rounds * 100_000)
    // Neither all nor nothing: of the pairs a good part fires.
    #expect(fired > pairs / 20 && fired < pairs * 19 / 20)
    // Every kind of predicate was tried, on events for which it holds and on others.
    #expect(Set(census.counts.keys) == PredicateCensus.all)
    if rounds >= 10 {
      let rare = census.counts.filter { $0.value.held == 0 || $0.value.failed == 0 }
      #expect(rare.isEmpty, "\(rare)")
    }
    print("differential: \(pairs) pairs, \(fired) fired, seeds \(first) to \(first + rounds - 1), \(census.counts.count) kinds of predicate")
  }

  private static func compare(seed: UInt64, _ census: inout PredicateCensus) throws -> (pairs: Int, fired: Int) {
    var random = Generator(seed: seed)
    let conditions = (0..<rules).map { _ in ConditionGenerator.condition(&random) }
    let world = PlainWorld(events: events, &random)
    let policy = PredicateVariants.varied(try policy(conditions, seed), &random)

    var got = [Set<Int>](repeating: [], count: events)
    for alert in world.stream.alerts(policy) {
      let event = PlainWorld.event(alert.recordNumber)
      let isNew = got[event].insert(Int(alert.rule.dropFirst()) ?? -1).inserted
      #expect(isNew, "seed \(seed): \(alert.rule) fired twice on one event")
    }
    let plain = PlainEvaluator(processes: world.processes)
    var fired = 0
    var held = [Int](repeating: 0, count: policy.predicates.count)
    var failed = held
    for (index, event) in world.events.enumerated() {
      for rule in policy.rules {
        guard let number = Int(rule.name.dropFirst()) else { continue }
        let isMeant = rule.condition.run { predicate in
          let holds = plain.holds(policy.predicates[predicate], event)
          if holds { held[predicate] += 1 } else { failed[predicate] += 1 }
          return holds
        }
        if isMeant { fired += 1 }
        guard isMeant != got[index].contains(number) else { continue }
        Issue.record(
          """
          seed \(seed), event \(index), rule \(number): the rule \(isMeant ? "holds" : "doesn't hold"), the engine differs
          \(conditions[number]), which may have been varied: \(rule.condition.operations)
          \(event)
          \(world.processes[event.process])
          """)
        return (0, 0)
      }
    }
    for (index, predicate) in policy.predicates.enumerated() { census.add(predicate, held: held[index], failed: failed[index]) }
    return (events * policy.rules.count, fired)
  }

  private static func policy(_ conditions: [String], _ seed: UInt64) throws -> Policy {
    let rules = conditions.enumerated().map { index, condition in
      """
      - rule: R\(index)
        desc: what it means
        condition: >-
          \(condition)
        output: fired
        priority: Warning
        warn_evttypes: false
      """
    }
    let loaded = PolicyLoader().load(files: [("test.yaml", Array(rules.joined(separator: "\n").utf8))])
    return try #require(loaded.policy, "seed \(seed): \(loaded.report)")
  }

  private func number(_ variable: String) -> Int? { getenv(variable).flatMap { Int(String(cString: $0)) } }
}
