internal import Events

/// What is no error, and surely not meant.
extension PolicyBuilder {
  mutating func warnOfDuplicate(_ rule: Rule) {
    guard let first = rulesByCondition[rule.condition] else {
      rulesByCondition[rule.condition] = rule.name
      return
    }
    log.warn(
      rule.location, "the rule \(DisplayText.quoted(rule.name)) has the condition of \(DisplayText.quoted(first)): both fire at once")
  }

  /// Exceptions that none of the rule's events can meet.
  mutating func warnOfNeedlessExceptions(_ exceptions: [(item: ExceptionItem, condition: Condition)], of rule: Rule) {
    for (item, condition) in exceptions {
      guard let checked = checked(condition).0, checked.outcomes.canBeTrue.isDisjoint(with: rule.kinds) else { continue }
      let fields = checked.gaps.allFields.sorted()
      log.warn(
        item.location, "the exception \(DisplayText.quoted(item.name)) of \(DisplayText.quoted(rule.name)) can't apply",
        hint: fields.isEmpty ? "no event that the rule matches has its fields" : "this node can't supply \(fields.shortList)")
    }
  }
}
