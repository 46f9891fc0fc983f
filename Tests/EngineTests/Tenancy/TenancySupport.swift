import CEvents
import Events
import Rules
import Testing

@testable import Engine

/// A policy with tenants, made by hand: rules as text by scope.
struct TenantPolicy {
  var tenants: [Tenant] = []
  var rulesets: [Ruleset] = []
  private var rules: [(name: String, condition: String, scope: RuleScope)] = []
  private var clauses: [String] = []

  /// - Parameter match: nil: none, as `host` and `unassigned` have.
  mutating func add(tenant name: String, match: String? = nil, rulesets: [Int] = []) {
    tenants.append(
      Tenant(name: name, description: "the \(name)", match: program(match), rulesets: rulesets, location: .whole("tenants.yaml")))
  }

  mutating func add(ruleset name: String, when: String? = nil) {
    rulesets.append(Ruleset(name: name, when: program(when), location: .whole("tenants.yaml")))
  }

  mutating func add(rule name: String, _ condition: String, _ scope: RuleScope = .site) {
    rules.append((name, condition, scope))
  }

  /// A place for the program, which is put in with the rules'.
  private mutating func program(_ condition: String?) -> Program? {
    guard let condition else { return nil }
    clauses.append(condition)
    return Program(operations: [.test(clauses.count - 1)])
  }

  func policy(output: String = "fired") throws -> Policy {
    let all = clauses.enumerated().map { ("\u{1}clause \($0)", $1) } + rules.map { ($0.name, $0.condition) }
    let text = all.enumerated().map { index, rule in
      """
      - rule: R\(index)
        desc: what it means
        condition: >-
          \(rule.1)
        output: >-
          \(output)
        priority: Warning
        warn_evttypes: false
      """
    }
    let loaded = PolicyLoader().load(files: [("test.yaml", Array(text.joined(separator: "\n").utf8))])
    let compiled = try #require(loaded.policy, "\(loaded.report)")
    func program(_ placeholder: Program?) throws -> Program? {
      guard case .test(let index)? = placeholder?.operations.first else { return nil }
      return try #require(compiled.rules.first { $0.name == "R\(index)" }?.condition, "\(clauses[index])")
    }
    let tenancy = Tenancy(
      tenants: try tenants.map { tenant in
        Tenant(
          name: tenant.name, description: tenant.description, match: try program(tenant.match), rulesets: tenant.rulesets,
          location: tenant.location)
      },
      rulesets: try rulesets.map { Ruleset(name: $0.name, when: try program($0.when), location: $0.location) },
      file: "tenants.yaml")
    let scoped = try rules.enumerated().map { index, rule in
      let number = clauses.count + index
      let plain = try #require(compiled.rules.first { $0.name == "R\(number)" }, "\(rule.condition)")
      return Rule(
        name: rule.name, description: plain.description, priority: plain.priority, tags: [], output: plain.output,
        condition: plain.condition, kinds: plain.kinds, location: plain.location, scope: rule.scope)
    }
    return Policy(rules: scoped, predicates: compiled.predicates, tenancy: tenancy)
  }
}

extension TestStream {
  /// - Parameter path: below the hierarchy's root, or below the parent.
  mutating func cgroup(_ id: UInt64, _ path: String, parent: UInt64 = 0) {
    time += 1_000_000
    add(CgroupRecord.found(id: id, parent: parent, level: 1, name: path.utf8, timeNanoseconds: time))
  }

  mutating func end(cgroup id: UInt64) {
    time += 1_000_000
    var fixed = sv_cgroup()
    fixed.header.time_ns = time
    fixed.header.cgroup_id = id
    add(RecordBuilder(fixed).finish(kind: .cgroupEnd) ?? [])
  }

  mutating func facts(
    _ cgroup: UInt64, _ identity: Identity = .known, _ pairs: [(name: String, value: String)] = [], source: FactSource = .podman
  ) {
    time += 1_000_000
    let records = FactsRecord.encoded(cgroup: cgroup, source: source, identity: identity, pairs: pairs, timeNanoseconds: time)
    for record in records { add(record) }
  }

  mutating func mounts(_ namespace: UInt32, _ fileSystems: [String], isNode: Bool = false, isCut: Bool = false) {
    time += 1_000_000
    let mounts = fileSystems.map {
      MountsRecord.Mount(source: Array("src".utf8), target: Array("/mnt".utf8), fileSystem: Array($0.utf8), options: Array("rw".utf8))
    }
    let records = MountsRecord.encoded(
      namespace: namespace, pid: 1, cgroup: 0, mounts: mounts, isNode: isNode, isCut: isCut, timeNanoseconds: time)
    for record in records { add(record) }
  }

  /// A program starts in a cgroup.
  mutating func exec(_ pid: UInt32, in cgroup: UInt64, comm: String = "sh", namespace: UInt32 = 0) {
    exec(pid, comm: comm) { fixed in
      fixed.header.cgroup_id = cgroup
      fixed.ns_mnt = namespace
    }
  }
}

/// Paths of cgroups as runtimes name them.
enum CgroupPaths {
  static func podman(_ number: Int) -> String { "machine.slice/libpod-\(containerID(number)).scope" }
  static func step(_ job: Int, _ step: String = "0") -> String { "system.slice/slurmstepd.scope/job_\(job)/step_\(step)/user/task_0" }
  static let unit = "system.slice/nginx.service"

  /// 64 hexadecimal digits.
  static func containerID(_ number: Int) -> String {
    let digits = String(number, radix: 16)
    return String(repeating: "a", count: 64 - digits.count) + digits
  }
}
