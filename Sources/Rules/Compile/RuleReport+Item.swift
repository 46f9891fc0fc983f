internal import Events

extension RuleReport {
  init(_ item: RuleItem, _ condition: CheckedCondition, _ output: OutputTemplate) {
    self.init(name: item.name, location: item.location, isEnabled: item.isEnabled, condition, output)
  }

  init(name: String, location: SourceLocation, isEnabled: Bool, _ condition: CheckedCondition, _ output: OutputTemplate) {
    let gaps = condition.gaps
    let canMatch = !condition.outcomes.canBeTrue.isEmpty
    let isUnsupported = condition.outcomes.couldBeTrue.isEmpty && !gaps.kinds.isEmpty
    let fields = gaps.allFields.sorted()
    var absent: Set<String> = []
    for case .absent(let name, _) in output.parts where absent.count < Gaps.limit { absent.insert(name) }
    self.init(
      name: name, location: location,
      status: isUnsupported ? .unsupported : fields.isEmpty ? .full : .degraded, isEnabled: isEnabled,
      missingFields: fields, missingUnderNot: gaps.negatedFields.sorted(), missingOutputFields: absent.sorted(),
      missingKinds: gaps.kinds.sorted(), canMatch: canMatch)
  }

  var missingFieldNames: String { missingFields.shortList }

  var missingKindsHint: String? { missingKinds.isEmpty ? nil : "it asks for \(missingKinds.shortList)" }
}

extension [String] {
  /// For a message: the first few.
  var shortList: String {
    let names = prefix(5).map { DisplayText.escaped($0) }.joined(separator: ", ")
    return count > 5 ? "\(names) and \(count - 5) more" : names
  }
}
