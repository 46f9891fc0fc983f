import Events
import Rules

/// A tenancy, ready to say whose a workload is and which rulesets are active for it. Used by the engine's thread alone.
final class CompiledTenancy {
  let tenancy: Tenancy
  /// Of the policy, by which clauses name them.
  let predicates: [Predicate]
  private let constants = Constants()
  private let tests: UnsafeBufferPointer<WorkloadTest>
  /// Of the tenants but for `host` and `unassigned`, and of the rulesets; nil: it has none.
  private let matches: [Clause?]
  private let whens: [Clause?]
  private let texts: [TenantTexts]

  /// What each test came to of the workload at hand, and each part of a clause.
  private let known: UnsafeMutableBufferPointer<Truth?>
  private let truths: UnsafeMutableBufferPointer<Truth>
  /// Who may have the workload at hand, ascending.
  private(set) var candidates: [Int] = []

  /// nil: the policy has no tenants.
  init?(_ policy: Policy) {
    guard let tenancy = policy.tenancy else { return nil }
    self.tenancy = tenancy
    predicates = policy.predicates
    let constants = constants
    var tests: [WorkloadTest] = []
    var places: [Int: Int] = [:]
    func clause(_ program: Program) -> Clause {
      Clause(ConditionTree(program), constants) { predicate in
        if let place = places[predicate] { return place }
        places[predicate] = tests.count
        tests.append(WorkloadTest(policy.predicates[predicate], constants))
        return tests.count - 1
      }
    }
    matches = tenancy.tenants[..<tenancy.host].map { $0.match.map(clause) }
    whens = tenancy.rulesets.map { $0.when.map(clause) }
    texts = tenancy.tenants.map {
      TenantTexts(name: constants.keep(Array($0.name.utf8)), description: constants.keep(Array($0.description.utf8)))
    }
    self.tests = constants.keep(tests)
    known = .allocate(capacity: max(1, tests.count))
    known.initialize(repeating: nil)
    truths = .allocate(capacity: (matches + whens).reduce(1) { max($0, $1?.count ?? 0) })
    truths.initialize(repeating: .no)
    candidates.reserveCapacity(tenancy.tenants.count)
  }

  deinit {
    known.deallocate()
    truths.deallocate()
  }

  /// By index; nil: -1.
  func texts(_ tenant: Int32) -> TenantTexts? { tenant < 0 ? nil : texts[Int(tenant)] }

  // MARK: - Deciding

  /// Whose the event's workload is, and into ``candidates`` whose it may be.
  ///
  /// - Returns: nil: that is not sure.
  func tenant(_ state: borrowing State) -> Int? {
    known.update(repeating: nil)
    candidates.removeAll(keepingCapacity: true)
    if state.workloads.kind(of: state.event.workload) == .host {
      candidates.append(tenancy.host)
      return tenancy.host
    }
    var isFound = false
    for (tenant, match) in matches.enumerated() {
      guard let match else { continue }
      let truth = truth(match, state)
      if truth != .no { candidates.append(tenant) }
      isFound = truth == .yes
      if isFound { break }
    }
    // Of a process in no cgroup that is known of, it isn't even known whether it belongs to a workload.
    if state.event.workload < 0 { candidates.append(tenancy.host) }
    if !isFound { candidates.append(tenancy.unassigned) }
    return candidates.count == 1 ? candidates[0] : nil
  }

  /// Which rulesets are active for the event's workload, once ``tenant(_:)`` has said whose it is, and the event's
  /// membership does.
  ///
  /// - Parameter active: a bit for each.
  func rulesets(_ state: borrowing State, _ active: UnsafeMutableBufferPointer<UInt64>) {
    active.update(repeating: 0)
    for tenant in candidates {
      for ruleset in tenancy.tenants[tenant].rulesets { Self.set(ruleset, active) }
    }
    for (ruleset, when) in whens.enumerated() {
      if let when, truth(when, state) != .no { Self.set(ruleset, active) }
    }
  }

  private static func set(_ ruleset: Int, _ active: UnsafeMutableBufferPointer<UInt64>) {
    active[ruleset >> 6] |= 1 << UInt64(ruleset & 63)
  }

  // MARK: - Clauses

  func clause(ofMatch tenant: Int) -> Clause? { matches.indices.contains(tenant) ? matches[tenant] : nil }
  func clause(ofWhen ruleset: Int) -> Clause? { whens[ruleset] }

  /// Of a part of the clause whose truth was asked for last.
  func truth(of node: Int) -> Truth { truths[node] }

  func truth(_ clause: Clause, _ state: borrowing State) -> Truth {
    clause.truth(truths) { test in
      if let truth = known[test] { return truth }
      let truth = tests[test].truth(state)
      known[test] = truth
      return truth
    }
  }
}
