internal import Events

/// A condition in the language of rules that alerts are asked, not events: the fields of the alert, and what is said of the
/// alert itself under `alert.`. It knows no macros, lists or functions.
package struct AlertCondition: Sendable {
  /// Children first; the last is the whole.
  package enum Node: Sendable {
    case test(AlertSubject, Predicate.Test)
    case constant(Bool)
    case not(Int)
    case and([Int])
    case or([Int])
  }

  package struct Failure: Error, Equatable {
    /// Byte offset in the text.
    package let offset: Int
    package let message: String
    package let hint: String?
  }

  /// As its author wrote it.
  package let text: String
  package let nodes: [Node]

  package init(_ text: String) throws(Failure) {
    do throws(ConditionError) {
      let parsed = try ConditionParser.parse(Array(text.utf8))
      var nodes: [Node] = []
      nodes.reserveCapacity(parsed.nodes.count)
      for node in parsed.nodes { nodes.append(try Self.node(node)) }
      self.text = text
      self.nodes = nodes
    } catch {
      throw Failure(offset: error.offset, message: error.message, hint: error.hint)
    }
  }

  private static func node(_ node: Condition.Node) throws(ConditionError) -> Node {
    switch node {
    case .not(let child): return .not(child)
    case .and(let children): return .and(children)
    case .or(let children): return .or(children)
    case .macro(let name, let offset):
      throw ConditionError(
        .syntax, at: offset, "\(DisplayText.quoted(name)) is no comparison, and there are no macros here",
        hint: AlertSubject.named("alert.\(name)").map { _ in "did you mean 'alert.\(name)'?" })
    case .check(let check): return try self.check(check)
    }
  }

  private static func check(_ check: Check) throws(ConditionError) -> Node {
    guard case .field(let name) = check.subject else {
      throw ConditionError(.unsupported, at: check.offset, "functions can't be asked of alerts")
    }
    switch check.operand {
    case .field, .transformer:
      throw ConditionError(.unsupported, at: check.comparisonOffset, "an alert's fields are compared with constants only")
    case .identifier(let list): throw PredicateBuilder.unknownList(list)
    case .none, .literal, .list: break
    }
    if let subject = AlertSubject.named(name.name) { return try self.check(check, subject, name) }
    guard !name.name.hasPrefix("alert.") else {
      throw ConditionError(
        .unknownField, at: name.offset, "unknown field \(DisplayText.quoted(name.name))",
        hint: NearestName.hint(name.name, among: AlertSubject.names) ?? "there are \(AlertSubject.names.joined(separator: ", "))")
    }
    switch try PredicateBuilder.leaf(for: check) {
    case .constant(let value): return .constant(value)
    case .absent: return .constant(false)
    case .predicate(let predicate, let isNegated):
      guard case .isKind(let kinds) = predicate.test else { return .test(.field(predicate.field), predicate.test) }
      // What an alert says of its event is the kind's name. What the agent says of itself is of no kind: absent.
      let names = Set(EventKind.allCases.filter { kinds.contains($0) != isNegated }.map { Array($0.name.utf8) })
      return .test(.event, .isIn(names))
    }
  }

  private static func check(_ check: Check, _ subject: AlertSubject, _ name: FieldName) throws(ConditionError) -> Node {
    if name.argument != nil {
      throw ConditionError(.type, at: name.argumentOffset, "'\(name.name)' takes no argument in brackets")
    }
    try PredicateBuilder.checkSupport(of: check)
    if check.comparison == .exists { return .test(subject, .exists) }
    if case .list(let values) = check.operand, values.isEmpty { return .constant(false) }
    // Fields of the same type, which is all that is asked of them.
    switch subject {
    case .tags: return .test(subject, try PredicateBuilder.listTest(check, FieldReference(.mountTargets)))
    case .priority:
      return .test(
        subject,
        try PredicateBuilder.integerTest(check, FieldReference(.eventNumber)) { literal throws(ConditionError) in
          let word = String(decoding: literal.bytes, as: UTF8.self)
          guard let priority = Priority(name: word) else {
            throw ConditionError(
              .type, at: literal.offset, "\(DisplayText.quoted(word)) is no priority",
              hint: NearestName.hint(word.lowercased(), among: Priority.allCases.map { $0.name.lowercased() })
                ?? "expected one of \(Priority.allCases.map { $0.name.lowercased() }.joined(separator: ", "))")
          }
          return priority.severity
        })
    default: return .test(subject, try PredicateBuilder.stringTest(check, FieldReference(.eventResult)))
    }
  }
}

extension Priority {
  /// The more severe is the greater.
  package var severity: Int64 { Int64(Self.debug.rawValue) - Int64(rawValue) }
}
