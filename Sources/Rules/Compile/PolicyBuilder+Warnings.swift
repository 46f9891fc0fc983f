internal import Events

/// What is no error, and surely not meant.
extension PolicyBuilder {
  /// Rules that fire only where another does. A narrower rule that matters more is usual practice: the wide one is there
  /// for the record, the narrow one for whom it wakes.
  mutating func warnOfShadows(_ policy: Policy) {
    let (shadows, isWhole) = ShadowFinder.find(in: policy)
    let equals = Dictionary(shadows.lazy.filter(\.isEqual).map { ($0.rule, $0.other) }) { first, _ in first }
    var told: Int?
    for shadow in shadows where shadow.rule != told {
      let rule = policy.rules[shadow.rule]
      if let equal = equals[shadow.rule] {
        told = shadow.rule
        let other = policy.rules[equal]
        log.warn(
          rule.location, "the rule \(DisplayText.quoted(rule.name)) has the condition of \(DisplayText.quoted(other.name)): two alerts for each event",
          hint: "leave one of them out; the other is at \(Self.place(other))")
      } else if rule.priority <= policy.rules[shadow.other].priority {
        told = shadow.rule
        let other = policy.rules[shadow.other]
        log.warn(
          rule.location,
          "the rule \(DisplayText.quoted(rule.name)) fires only where \(DisplayText.quoted(other.name)) does, which asks for less: two alerts for each such event",
          hint: "leave it out, give it a higher priority, or let the other, at \(Self.place(other)), pass what this one matches")
      }
    }
    if !isWhole, let first = policy.rules.first {
      log.warn(.whole(first.location.file), "the rules are so many, and so alike, that not all were compared with each other")
    }
  }

  private static func place(_ rule: Rule) -> String {
    "\(DisplayText.escaped(rule.location.file, limit: 200)):\(rule.location.line)"
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
