internal import Events

extension PolicyLoader {
  /// What a command's user calls the condition, in errors.
  package static let conditionName = "the condition"

  /// A policy whose only rule has this condition. It may use the macros and lists of rule files, and errors are told
  /// with their place in ``conditionName``.
  ///
  /// - Parameters:
  ///   - paths: of the rule files; none: there are no macros.
  ///   - tenants: `tenants.yaml`; nil: there are no tenants.
  package func load(condition: String, paths: [String] = [], tenants: String? = nil) -> LoadResult {
    var quoted: [UInt8] = []
    JSONString.append(condition.utf8, to: &quoted)
    // YAML's double quotes take JSON's escapes.
    var item = Array("- condition: ".utf8) + quoted
    item += Array("\n  rule: \(Self.conditionName)\n  desc: d\n  output: o\n  priority: Debug\n  warn_evttypes: false\n".utf8)
    let loaded = load(paths: paths, tenants: tenants, adding: [(Self.conditionName, item)])
    let policy = loaded.policy.map { whole in
      Policy(
        rules: whole.rules.filter { $0.location.file == Self.conditionName }, predicates: whole.predicates,
        tenancy: whole.tenancy)
    }
    return loaded.replacing(policy)
  }
}
