/// The fields that tell of a workload, whatever runs in it: those by which it is decided whose it is, and which rulesets
/// hold for it.
enum FactFields {
  private static let families = ["workload.", "container.", "k8s.", "slurm."]

  static func contains(_ name: String) -> Bool {
    name == "evt.hostname" || families.contains { name.hasPrefix($0) }
  }

  static let names = "evt.hostname, or a field of workload, container, k8s or slurm"
}

extension Check {
  /// Of all that it compares, from left to right.
  var fieldNames: [FieldName] {
    var names: [FieldName] = []
    switch subject {
    case .field(let name): names.append(name)
    case .transformer(let transformer): names += transformer.fieldNames
    }
    switch operand {
    case .field(let name): names.append(name)
    case .transformer(let transformer): names += transformer.fieldNames
    case .none, .literal, .list, .identifier: break
    }
    return names
  }
}

extension Transformer {
  fileprivate var fieldNames: [FieldName] { arguments.flatMap(\.fieldNames) }
}

extension Transformer.Argument {
  fileprivate var fieldNames: [FieldName] {
    switch self {
    case .field(let name): [name]
    case .transformer(let transformer): transformer.fieldNames
    case .list(let arguments, _): arguments.flatMap(\.fieldNames)
    case .text, .number: []
    }
  }
}
