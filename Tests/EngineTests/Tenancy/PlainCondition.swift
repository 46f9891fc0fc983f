import Events

@testable import Engine

/// A condition over workloads, as text and as what it plainly means.
indirect enum PlainCondition {
  /// `tenant.name` and `workload.mount.fstype` are among the fields.
  case test(field: String, operation: String, values: [String])
  case not(PlainCondition)
  case and([PlainCondition])
  case or([PlainCondition])

  static let facts = ["container.name", "container.image", "slurm.account", "k8s.ns.name", "container.label[app]"]
  static let mounts = "workload.mount.fstype"
  static let values = ["a", "ab", "b", "bc"]

  static func random(_ random: inout Generator, depth: Int, asksTenant: Bool) -> PlainCondition {
    if depth > 0, random.below(3) > 0 {
      if random.below(4) == 0 { return .not(.random(&random, depth: depth - 1, asksTenant: asksTenant)) }
      let parts = (0...random.below(3)).map { _ in PlainCondition.random(&random, depth: depth - 1, asksTenant: asksTenant) }
      return random.below(2) == 0 ? .and(parts) : .or(parts)
    }
    let values = (0...random.below(2)).map { _ in random.element(Self.values) }
    switch random.below(asksTenant ? 8 : 7) {
    case 0: return .test(field: mounts, operation: random.element(["intersects", "in", "startswith", "exists"]), values: values)
    case 1: return .test(field: "workload.kind", operation: "=", values: [random.element(["container", "slurm-step", "systemd-unit"])])
    case 7: return .test(field: "tenant.name", operation: random.element(["=", "!="]), values: ["t\(random.below(4))"])
    default:
      let operation = random.element(["=", "!=", "exists", "in", "startswith"])
      return .test(field: random.element(facts), operation: operation, values: values)
    }
  }

  var text: String {
    switch self {
    case .test(let field, "exists", _): return "\(field) exists"
    case .test(let field, let operation, let values):
      return ["in", "intersects"].contains(operation)
        ? "\(field) \(operation) (\(values.joined(separator: ", ")))" : "\(field) \(operation) \(values[0])"
    case .not(let part): return "not (\(part.text))"
    case .and(let parts): return "(" + parts.map(\.text).joined(separator: " and ") + ")"
    case .or(let parts): return "(" + parts.map(\.text).joined(separator: " or ") + ")"
    }
  }

  /// - Parameter tenant: nil: not sure.
  func truth(_ workload: TenancyWorkload, tenant: String?) -> Truth {
    switch self {
    case .not(let part):
      switch part.truth(workload, tenant: tenant) {
      case .yes: return .no
      case .no: return .yes
      case .maybe: return .maybe
      }
    case .and(let parts): return parts.map { $0.truth(workload, tenant: tenant) }.min() ?? .yes
    case .or(let parts): return parts.map { $0.truth(workload, tenant: tenant) }.max() ?? .no
    case .test(Self.mounts, let operation, let values):
      let mounts = workload.fileSystems
      let holds =
        switch operation {
        case "exists": !mounts.isEmpty
        case "in": !mounts.isEmpty && mounts.allSatisfy(values.contains)
        case "startswith": mounts.contains { $0.hasPrefix(values[0]) }
        default: mounts.contains(where: values.contains)
        }
      if holds { return workload.hasAllMounts || operation != "in" ? .yes : .maybe }
      return !workload.hasAllMounts || workload.identity != .known && mounts.isEmpty ? .maybe : .no
    case .test("tenant.name", let operation, let values):
      guard let tenant else { return .maybe }
      return (tenant == values[0]) == (operation == "=") ? .yes : .no
    case .test(let field, let operation, let values):
      guard let value = workload.value(field) else { return workload.identity == .known ? .no : .maybe }
      let holds =
        switch operation {
        case "exists": true
        case "=": value == values[0]
        case "!=": value != values[0]
        case "in": values.contains(value)
        default: value.hasPrefix(values[0])
        }
      return holds ? .yes : .no
    }
  }
}
