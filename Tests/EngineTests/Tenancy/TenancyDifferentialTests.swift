import Events
import Glibc
import Rules
import Testing

@testable import Engine

/// Random tenants, rulesets, facts and mounts: each exec fires what is plainly meant, for whom it is plainly meant.
/// Longer: `DIFFERENTIAL_ROUNDS=1000 swift test --filter TenancyDifferentialTests`.
@Suite struct TenancyDifferentialTests {
  private static let steps = 120

  @Test func theEngineFiresWhatTenantsMean() throws {
    let rounds = getenv("DIFFERENTIAL_ROUNDS").flatMap { Int(String(cString: $0)) } ?? 60
    let first = getenv("DIFFERENTIAL_SEED").flatMap { Int(String(cString: $0)) } ?? 1
    var census: [String: Int] = [:]
    for seed in first..<first + rounds { try Self.compare(seed: UInt64(seed), &census) }
    print("tenancy: \(census.sorted { $0.key < $1.key })")
    for what in ["sure", "not sure", "known", "pending", "unknown", "own", "ruleset", "completed"] {
      #expect(census[what, default: 0] > rounds, "hardly any \(what)")
    }
  }

  private static func compare(seed: UInt64, _ census: inout [String: Int]) throws {
    var random = Generator(seed: seed)
    let tenancy = PlainTenancy(&random)
    var world = TenancyWorld()
    // By record.
    var meant: [UInt64: [String]] = [:]
    for _ in 0..<steps { world.step(&random, tenancy, &meant) }
    var got: [UInt64: [String]] = [:]
    for alert in world.stream.alerts(try tenancy.policy()) {
      let rest = "\(alert.tenant ?? "?") \(alert.identity?.name ?? "")"
      let completed = alert.fields.first { $0.name == "completed.rules" }?.value.shown
      got[alert.recordNumber, default: []].append("\(completed ?? alert.rule) \(rest)")
      census[alert.identity?.name ?? "known", default: 0] += 1
      census[alert.tenant == nil ? "not sure" : "sure", default: 0] += 1
      if completed != nil { census["completed", default: 0] += 1 }
      switch tenancy.rules.first(where: { $0.name == alert.rule })?.scope {
      case .tenant: census["own", default: 0] += 1
      case .rulesets: census["ruleset", default: 0] += 1
      default: break
      }
    }
    for number in 1...UInt64(world.stream.records.count) where got[number, default: []].sorted() != meant[number, default: []].sorted() {
      Issue.record(
        """
        seed \(seed), record \(number): \(got[number, default: []]), but meant is \(meant[number, default: []])
        \(tenancy.matches.map(\.text)), lists \(tenancy.listed)
        \(tenancy.whens.map { $0?.text ?? "-" })
        \(tenancy.rules)
        \(world.workloads)
        """)
      return
    }
  }
}

/// A stream of records, and the workloads that it tells of.
struct TenancyWorld {
  private(set) var stream = TestStream()
  private(set) var workloads: [TenancyWorkload] = []
  /// Of each namespace, what was told of it last.
  private var tables: [UInt32: (fileSystems: [String], isCut: Bool)] = [:]

  /// - Parameter meant: by record, what the policy means to fire.
  mutating func step(_ random: inout Generator, _ tenancy: PlainTenancy, _ meant: inout [UInt64: [String]]) {
    switch random.below(workloads.isEmpty ? 1 : 9) {
    case 0: make(&random)
    case 1, 2: tell(&random, tenancy, &meant)
    case 3: mount(&random, tenancy, &meant)
    default: exec(&random, tenancy, &meant)
    }
  }

  private var next: UInt64 { UInt64(stream.records.count) }

  private mutating func make(_ random: inout Generator) {
    let number = workloads.count
    let cgroup = UInt64(1000 + number)
    let (kind, path): (WorkloadKind, String) =
      switch random.below(5) {
      case 0, 1: (.container, CgroupPaths.podman(number))
      case 2: (.slurmStep, CgroupPaths.step(number))
      case 3: (.systemdUnit, "system.slice/s\(number).service")
      // There is one for all that is in no other.
      case _ where !workloads.contains(where: { $0.kind == .host }): (.host, "x\(number)")
      default: (.session, "user.slice/user-1000.slice/session-\(number).scope")
      }
    stream.cgroup(cgroup, path)
    workloads.append(TenancyWorkload(cgroup: cgroup, kind: kind))
  }

  private mutating func tell(_ random: inout Generator, _ tenancy: PlainTenancy, _ meant: inout [UInt64: [String]]) {
    let index = random.below(workloads.count)
    guard workloads[index].kind != .host else { return }
    var facts: [String: String] = [:]
    for field in PlainCondition.facts where random.below(2) == 0 { facts[field] = random.element(PlainCondition.values) }
    let identity = random.element([Identity.unsaid, .pending, .known, .known, .unknown])
    stream.facts(workloads[index].cgroup, identity, facts.map { (name: $0.key, value: $0.value) })
    workloads[index].facts = facts
    if identity != .unsaid { workloads[index].said = identity }
    complete(tenancy, &meant)
  }

  private mutating func mount(_ random: inout Generator, _ tenancy: PlainTenancy, _ meant: inout [UInt64: [String]]) {
    let namespace = UInt32(1 + random.below(4))
    let fileSystems = (0..<random.below(3)).map { _ in random.element(PlainCondition.values) }
    let isCut = random.below(4) == 0
    stream.mounts(namespace, fileSystems, isCut: isCut)
    tables[namespace] = (fileSystems, isCut)
    for index in workloads.indices where workloads[index].tables[namespace] != nil {
      workloads[index].tables[namespace] = .some((fileSystems, isCut))
    }
    complete(tenancy, &meant)
  }

  private mutating func exec(_ random: inout Generator, _ tenancy: PlainTenancy, _ meant: inout [UInt64: [String]]) {
    let program = random.element(["p", "q", "r"])
    let namespace = UInt32(random.below(5))
    guard random.below(10) > 0 else {
      stream.exec(100, in: 7, comm: program, namespace: namespace)
      meant[next] = tenancy.fired(program, nil)
      return
    }
    let index = random.below(workloads.count)
    stream.exec(100, in: workloads[index].cgroup, comm: program, namespace: namespace)
    if namespace != 0, workloads[index].tables[namespace] == nil {
      workloads[index].tables.updateValue(tables[namespace], forKey: namespace)
    }
    complete(tenancy, &meant)
    let fired = tenancy.fired(program, workloads[index])
    meant[next, default: []] += fired
    if workloads[index].identity != .known {
      workloads[index].open += fired.compactMap { $0.split(separator: " ").first.map(String.init) }
    }
  }

  /// What was open is completed by the record that told enough.
  private mutating func complete(_ tenancy: PlainTenancy, _ meant: inout [UInt64: [String]]) {
    for index in workloads.indices where !workloads[index].open.isEmpty && workloads[index].identity == .known {
      let candidates = tenancy.candidates(workloads[index])
      guard candidates.count == 1 else { continue }
      let rules = workloads[index].open
      for start in stride(from: 0, to: min(64, rules.count), by: 16) {
        let named = rules[start..<min(start + 16, rules.count)].joined(separator: ",")
        meant[next, default: []].append("\(named) \(tenancy.name(candidates[0])) ")
      }
      workloads[index].open = []
    }
  }
}
