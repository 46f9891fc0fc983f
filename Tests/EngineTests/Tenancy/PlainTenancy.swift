import Events
import Rules

@testable import Engine

/// A workload as it plainly is.
struct TenancyWorkload {
  let cgroup: UInt64
  let kind: WorkloadKind?
  var facts: [String: String] = [:]
  var said = Identity.unsaid
  /// Mount namespaces that were seen in it; of each its file systems, nil: not told.
  var tables: [UInt32: (fileSystems: [String], isCut: Bool)?] = [:]
  /// Rules whose alerts wait for it to be known.
  var open: [String] = []

  /// What is known of a process in no cgroup that a record told of.
  static let unknown = TenancyWorkload(cgroup: 0, kind: nil, said: .unknown, tables: [0: nil])

  var identity: Identity {
    if said != .unsaid { return said }
    return kind == .container || kind == .slurmStep ? .pending : .known
  }

  var fileSystems: [String] { tables.values.flatMap { $0?.fileSystems ?? [] } }
  var hasAllMounts: Bool { tables.values.allSatisfy { $0.map { !$0.isCut } ?? false } }

  func value(_ field: String) -> String? {
    switch field {
    case "workload.kind": kind?.name
    case "container.name" where kind != nil && kind != .container: "host"
    default: facts[field]
    }
  }
}

/// Tenants and rules, and what they plainly mean.
struct PlainTenancy {
  struct PlainRule {
    let name: String
    let scope: RuleScope
    let programs: [String]
  }

  var matches: [PlainCondition] = []
  var listed: [[Int]] = []
  /// nil: only those that list it.
  var whens: [PlainCondition?] = []
  var rules: [PlainRule] = []

  init(_ random: inout Generator) {
    let rulesets = random.below(5)
    whens = (0..<rulesets).map { _ in
      random.below(3) == 0 ? nil : PlainCondition.random(&random, depth: 2, asksTenant: true)
    }
    let tenants = random.below(5)
    matches = (0..<tenants).map { _ in PlainCondition.random(&random, depth: 3, asksTenant: false) }
    func some(_ random: inout Generator) -> [Int] { (0..<rulesets).filter { _ in random.below(3) == 0 } }
    // Of host and unassigned as well.
    listed = (0..<tenants + 2).map { _ in some(&random) }
    for number in 0..<12 {
      let programs = (0...random.below(2)).map { _ in random.element(["p", "q", "r"]) }
      var scope = RuleScope.site
      switch random.below(3) {
      case 0 where tenants > 0: scope = .tenant(random.below(tenants + 2))
      case 1 where rulesets > 0:
        let sets = Set([random.below(rulesets), random.below(rulesets)]).sorted()
        scope = .rulesets(sets)
      default: break
      }
      rules.append(PlainRule(name: "r\(number)", scope: scope, programs: programs))
    }
    // The site's stand before those of tenants.
    rules = rules.filter { !$0.isOwn } + rules.filter(\.isOwn)
  }

  func name(_ tenant: Int) -> String {
    tenant < matches.count ? "t\(tenant)" : tenant == matches.count ? Tenancy.hostName : Tenancy.unassignedName
  }

  func policy() throws -> Policy {
    var policy = TenantPolicy()
    for tenant in listed.indices {
      policy.add(
        tenant: name(tenant), match: tenant < matches.count ? matches[tenant].text : nil, rulesets: listed[tenant])
    }
    for (ruleset, when) in whens.enumerated() { policy.add(ruleset: "s\(ruleset)", when: when?.text) }
    for rule in rules {
      policy.add(rule: rule.name, "evt.type = execve and proc.name in (\(rule.programs.joined(separator: ", ")))", rule.scope)
    }
    return try policy.policy()
  }

  /// - Parameter workload: nil: the process is in no cgroup that is known.
  func candidates(_ workload: TenancyWorkload?) -> [Int] {
    let known = workload ?? .unknown
    if known.kind == .host { return [matches.count] }
    var found: [Int] = []
    for (tenant, match) in matches.enumerated() {
      let truth = match.truth(known, tenant: nil)
      if truth != .no { found.append(tenant) }
      if truth == .yes { return workload == nil ? found + [matches.count] : found }
    }
    return found + (workload == nil ? [matches.count] : []) + [matches.count + 1]
  }

  /// `rule tenant identity` of each rule that fires for a program.
  func fired(_ program: String, _ workload: TenancyWorkload?) -> [String] {
    let candidates = candidates(workload)
    let tenant = candidates.count == 1 ? candidates[0] : nil
    var active = Set(candidates.flatMap { listed[$0] })
    for (ruleset, when) in whens.enumerated() {
      if let when, when.truth(workload ?? .unknown, tenant: tenant.map(name)) != .no { active.insert(ruleset) }
    }
    let identity = workload?.identity ?? .unknown
    return rules.filter { rule in
      guard rule.programs.contains(program) else { return false }
      switch rule.scope {
      case .site: return true
      case .rulesets(let sets): return !active.isDisjoint(with: sets)
      case .tenant(let own): return own == tenant
      }
    }.map { "\($0.name) \(tenant.map(name) ?? "?") \(identity == .known ? "" : identity.name)" }
  }
}

extension PlainTenancy.PlainRule {
  var isOwn: Bool { if case .tenant = scope { true } else { false } }
}
